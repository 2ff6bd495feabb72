"""Cases of simulated firms: fired by a rule, given a playbook by chance, and followed up."""

from datetime import UTC, datetime, timedelta

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.orm import Session, sessionmaker

from outsidein.alerts.declaration import AlertRule
from outsidein.alerts.live_rules import RuleRun, run_rules
from outsidein.cases.declaration import Team
from outsidein.cases.outcomes import case_outcomes, cases_table, playbook_counts, playbook_figure
from outsidein.cases.outlets import outlets
from outsidein.cases.playbooks import Playbook, PlaybookHeader
from outsidein.lake.engine import connect
from outsidein.settings import read_settings
from outsidein.simulate.aftermath import Subjects, aftermath
from outsidein.simulate.course import course
from outsidein.simulate.declaration import MONTH
from outsidein.simulate.hazards import STAYS
from outsidein.simulate.people import DAY, seconds
from tests.alerts.conftest import SPELLS, filled, world
from tests.simulate.firms import of_one_segment

DAYS = 60
JUMP = 8.0
RECOVERY = {"apology": 0.15, "call_back": 0.8}
HOLD_OUT = 0.1


def failing(**given):
    """A firm whose parcels are often late, which makes its customers leave."""
    units = {
        "depot": {"kind": "delivery", "kept": 0.6},
        "store": {"kind": "visit"},
        "team": {"kind": "call"},
    }
    late = {"late_delivery": {"factor": "delivery", "jump": JUMP, "reason": "delivery"}}
    told = {"orders": 1.0, "contract": 1.0, "calls": 0.0}
    usual = {
        "unit": units, "failure": late, "months": 8, "campaign": {}, "channel": {
            "web": {"share": 1, "delivers": True}
        },
        "contract": {"hazard": (0.05,), "frailty": 0.2},
        "playbook": {name: {"share": 1, "recovery": r} for name, r in RECOVERY.items()},
    }  # fmt: skip
    return of_one_segment(told, **{**usual, **given})


def rule(firm):
    """Fires on what was late in the last thirty days."""
    return AlertRule(
        on="encounters", rule="kind = 'late_delivery'", issue="delivery", team="care",
        playbooks=tuple(RECOVERY), randomise=True, hold_out=HOLD_OUT,
        live_from=firm.as_of - timedelta(days=MONTH),
    )  # fmt: skip


def outcomes(firm, *, customers, seed, store, folder):
    """What the product says of the playbooks of a firm's cases, and what is true of them.

    Returns:
        The estimates of `playbook_outcomes` that compare two playbooks, by their names, and the
        true differences, averaged over the customers who were compared.
    """
    run = course(firm, seed=seed, block=0, first=0, size=customers)
    here = run.left_at == STAYS
    cases = _cases(firm, run, here, seed=seed, store=store, folder=folder)
    about = cases["about"].to_numpy(zero_copy_only=False).astype(str)
    who = np.array([int(name.split("-")[1]) for name in about])
    recovery = {**RECOVERY, "hold-out": 0.0}
    books = cases["playbook"].to_pylist()
    subjects = Subjects(
        run.people.joined[who], run.people.hazard[who], np.full(len(who), JUMP),
        np.array([recovery[book] for book in books]),
    )  # fmt: skip
    at, rng = seconds(firm.as_of), np.random.default_rng([seed, 1])
    after = aftermath(firm, rng, subjects, at=at, days=DAYS)
    found = _figure(firm, run, cases, who, after)
    gained = after.stays_recovered - after.stays_otherwise
    return found, _truth(np.array(books), gained)


def _cases(firm, run, here, *, seed, store, folder):
    """Let the rule fire on what the firm's own depots delivered late; the store keeps the cases."""
    deliveries = run.systems.deliveries.columns()
    recent = (deliveries["at"] >= seconds(firm.as_of) - 3 * MONTH * DAY) & here[deliveries["who"]]
    was_late = deliveries["at"] > deliveries["promised"]
    rows = [
        {"encounter_id": f"{seed}-{number}", "record_id": f"r{seed}-{who}", "kind": kind,
         "started_at": datetime.fromtimestamp(int(at), UTC)}
        for number, who, at, kind in zip(
            deliveries["number"][recent], deliveries["who"][recent], deliveries["at"][recent],
            np.where(was_late, "late_delivery", "delivery")[recent],
            strict=True,
        )
    ]  # fmt: skip
    owner = {row["record_id"]: row["record_id"][1:] for row in rows}
    backend, name = connect(timezone="UTC"), f"late_{seed}"
    header = PlaybookHeader(title="Sorry", issues=("delivery",), minimum_response="Sorry.")
    run_rules(
        RuleRun(
            backend=backend, tables=world(encounters=rows, customers=owner), build=1,
            as_of=firm.as_of, timezone="UTC", within_days=DAYS, ledger=folder / f"seen{seed}",
            batch=sessionmaker(store).begin, rules={name: rule(firm)},
            teams={"care": Team(lead="Ana", members={"Ana": "ana@firm.pt"})},
            playbooks={name: Playbook(name, header, "") for name in RECOVERY},
            outlets=outlets(lambda: read_settings({})),
            now=datetime.combine(firm.as_of, datetime.min.time(), UTC),
        )
    )  # fmt: skip
    with Session(store) as session:
        found = cases_table(session, timezone="UTC")
    backend.disconnect()
    return found.filter(pc.equal(found["rule"], name))


def _figure(firm, run, cases, who, after):
    """What came of the cases, once their days are over."""
    spells = [
        {"customer_id": about, "started_on": _day(run.people.joined[person]),
         "churned_on": None if left == STAYS else _day(left)}
        for about, person, left in zip(cases["about"].to_pylist(), who, after.left_at, strict=True)
    ]  # fmt: skip
    ids = pa.table(
        {
            "source": cases["source"],
            "record_id": cases["record_id"],
            "customer_id": cases["about"],
        }
    )
    stays = case_outcomes(
        ibis.memtable(cases), ibis.memtable(ids), filled(spells, SPELLS, lambda _: {}),
        within_days=DAYS, as_of=firm.as_of + timedelta(days=DAYS + 1),
    )  # fmt: skip
    figure = playbook_figure(playbook_counts(stays), within_days=DAYS)
    return {e.group["playbook"]: e for e in figure.estimates if e.measure.startswith("more stayed")}


def _truth(books, gained):
    """The true difference of each pair, over the customers who got one or the other."""
    recovery, told = {**RECOVERY, "hold-out": 0.0}, {}
    for pair in (("apology", "call_back"), ("apology", "hold-out"), ("call_back", "hold-out")):
        one, other = pair
        among = np.isin(books, pair)
        told[f"{one} against {other}"] = (recovery[one] - recovery[other]) * gained[among].mean()
    return told


def _day(at):
    return datetime.fromtimestamp(int(at), UTC).date()
