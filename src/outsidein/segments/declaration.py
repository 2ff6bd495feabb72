"""What a project declares about its segments."""

from outsidein.canonical.tables import TRAIT
from outsidein.profiles.declaration import PROFILE_FIELDS
from outsidein.project.declarations import Declaration
from outsidein.rules.parsing import condition_columns

EVERYBODY = "all customers"
"""The segment that nobody declares."""


class Segment(Declaration):
    """`[segment.NAME]` of `segments.toml`."""

    rule: str
    """SQL condition over the columns of the profile."""

    description: str = ""

    @property
    def is_by_profile(self) -> bool:
        """Whether its rule asks who customers are, and not what they did or brought."""
        return all(name in PROFILE_FIELDS or name.startswith(TRAIT) for name in self.columns)

    @property
    def columns(self) -> frozenset[str]:
        """The columns of customers that its rule names."""
        return frozenset(condition_columns(self.rule))
