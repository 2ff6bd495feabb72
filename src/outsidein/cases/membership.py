"""Under which name a person works on cases."""

from collections.abc import Mapping

from outsidein.cases.declaration import Team


def member_name(
    teams: Mapping[str, Team], *, address: str, name: str, team: str | None = None
) -> str:
    """Return the name of the member of a team who has a person's mail address.

    Where several members share the address, it is the one of the person's name; where nobody has
    it, the person's own name.

    Args:
        teams: As declared, by name.
        address: Of the person.
        name: Of the person.
        team: Looked at before the others.
    """
    first = [declared for key, declared in teams.items() if key == team]
    for declared in (*first, *teams.values()):
        names = [
            member
            for member, where in declared.members.items()
            if where.casefold() == address.casefold()
        ]
        if len(names) == 1 or name in names:
            return name if name in names else names[0]
    return name
