"""What customers are worth: the best, those who cost, and the year ahead."""

from collections.abc import Iterator

from outsidein.figures.figure import Estimate
from outsidein.headlines.audiences import of_tier
from outsidein.headlines.basis import Basis
from outsidein.headlines.doubts import forecast_doubts
from outsidein.headlines.finders import anonymous_profit, share_of_profit, whale
from outsidein.headlines.statement import Ground, Kind, Statement
from outsidein.present.figure_set import number_of
from outsidein.present.wording import negated, share
from outsidein.value.declaration import Tier
from outsidein.value.figures import (
    BROUGHT_PER_CUSTOMER,
    EXPECTED_PER_CUSTOMER,
    LOSS_BY_FAILURES,
    LOSSES,
    PROFIT,
    TIER_OUTLOOK,
    TIERS,
    UNPROFITABLE,
    WHALE_CURVE,
)

BASE = "of all customers"
OF_KNOWN = "of all known customers"

INVEST = "invest"
LITTLE = 0.1
"""Part of what a tier brought below which what it will bring is little."""

MATERIAL = 0.01
"""Part of the profit that an amount has to reach to be worth a manager's decision."""


def best_customers(basis: Basis) -> Iterator[Statement]:
    """Say how much of the profit the best tier brings, and what was decided about it."""
    top = next((tier for tier in basis.tiers if tier.top_share), None)
    point = share_of_profit(basis, top.top_share) if top and top.top_share else None
    if not top or not point:
        return
    yield Statement(
        name="best_customers",
        kind=Kind.NOTE if top.policy else Kind.DECIDE,
        text=f"The best {share(top.top_share or 0, decimals=0)} {OF_KNOWN} (tier “{top.name}”) "
        f"bring {share(number_of(point))} of the profit that known customers brought so far"
        f"{anonymous_profit(basis)}.{f' {policy_sentence(top)}' if top.policy else ''}",
        base=OF_KNOWN,
        grounds=(Ground(spec=WHALE_CURVE, estimate=point),),
        action="" if top.policy else policy_sentence(top),
        audience=of_tier(top.name),
    )


def policy_sentence(tier: Tier) -> str:
    """Say what was decided about a tier, or that a decision is due."""
    if tier.policy:
        return f"Decided for them by {tier.policy.by}: {tier.policy.decision}."
    return f"Decide a policy for tier “{tier.name}”."


def unprofitable_customers(basis: Basis) -> Iterator[Statement]:
    """Say how many customers cost more than they bring, and how much of it is the firm's doing."""
    many = whale(basis, UNPROFITABLE)
    loss = whale(basis, LOSSES)
    tier = next((tier for tier in basis.tiers if tier.losses), None)
    if not many or not number_of(many) or not loss:
        return
    yield Statement(
        name="unprofitable_customers",
        kind=Kind.DECIDE,
        text=f"{basis.words.in_sentence(many)} {BASE} have cost more than they brought so far, "
        f"{basis.words.value(negated(loss))} together.",
        base=BASE,
        grounds=(Ground(spec=WHALE_CURVE, estimate=many, no_effect=0.0),),
        action=_what_to_do(basis, tier),
        worth=-number_of(loss),
        worth_of="what they have cost so far",
        doubts=doubts_of_size(basis, -number_of(loss)),
    )


def doubts_of_size(basis: Basis, amount: float) -> tuple[str, ...]:
    """Object to an amount that hardly changes the profit."""
    profit = whale(basis, PROFIT)
    if not profit or amount >= MATERIAL * abs(number_of(profit)):
        return ()
    part = share(amount / abs(number_of(profit)))
    return (
        f"{basis.words.money(amount)} are {part} of the profit: a headline needs {share(MATERIAL)}",
    )


def _what_to_do(basis: Basis, tier: Tier | None) -> str:
    failed = basis.one(TIERS, LOSS_BY_FAILURES, tier=tier.name) if tier else None
    ours = (
        f"Mend own failures first: without their cost {basis.words.value(failed)} of them would "
        "not be a loss. "
        if failed and number_of(failed)
        else ""
    )
    return f"{ours}{policy_sentence(tier) if tier else ''}".strip()


def invested_in_what_is_over(basis: Basis) -> Iterator[Statement]:
    """Point to a tier in which the firm invests though little of what it brought comes again."""
    for tier in basis.tiers:
        brought = basis.one(TIER_OUTLOOK, BROUGHT_PER_CUSTOMER, tier=tier.name)
        expected = basis.one(TIER_OUTLOOK, EXPECTED_PER_CUSTOMER, tier=tier.name)
        is_invested = tier.policy is not None and tier.policy.decision == INVEST
        if is_invested and brought and expected and _is_little(expected, brought):
            yield _over(basis, tier, brought, expected)


def _is_little(expected: Estimate, brought: Estimate) -> bool:
    """Whether even the upper end of what is expected is a tenth of what was brought."""
    upper = expected.high if expected.high is not None else number_of(expected)
    return number_of(brought) > 0 and upper < LITTLE * number_of(brought)


def _over(basis: Basis, tier: Tier, brought: Estimate, expected: Estimate) -> Statement:
    base = f"customers of tier “{tier.name}”"
    return Statement(
        name=f"outlook {tier.name}",
        kind=Kind.DECIDE,
        text=f"The {brought.n or 0:,} {base} brought {basis.words.value(brought)} each so far and "
        f"are expected to bring {basis.words.in_sentence(expected)} in the year ahead, both "
        "before the cost to serve.",
        base=base,
        grounds=(
            Ground(spec=TIER_OUTLOOK, estimate=brought),
            Ground(spec=TIER_OUTLOOK, estimate=expected),
        ),
        action=f"Decide again about the policy “{INVEST}”: most of their value lies behind them.",
        doubts=forecast_doubts(basis),
    )
