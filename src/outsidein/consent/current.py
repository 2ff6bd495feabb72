"""Each customer's current consent, derived from all changes of consent."""

from datetime import datetime

import ibis
import ibis.expr.types as ir

ANY = "any"
"""In a change of consent: every purpose, channel or topic."""

REFUSALS = ("refused", "withdrawn")

_SCOPE = ("purpose", "channel", "topic", "address")
_ROW = (*_SCOPE, "state", "effective_at", "source", "record_id")


def current_consents(
    consents: ir.Table, messages: ir.Table, *, purpose: str, channel: str, now: datetime
) -> ir.Table:
    """Return, for each message to send, the refusal in force and the latest consent.

    A refusal or withdrawal is in force until a later consent covers it: for the same purpose,
    channel, topic and address or, where the refusal named any, for one of them. At the same
    moment the refusal wins. Changes that have expired or not begun do not count. A change that
    names an address applies to that address, whichever record it belongs to; any other applies to
    all records of its customer.

    Args:
        consents: One row per change of consent: the canonical `consents` with `customer_id`, and
            `address`, the e-mail address it belongs to (null if it belongs to the person).
        messages: One row per message: `number`, `customer_id`, `address`, `topic`.
        purpose: What the messages are for.
        channel: How they go out.
        now: The moment (aware).

    Returns:
        One row per message whose customer has any change of consent: `number`; `refused_at`,
        `refusal`, `refused_source`, `refused_record_id` of the latest refusal in force (null:
        none); `given_at` of the latest consent (null: none).
    """
    changes = _changes_by_message(_in_force(consents, purpose, channel, now), messages)
    refusals = changes.filter(changes.state.isin(REFUSALS))
    grants = changes.filter(changes.state == "given")
    last = _latest_refusal(_refusals_in_force(refusals, grants))
    own = grants.filter(grants.is_own)
    consented = own.group_by("number").aggregate(given_at=own.effective_at.max())
    numbers = changes.select("number").distinct()
    return (
        numbers.left_join(last, "number")
        .drop("number_right")
        .left_join(consented, "number")
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


def _changes_by_message(consents: ir.Table, messages: ir.Table) -> ir.Table:
    """One row per message and change of consent that applies to it."""
    wanted = messages.select("number", wanted="address", about="topic", whose="customer_id")
    by_person = wanted.inner_join(consents, [wanted.whose == consents.customer_id])
    person = by_person.filter(
        by_person.address.isnull() | (by_person.address == by_person.wanted)
    ).mutate(is_own=ibis.literal(True))  # noqa: FBT003  a column
    by_address = wanted.inner_join(consents, [wanted.wanted == consents.address])
    others = by_address.filter(~by_address.whose.identical_to(by_address.customer_id)).mutate(
        is_own=ibis.literal(False)  # noqa: FBT003  a column
    )
    changes = ibis.union(person, others)
    return changes.filter(changes.topic.isin([ANY]) | (changes.topic == changes.about)).select(
        "number", "is_own", *_ROW
    )


def _refusals_in_force(refusals: ir.Table, grants: ir.Table) -> ir.Table:
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


def _latest_refusal(refusals: ir.Table) -> ir.Table:
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
