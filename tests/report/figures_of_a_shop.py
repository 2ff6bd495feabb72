"""Literal figures of a made-up shop, small enough to check by eye."""

from datetime import date

from outsidein.figures.figure import Estimate, Figure, Unit, counted, unanswered
from outsidein.objectives.declaration import Objective
from outsidein.report.contents import ReportContents
from outsidein.segments.declaration import Segment
from outsidein.value.declaration import Policy, Tier

SCRIPT = "<script>alert('x')</script>"
DECIDED = Policy(decision="invest", by="Ada", on=date(2018, 1, 8), reason="They bring most.")
TIERS = (Tier(name="gold", top_share=0.2, policy=DECIDED), Tier(name="lead", losses=True))


def ladder_today():
    return Figure(
        "ladder_today",
        "Where customers stand today",
        "Counted on the highest step.",
        ("stage",),
        (
            unanswered("customers", Unit.CUSTOMERS, "not observed", group={"stage": "Trial"}),
            counted("customers", Unit.CUSTOMERS, 300, n=300, group={"stage": "Purchase"}),
            counted("share of customers", Unit.SHARE, 0.75, n=300, group={"stage": "Purchase"}),
            counted("customers", Unit.CUSTOMERS, 100, n=100, group={"stage": "Loyalty"}),
            counted("share of customers", Unit.SHARE, 0.25, n=100, group={"stage": "Loyalty"}),
        ),
    )


def ladder_steps():
    group = {"from": "Purchase", "to": "Loyalty"}
    return Figure(
        "ladder_steps",
        "Who climbs, and how soon",
        "Kaplan-Meier.",
        ("from", "to"),
        (
            Estimate("within 90 days", Unit.SHARE, 154, 0.85, 0.79, 0.9, group=group),
            Estimate("median days to climb", Unit.DAYS, 154, 8, 7, 10, group=group),
        ),
    )


def tiers():
    rows = {"gold": (40, 800_000), "lead": (12, -50_000)}
    return Figure(
        "tiers",
        "Tiers of customers by profit",
        "Ranked by profit.",
        ("tier",),
        tuple(
            estimate
            for tier, (n, profit) in rows.items()
            for estimate in (
                counted("profit", Unit.MONEY, profit, n=n, group={"tier": tier}),
                unanswered("policy", Unit.NUMBER, "nobody has decided yet", group={"tier": tier}),
            )
        ),
    )


def whale_curve():
    points = {0.2: 0.6, 0.5: 0.9, 1.0: 1.0}
    summary = {"curve": "with own failures", "customer_share": None}
    lost = Estimate(
        "losses on the unprofitable", Unit.MONEY, 12, -50_000, -70_000, -30_000, group=summary
    )
    return Figure(
        "whale_curve",
        "How few customers bring the profit",
        "Cumulative profit.",
        ("curve", "customer_share"),
        (
            Estimate("share unprofitable", Unit.SHARE, 400, 0.03, 0.02, 0.05, group=summary),
            lost,
            *(
                Estimate(
                    "cumulative share of profit",
                    Unit.NUMBER,
                    round(400 * at),
                    share,
                    share - 0.05,
                    share + 0.05,
                    group=summary | {"customer_share": at},
                )
                for at, share in points.items()
            ),
        ),
    )


def survival():
    months = {1: 0.95, 2: 0.8, 3: 0.45}
    groups = {None: 400, "tier gold": 40}
    shares = (
        Estimate(
            "share still customers",
            Unit.SHARE,
            n,
            x,
            x - 0.05,
            x + 0.05,
            group={"group": g, "month": m},
        )
        for g, n in groups.items()
        for m, x in months.items()
    )
    half = Estimate(
        "median tenure", Unit.MONTHS, 400, 3, 2, 3, group={"group": None, "month": None}
    )
    return Figure(
        "survival", "How long customers stay", "By rule.", ("group", "month"), (*shares, half)
    )


def strategy():
    asked = ("What are they worth?", "What do they need?")
    worth, needs = ({"segment": SCRIPT, "question": question} for question in asked)
    return Figure(
        "strategy",
        "Strategy by segment",
        "Seven questions.",
        ("segment", "question"),
        (
            Estimate("profit per customer", Unit.MONEY, 310, 21_034, 19_020, 23_100, group=worth),
            Estimate("profit of few", Unit.MONEY, 3, 666_600, 1, 2, group=worth),
            unanswered("needs", Unit.SHARE, "not answerable: needs a survey", group=needs),
        ),
    )


FIGURES = {
    f.name: f
    for f in (ladder_today(), ladder_steps(), tiers(), whale_curve(), survival(), strategy())
}


def shop(figures=FIGURES, **changes):
    """Contents of a report, with hostile words where a project's own words stand."""
    contents = {
        "project": f"Shop {SCRIPT}",
        "currency": "EUR",
        "as_of": date(2018, 1, 1),
        "build": 7,
        "objectives": (
            Objective(
                name="loyal",
                objective=f"More loyal customers {SCRIPT}",
                business_case="They bring more.",
                stakeholders=("marketing",),
                metric="share on loyalty",
                baseline=0.4,
                target=0.44,
                cost=60_000,
            ),
        ),
        "tiers": TIERS,
        "figures": figures,
        "sources": [{"source": SCRIPT, "rows": 1469307, "rejected": 2, "expired": 0}],
        "columns": [
            {"source": "till", "column": "day", "state": "approved"},
            {"source": "till", "column": SCRIPT, "state": "vetoed"},
        ],
        "admissions": [
            {"table": "records", "models": 1, "admitted": 400, "rejected": 2, "placeholders": 7}
        ],
        "reject_reasons": [{"origin": "records", "reason": f"no name {SCRIPT}", "rows": 2}],
        "segments": {SCRIPT: Segment(rule="orders > 1", description=f"Regulars {SCRIPT}")},
    }
    return ReportContents(**contents | changes)
