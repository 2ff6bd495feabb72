"""Promises that are not kept."""

from collections.abc import Iterator

from outsidein.headlines.basis import Basis
from outsidein.headlines.statement import Ground, Kind, Statement
from outsidein.present.wording import label
from outsidein.standards.figures import BROKEN, SHARE_MISSED_NOW, STANDARDS

BASE = "of the encounters it covers"


def broken_promises(basis: Basis) -> Iterator[Statement]:
    """Say which promise is not kept, and who answers for it."""
    for e in basis.numbers(STANDARDS, SHARE_MISSED_NOW):
        if e.group["promise"] != BROKEN:
            continue
        standard, owner = str(e.group["standard"]).replace("_", " "), str(e.group["owner"] or "")
        yield Statement(
            name=f"promise {standard}",
            kind=Kind.DECIDE,
            text=f"The promise “{standard}” is not kept: {basis.words.in_sentence(e)} {BASE} "
            "missed it lately.",
            base=BASE,
            grounds=(Ground(spec=STANDARDS, estimate=e, no_effect=0.0),),
            action=f"{label(owner or 'its owner')} decides what to do, or what can be promised.",
            owner=owner,
        )
