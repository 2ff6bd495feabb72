"""Customers of whom a sample may hold only a part, and who are not followed over time."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import ibis
import ibis.expr.types as ir

from outsidein.canonical.build_tables import PARTIAL_CUSTOMERS
from outsidein.canonical.declaration import Sample
from outsidein.canonical.figures import DRAWN_WHOLE, ROWS_MISSING, SAMPLING
from outsidein.errors import ProjectError, nearest
from outsidein.figures.figure import Estimate, Figure
from outsidein.figures.spec import Measure
from outsidein.project.declarations import PROJECT_FILE
from outsidein.steps.run import Run


def check_sources(samples: Mapping[str, Sample], sources: set[str]) -> None:
    """Refuse a sample of a source that no record comes from.

    Raises:
        ProjectError: There is one.
    """
    for name in samples:
        if name not in sources:
            problem = f"no record comes from source {name!r}. {nearest(name, sources)}"
            raise ProjectError(PROJECT_FILE, f"sample.{name}", problem)


def customers_with_missing_rows(records: ir.Table, samples: Mapping[str, Sample]) -> ir.Table:
    """Return customers of whom every record lies in a sample of rows.

    Args:
        records: One row per record, with `source` and `customer_id`.
        samples: As declared, by source.

    Returns:
        One row per customer: `customer_id`.
    """
    of_rows = [name for name, sample in samples.items() if sample.of == "rows"]
    is_partial = records.source.isin(of_rows) if of_rows else ibis.literal(value=False)
    marked = records.mutate(is_partial=is_partial)
    each = marked.aggregate(by="customer_id", is_partial=marked.is_partial.all())
    return each.filter(each.is_partial).select("customer_id")


def sampling_figure(samples: Mapping[str, Sample], *, whole: int, partial: int) -> Figure:
    """Return how the data were drawn.

    Args:
        samples: As declared, by source.
        whole: Customers held with everything of theirs.
        partial: The other customers.
    """
    return SAMPLING.figure((*_declared(samples), *_customers(whole, partial)))


def _declared(samples: Mapping[str, Sample]) -> Iterator[Estimate]:
    for source, sample in samples.items():
        measure = ROWS_MISSING if sample.of == "rows" else DRAWN_WHOLE
        group = {"source": source, "of": sample.of, "drawn": sample.drawn}
        yield measure.unanswered("as declared", group=group)


def _customers(whole: int, partial: int) -> Iterator[Estimate]:
    n = whole + partial
    group = {"source": None, "of": None, "drawn": None}
    yield DRAWN_WHOLE.counted(whole, n=n, group=group)
    yield ROWS_MISSING.counted(partial, n=n, group=group)


def followed(run: Run, table: ir.Table) -> ir.Table:
    """Leave out customers of whom rows may be missing, where others are whole.

    Args:
        run: Of a step that reads `PARTIAL_CUSTOMERS`.
        table: With `customer_id`.
    """
    return table.anti_join(run.read(PARTIAL_CUSTOMERS), "customer_id")


def of_followed(run: Run, figure: Figure) -> Figure:
    """Say in the method of a figure whom it leaves out, if anybody.

    Args:
        run: Of a step that reads the figure `SAMPLING`.
        figure: Of the customers that `followed` keeps.
    """
    sampling = run.figure_if_published(SAMPLING)
    if sampling is None:
        return figure
    whole, partial = (_number(sampling, measure) for measure in (DRAWN_WHOLE, ROWS_MISSING))
    note = f"The {whole + partial:,} customers are a sample."
    if whole and partial:
        note = (
            f"Only the {whole:,} of {whole + partial:,} customers count who are held with all "
            "their rows; the others come from a sample of rows."
        )
    return replace(figure, method=f"{figure.method} {note}")


def _number(sampling: Figure, measure: Measure) -> int:
    estimate = SAMPLING.one(sampling, measure, source=None)
    return int(estimate.value or 0) if estimate else 0
