"""Style sheets: those of documents, and the colours of charts in the dark."""

from collections.abc import Sequence
from importlib.resources import files

from outsidein.present.charts.canvas import IN_THE_DARK


def style_sheet(package: str, names: Sequence[str]) -> str:
    """Join the style sheets of a package's templates, and add the colours of the dark.

    Args:
        package: Whose folder `templates` holds them.
        names: Without their ending, in the order in which they apply.
    """
    folder = files(package).joinpath("templates")
    sheets = (folder.joinpath(f"{name}.css").read_text("utf-8") for name in names)
    return "".join((*sheets, dark_charts()))


def dark_charts() -> str:
    """Exchange the colours of charts on a dark screen; paper is never dark.

    Example:
        >>> "svg [fill='#1f5f8b']{fill:#6cb2e6}" in dark_charts()
        True
    """
    rules = "".join(
        f"svg [{part}='{light}']{{{part}:{dark}}}"
        for light, dark in IN_THE_DARK.items()
        for part in ("fill", "stroke")
    )
    return f"@media screen and (prefers-color-scheme: dark) {{ {rules} }}\n"
