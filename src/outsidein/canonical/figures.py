"""The figure about how the data were drawn."""

from outsidein.figures.figure import Unit
from outsidein.figures.spec import FigureSpec, Measure

DRAWN_WHOLE = Measure("customers held with all their rows", Unit.CUSTOMERS)
ROWS_MISSING = Measure("customers of whom rows may be missing", Unit.CUSTOMERS)

SAMPLING = FigureSpec(
    "sampling",
    "How the data were drawn",
    ("source", "of", "drawn"),
    (DRAWN_WHOLE, ROWS_MISSING),
    "As the project declares. A customer with a record in a source that is no sample of rows is "
    "held whole. Where there are such customers, figures that follow customers over time leave "
    "the others out.",
)
