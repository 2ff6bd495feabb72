"""What depends on a table: figures, by what each step declares to read and write."""

from collections.abc import Collection

from outsidein.figures.spec import FigureSpec
from outsidein.pipeline.order import STEPS


def dependent_figures(tables: Collection[str]) -> tuple[str, ...]:
    """Return the names of the figures that tables are used for, in the order of the steps.

    Args:
        tables: Names of tables; what is made of them counts too.
    """
    affected, figures = set(tables), dict[str, None]()
    for step in STEPS:
        if affected.isdisjoint(table.name for table in step.reads):
            continue
        affected.update(table.name for table in (*step.writes, *step.may_write))
        figures |= dict.fromkeys(f.name if isinstance(f, FigureSpec) else f for f in step.figures)
    return tuple(figures)
