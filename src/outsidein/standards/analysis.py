"""Every figure about the service standards of a project."""

from collections.abc import Iterator, Mapping
from datetime import date

import ibis.expr.types as ir

from outsidein.figures.figure import Figure
from outsidein.standards.charts import charts_figure
from outsidein.standards.declaration import Standard
from outsidein.standards.disasters import disasters_figure
from outsidein.standards.funnels import funnel_figure
from outsidein.standards.judged import judge
from outsidein.standards.standing import standing_figure
from outsidein.standards.target_versions import targets_figure


def standards_figures(
    encounters: ir.Table,
    signals: ir.Table,
    standards: Mapping[str, Standard],
    *,
    as_of: date,
) -> Iterator[Figure]:
    """Yield every figure about the standards; none where none is declared.

    Args:
        encounters: One row per encounter, with `customer_id` and `started_on`.
        signals: One row per signal.
        standards: The declared standards by name.
        as_of: First day that does not count.
    """
    if not standards:
        return
    judged = judge(encounters, signals, standards, as_of=as_of)
    yield standing_figure(judged)
    yield charts_figure(judged)
    yield targets_figure(judged, as_of=as_of)
    yield disasters_figure(judged, as_of=as_of)
    yield funnel_figure(judged)
