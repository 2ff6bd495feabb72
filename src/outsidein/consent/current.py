"""What customers last said of being written to, out of all changes of consent."""

from datetime import datetime

import ibis
import ibis.expr.types as ir

ANY = "any"
"""Stands in a change of consent for every purpose, channel or topic."""

REFUSALS = ("refused", "withdrawn")

_SCOPE = ("purpose", "channel", "topic", "address")
_ROW = (*_SCOPE, "state", "effective_at", "source", "record_id")


def standing(
    consents: ir.Table, asked: ir.Table, *, purpose: str, channel: str, now: datetime
) -> ir.Table:
    """Say of each who is to be written to which refusal stands, and since when consent is given.

    A refusal or withdrawal stands until consent is given later in words at least as narrow: for
    the same purpose, channel, topic and address, or where it named any, for one of them. Of two at
    one moment the refusal counts. What has ended, or not begun, does not count. A change that
    names an address is about that address, whoever's record it stands with; any other is about
    all the records of its customer.

    Args:
        consents: One row per change of consent: the canonical `consents` with `customer_id`, and
            `address`, the e-mail address it belongs to (null where it belongs to the person).
        asked: One row per message: `number`, `customer_id`, `address`, `topic`.
        purpose: What the messages are for.
        channel: How they go out.
        now: The moment (aware).

    Returns:
        One row per message of whose customer anything is known: `number`; `refused_at`,
        `refusal`, `refused_source`, `refused_record_id` of the latest refusal that stands (null:
        none); `given_at` of the latest consent (null: none).
    """
    said = _said(_in_force(consents, purpose, channel, now), asked)
    refusals = said.filter(said.state.isin(REFUSALS))
    grants = said.filter(said.state == "given")
    last = _last(_standing(refusals, grants))
    own = grants.filter(grants.is_own)
    given = own.group_by("number").aggregate(given_at=own.effective_at.max())
    known = said.select("number").distinct()
    return (
        known.left_join(last, "number")
        .drop("number_right")
        .left_join(given, "number")
        .drop("number_right")
    )


def _in_force(consents: ir.Table, purpose: str, channel: str, now: datetime) -> ir.Table:
    moment = ibis.literal(now, "timestamp('UTC', 6)")
    return consents.filter(
        consents.purpose.isin((purpose, ANY)),
        consents.channel.isin((channel, ANY)),
        consents.effective_at <= moment,
        consents.expires_at.isnull() | (consents.expires_at > moment),
    ).select(*_ROW, "customer_id")


def _said(consents: ir.Table, asked: ir.Table) -> ir.Table:
    """One row per message and change of consent that is about it, once."""
    wanted = asked.select("number", wanted="address", about="topic", whose="customer_id")
    by_person = wanted.inner_join(consents, [wanted.whose == consents.customer_id])
    person = by_person.filter(
        by_person.address.isnull() | (by_person.address == by_person.wanted)
    ).mutate(is_own=ibis.literal(True))  # noqa: FBT003  a column
    by_address = wanted.inner_join(consents, [wanted.wanted == consents.address])
    others = by_address.filter(~by_address.whose.identical_to(by_address.customer_id)).mutate(
        is_own=ibis.literal(False)  # noqa: FBT003  a column
    )
    said = ibis.union(person, others)
    return said.filter(said.topic.isin([ANY]) | (said.topic == said.about)).select(
        "number", "is_own", *_ROW
    )


def _standing(refusals: ir.Table, grants: ir.Table) -> ir.Table:
    later = grants.select(
        "number", given_at="effective_at", **{f"given_{part}": part for part in _SCOPE}
    )
    lifted = [
        refusals.number == later.number,
        later.given_at > refusals.effective_at,
        *(
            (refusals[part] == ANY) | (refusals[part] == later[f"given_{part}"])
            for part in _SCOPE[:3]
        ),
        refusals.address.isnull() | (refusals.address == later.given_address),
    ]
    return refusals.anti_join(later, lifted)


def _last(refusals: ir.Table) -> ir.Table:
    order = [ibis.desc("effective_at"), "state", "source", "record_id", *_SCOPE]
    latest = ibis.row_number().over(group_by="number", order_by=order)
    last = refusals.mutate(place=latest).filter(lambda t: t.place == 0)
    return last.select(
        "number",
        refused_at="effective_at",
        refusal="state",
        refused_source="source",
        refused_record_id="record_id",
    )
