"""The three documents: a report to read, a board pack to print, an appendix to look things up."""

from enum import StrEnum


class Document(StrEnum):
    """A document of a snapshot, written as one HTML file beside the others."""

    REPORT = "report"
    PACK = "pack"
    APPENDIX = "appendix"

    @property
    def file(self) -> str:
        """Name of its file."""
        return f"{self.value}.html"

    @property
    def style_sheets(self) -> tuple[str, ...]:
        """Names of its style sheets: those to scroll have contents beside them."""
        screen = () if self is Document.PACK else ("screen",)
        return ("common", *screen, self.value)
