"""One figure as a piece of HTML that stands alone, such as in a notebook."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from outsidein.figures.figure import Figure
from outsidein.present.blocks import figure_block, has_numbers
from outsidein.present.figure_view import FigureView, default_chart, whole_table
from outsidein.present.visible_text import visible_value
from outsidein.present.wording import Wording


def figure_html(figure: Figure, *, currency: str) -> str:
    """Return title, chart, table and method of a figure as HTML, without script or style sheet.

    Args:
        figure: What is shown.
        currency: ISO 4217 code of the currency of its amounts.
    """
    view = FigureView(figure.name, figure, Wording(currency))
    chart = default_chart(view) if has_numbers(figure) else None
    block = figure_block(figure, tables=whole_table(view), chart=chart)
    macros = _template().make_module()
    return str(macros.shown_figure(block, figure.method))  # type: ignore[attr-defined]


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("outsidein.present"),
        autoescape=True,
        finalize=visible_value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("_figure.html")
