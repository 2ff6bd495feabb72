"""Promises that are not kept."""

from collections.abc import Iterator

from outsidein.figures.figure import Estimate
from outsidein.headlines.basis import Basis
from outsidein.headlines.statement import Ground, Kind, Statement
from outsidein.present.wording import label, share
from outsidein.standards.figures import BROKEN, PROMISED_SHARE, SHARE_MISSED_NOW, STANDARDS

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
            f"missed it over the {e.group['window']}{_promise(basis, e)}.",
            base=BASE,
            grounds=(Ground(spec=STANDARDS, estimate=e, no_effect=0.0),),
            action=f"{label(owner or 'its owner')} decides what to do, or what can be promised.",
            owner=owner,
        )


def _promise(basis: Basis, missed: Estimate) -> str:
    """Say how many may miss the standard, by its promise."""
    promised = basis.one(STANDARDS, PROMISED_SHARE, standard=missed.group["standard"])
    if promised is None or promised.value is None:
        return ""
    return f"; at most {share(round(1 - promised.value, 6))} may"
