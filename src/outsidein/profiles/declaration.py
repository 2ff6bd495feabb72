"""A project's survivorship rules: which record's value a profile shows, field by field."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Literal

from pydantic import Field, field_validator, model_validator

from outsidein.canonical.tables import TRAIT, canonical
from outsidein.errors import nearest
from outsidein.project.declarations import Declaration

Rule = Literal["most_recent", "most_frequent", "most_trusted", "longest"]
"""Which of several records' values survives; ties go to the most recent."""

_NOT_PROFILED = {"source", "record_id", "first_seen_at", "recorded_at", "customer_id"}

PROFILE_FIELDS: Mapping[str, str] = {
    name: column.type
    for name, column in canonical("records").columns.items()
    if name not in _NOT_PROFILED
}
"""Columns of `records` that a profile has, besides traits: name to Ibis type."""

ADDRESS: tuple[str, ...] = ("street", "postcode", "city", "region", "country")
"""The fields of a postal address."""


class ProfileSettings(Declaration):
    """The table `[profile]` of `outsidein.toml`."""

    default: Rule = "most_recent"
    """The rule for fields not named in `fields`."""

    trusted: tuple[str, ...] = ()
    """Sources for `most_trusted`, most trusted first; sources not named come last."""

    fields: dict[str, Rule] = Field(default_factory=dict)
    """Rules by field, trait or group."""

    groups: dict[str, tuple[str, ...]] = Field(default_factory=lambda: {"address": ADDRESS})
    """Groups of fields always taken from one record, by a name of your choice."""

    @field_validator("trusted")
    @classmethod
    def _named_once(cls, trusted: tuple[str, ...]) -> tuple[str, ...]:
        if twice := _repeated(trusted):
            raise ValueError(f"the source {twice!r} is named twice")
        return trusted

    @field_validator("groups")
    @classmethod
    def _of_fields(cls, groups: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for group, fields in groups.items():
            if group in PROFILE_FIELDS or group.startswith(TRAIT):
                raise ValueError(f"{group!r} is a field; give the group another name")
            if not fields:
                raise ValueError(f"the group {group!r} has no fields; leave it out")
            _refuse_unknown(fields, PROFILE_FIELDS)
        if twice := _repeated(chain.from_iterable(groups.values())):
            raise ValueError(f"{twice!r} is named twice; a field belongs to one group at most")
        return groups

    @model_validator(mode="after")
    def _can_be_followed(self) -> "ProfileSettings":
        _refuse_unknown(self.fields, [*PROFILE_FIELDS, *self.groups])
        for field, rule in self.fields.items():
            if group := self.group_of(field):
                raise ValueError(
                    f"{field!r} is taken from one record with all of {group!r}; state the rule "
                    f"for {group!r}, or state [profile.groups] without {field!r}"
                )
            if rule == "longest" and PROFILE_FIELDS.get(field, "string") != "string":
                raise ValueError(f"{field!r} is not a text; the rule longest needs one")
        if "most_trusted" in (self.default, *self.fields.values()) and not self.trusted:
            raise ValueError(
                "most_trusted needs the order of the sources: write, under [profile], "
                'trusted = ["crm", "shop"] with your sources, most trusted first'
            )
        return self

    def group_of(self, field: str) -> str | None:
        """Return the group of a field, if any."""
        return next((group for group, fields in self.groups.items() if field in fields), None)

    def rule_of(self, field: str) -> Rule:
        """Return the survivorship rule of a field, trait or group."""
        return self.fields.get(self.group_of(field) or field, self.default)


def _refuse_unknown(names: Iterable[str], fields: Iterable[str]) -> None:
    """Raise unless each name is a field or a trait; the SQL models define which traits exist."""
    for name in names:
        if name not in fields and not name.startswith(TRAIT):
            traits = f"Traits begin with {TRAIT!r}."
            raise ValueError(f"there is no field {name!r}. {nearest(name, fields)} {traits}")


def _repeated(names: Iterable[str]) -> str | None:
    seen = list(names)
    return next((name for name in seen if seen.count(name) > 1), None)


DEFAULT_PROFILE = ProfileSettings()
"""The settings of a project that declares none."""
