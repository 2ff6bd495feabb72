"""What a project declares about its segments."""

from outsidein.project.declarations import Declaration

EVERYBODY = "all customers"
"""The segment that nobody declares."""


class Segment(Declaration):
    """`[segment.NAME]` of `segments.toml`."""

    rule: str
    """SQL condition over the columns of the profile."""

    description: str = ""
