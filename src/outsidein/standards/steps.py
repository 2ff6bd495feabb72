"""Step of service standards: how each is met."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from outsidein.canonical.customer_tables import CUSTOMER_TABLES, customer_tables
from outsidein.figures.figure import Figure
from outsidein.standards.analysis import standards_figures
from outsidein.standards.declaration import Standard
from outsidein.standards.figures import (
    STANDARD_CHARTS,
    STANDARD_DISASTERS,
    STANDARD_FUNNEL,
    STANDARD_TARGETS,
    STANDARDS,
)
from outsidein.steps.run import Run
from outsidein.steps.step import Step


@dataclass(frozen=True, slots=True)
class ServiceStandards:
    """The service standards that a project declares, by name."""

    standards: Mapping[str, Standard]


def _standards(run: Run) -> Iterator[Figure]:
    encounters, signals = (run.read(CUSTOMER_TABLES[name]) for name in ("encounters", "signals"))
    standards = run.declaration(ServiceStandards).standards
    yield from standards_figures(encounters, signals, standards, as_of=run.as_of)


JUDGE_STANDARDS = Step(
    name="Understand: service standards",
    run=_standards,
    reads=customer_tables("encounters", "signals"),
    figures=(
        STANDARDS,
        STANDARD_CHARTS,
        STANDARD_TARGETS,
        STANDARD_DISASTERS,
        STANDARD_FUNNEL,
    ),
)
