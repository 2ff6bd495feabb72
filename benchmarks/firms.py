"""Business contacts with known firms: how well they are resolved, and people tied to their firms.

`python -m benchmarks.firms` prints the table; `... 2000 7` that of so many firms from another
seed. The contacts are invented: firms with legal forms left out, abbreviated and misspelt, desk
phones, mail domains, free mail, local mail providers, firms of one name in two towns, offices that
share a switchboard, freelancers, and consultants who work for two firms.
"""
# ruff: noqa: S311  no secrets are drawn here

import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import ibis
import numpy as np
import pyarrow as pa
from ibis.backends import BaseBackend

from outsidein.canonical.tables import canonical
from outsidein.identity.declaration import FirewallSettings
from outsidein.identity.records.identifiers import normalise_identifiers
from outsidein.identity.relations.firms import resolve_firms
from outsidein.identity.relations.suggested_relations import suggest_employees
from outsidein.identity.review.linkage_quality import (
    LinkageQuality,
    QualityEstimate,
    ReviewedStratum,
    linkage_quality,
    reviewed_precision,
)
from outsidein.lake.engine import connect

ROOTS = (
    *("Hart", "Berg", "Lind", "Brück", "Stein", "Wald", "Kühn", "Rott", "Hoff", "Schäf", "Krüg"),
    *("Eich", "Bau", "Feld", "Grün", "Hess", "Kirch", "Lütt", "Mohr", "Neu", "Ober", "Röd", "Sand"),
)
ENDS = ("mann", "er", "ner", "ke", "el", "ing", "meier", "heim", "hoff", "ling", "bach", "weiß")
SURNAMES = tuple(root + end for root in ROOTS for end in ENDS)
SYLLABLES = (
    *("no", "ve", "lu", "mo", "ta", "ri", "ka", "zen", "or", "bis", "al", "pi", "na", "del", "quo"),
    *("ter", "ra", "fon", "gri", "sol", "xo", "mer", "kur", "hy", "dra"),
)
TRADES = (
    *("Bau", "Logistik", "Maschinenbau", "Elektrotechnik", "Software", "Druckerei", "Möbel"),
    *("Metallbau", "Immobilien", "Spedition", "Gartenbau", "Medizintechnik", "Consulting"),
    *("Sanitär", "Textil", "Verpackungen", "Optik", "Catering", "Werbung", "Solartechnik"),
)
FORMS = ("GmbH", "GmbH & Co. KG", "AG", "KG", "e.K.", "UG (haftungsbeschränkt)", "OHG")
TOWNS = ("Kiel", "Ulm", "Jena", "Trier", "Emden", "Fulda", "Gera", "Hof", "Leer", "Passau")
GIVEN = ("anna", "ben", "carla", "david", "emma", "felix", "greta", "hugo", "ida", "jonas")
FREE = ("gmail.com", "gmx.de", "web.de", "t-online.de")
ABBREVIATED = {
    "Maschinenbau": "Masch.-Bau",
    "Elektrotechnik": "E-Technik",
    "Immobilien": "Immo",
    "Medizintechnik": "Medtech",
    "Logistik": "Log.",
}


@dataclass(slots=True)
class Firm:
    """A firm as it truly is; `domain` and `phone` are null where it has none."""

    number: int
    core: str
    form: str
    town: str
    domain: str | None
    phone: str


@dataclass(slots=True)
class Contacts:
    """Records, their identifiers, and the firms each is truly of."""

    records: list[dict[str, Any]] = field(default_factory=list)
    identifiers: list[dict[str, Any]] = field(default_factory=list)
    truth: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def add(self, of: Sequence[Firm], fields: dict[str, Any], **held: Sequence[str]) -> None:
        """Add a record of these firms, with what it holds by kind of identifier."""
        key = {"source": "crm", "record_id": f"r{len(self.records):05}"}
        self.records.append(key | {"party_kind": "person"} | fields)
        self.truth[key["record_id"]] = tuple(firm.number for firm in of)
        self.identifiers += [
            key | {"kind": kind, "value": value}
            for kind, values in held.items()
            for value in values
        ]


class Result(NamedTuple):
    """Firms found beside the true ones, and people tied to a record of their firm."""

    records: int
    firms: LinkageQuality
    employee_precision: QualityEstimate
    employee_recall: QualityEstimate


def contacts(number: int, *, seed: int = 1) -> Contacts:
    """Make the contacts of so many firms."""
    rng = random.Random(seed)
    found, made = Contacts(), list(_firms(number, rng))
    for firm in made:
        _add_firm(found, firm, rng)
    for _ in range(number // 5):
        name = f"{rng.choice(GIVEN)}.{_plain(rng.choice(SURNAMES))}{rng.randrange(1_000)}"
        found.add([], {}, email=[f"{name}@{rng.choice(FREE)}"], phone=[_mobile(rng)])
    for _ in range(number // 20):
        one, other = rng.sample([firm for firm in made if firm.domain], 2)
        name = f"{rng.choice(GIVEN)}.{_plain(rng.choice(SURNAMES))}"
        mails = [f"{name}@{firm.domain}" for firm in (one, other)]
        found.add([one, other], {"organisation_name": _written(one, rng)}, email=mails)
    return found


def measure(backend: BaseBackend, made: Contacts) -> Result:
    """Resolve contacts and compare with the truth.

    Firms are compared over records of one true firm at most; a record found to be of none is one
    by itself. A tie of a person is right if the record it leads to is of a firm they work for;
    there are as many to find as people work for firms that have a record of their own.
    """
    records, identifiers = _canonical(made)
    compared = normalise_identifiers(identifiers, country="DE")
    found = resolve_firms(backend, records, compared, settings=FirewallSettings())
    of = {row["record_id"]: row["firm"] for row in found.to_pylist()}
    single = [record for record, true in made.truth.items() if len(true) < 2]  # noqa: PLR2004
    resolved = linkage_quality(
        [of.get(record, record) for record in single],
        [str(next(iter(made.truth[record]), record)) for record in single],
        rng=np.random.default_rng(1),
    )
    ties = suggest_employees(backend, ibis.memtable(found)).to_pylist()
    right = sum(
        bool(set(made.truth[tie["record_id"]]) & set(made.truth[tie["to_record_id"]]))
        for tie in ties
    )
    wanted = _jobs(made)
    return Result(
        len(made.records),
        resolved,
        reviewed_precision([ReviewedStratum(len(ties), len(ties), right)]),
        reviewed_precision([ReviewedStratum(wanted, wanted, right)]),
    )


def rows(number: int, seed: int) -> Iterator[str]:
    """Word the result as rows of a table."""
    found = measure(connect(), contacts(number, seed=seed))
    yield "| what | precision | recall | F1 |"
    yield "|---|---|---|---|"
    told = found.firms
    yield (
        f"| {found.records:,} records of {number:,} firms, pairs | {_said(told.precision)} "
        f"| {_said(told.recall)} | {_said(told.f1)} |"
    )
    yield (
        f"| the same, by record (B-cubed) | {_said(told.record_precision)} "
        f"| {_said(told.record_recall)} | {_said(told.record_f1)} |"
    )
    yield (
        f"| {found.employee_recall.n:,} jobs of people, {found.employee_precision.n:,} found "
        f"| {_said(found.employee_precision)} | {_said(found.employee_recall)} | |"
    )


def _firms(number: int, rng: random.Random) -> Iterator[Firm]:
    """Firms whose names are as alike as those of a region; every twentieth has a namesake."""
    taken: set[str] = set()
    before: Firm | None = None
    for place in range(number):
        is_namesake = before is not None and place % 20 == 1
        core = before.core if before and is_namesake else _core(rng)
        towns = [town for town in TOWNS if not (before and is_namesake and town == before.town)]
        town = rng.choice(towns)
        before = Firm(place, core, rng.choice(FORMS), town, None, _landline(place))
        before.domain = _domain(before, rng, taken)
        yield before


def _core(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.35:  # noqa: PLR2004  shares of kinds of names
        return f"{rng.choice(SURNAMES)} {rng.choice(TRADES)}"
    if kind < 0.5:  # noqa: PLR2004
        return f"{rng.choice(SURNAMES)} & {rng.choice(SURNAMES)} {rng.choice(TRADES)}"
    if kind < 0.9:  # noqa: PLR2004
        stem = "".join(rng.sample(SYLLABLES, 3)).capitalize()
        return f"{stem} {rng.choice(TRADES)}"
    return f"{rng.choice(SURNAMES)} & Söhne {rng.choice(TRADES)}"


def _domain(firm: Firm, rng: random.Random, taken: set[str]) -> str | None:
    """Four in five have a domain of their own; where it is taken it names the town."""
    if rng.random() < 0.2:  # noqa: PLR2004
        return None
    label = _plain(firm.core)
    if label in taken:
        label = f"{label}-{_plain(firm.town)}"
    taken.add(label)
    return f"{label}.{rng.choice(('de', 'de', 'com', 'eu'))}"


def _add_firm(found: Contacts, firm: Firm, rng: random.Random) -> None:
    office = [_landline(firm.number // 15 * 15)] if firm.number % 15 < 2 else []  # noqa: PLR2004
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        mail = [f"info@{firm.domain}"] if firm.domain and rng.random() < 0.6 else []  # noqa: PLR2004
        if not firm.domain and rng.random() < 0.3:  # noqa: PLR2004
            mail = [f"{_plain(firm.core)}@stadtnetz-{_plain(firm.town)}.de"]
        desk = office or ([firm.phone] if rng.random() < 0.5 else [])  # noqa: PLR2004
        name = {"name": _written(firm, rng), "party_kind": "organisation", "city": firm.town}
        found.add([firm], name, email=mail, phone=desk)
    for _ in range(rng.randrange(1, 9)):
        _add_employee(found, firm, rng, office)


def _add_employee(found: Contacts, firm: Firm, rng: random.Random, office: Sequence[str]) -> None:
    """Three in four name their firm; most write from it; some have nothing but the desk's phone."""
    name = f"{rng.choice(GIVEN)}.{_plain(rng.choice(SURNAMES))}"
    said = {"organisation_name": _written(firm, rng)} if rng.random() < 0.75 else {}  # noqa: PLR2004
    at_work = firm.domain is not None and rng.random() < 0.6  # noqa: PLR2004
    mail = (
        f"{name}@{firm.domain}" if at_work else f"{name}{rng.randrange(1_000)}@{rng.choice(FREE)}"
    )
    has_mail = at_work or rng.random() < 0.5  # noqa: PLR2004
    has_hint = bool(said) or (at_work and has_mail)
    desk = office or [firm.phone]
    phone = desk if rng.random() < 0.4 or not has_hint else [_mobile(rng)]  # noqa: PLR2004
    if rng.random() < 0.5:  # noqa: PLR2004
        said["city"] = firm.town
    found.add([firm], said, email=[mail] if has_mail else [], phone=phone)


def _written(firm: Firm, rng: random.Random) -> str:
    """Write a firm's name as people do."""
    core = firm.core
    if rng.random() < 0.1:  # noqa: PLR2004
        for whole, short in ABBREVIATED.items():
            core = core.replace(whole, short)
    if rng.random() < 0.04:  # noqa: PLR2004
        place = rng.randrange(1, len(core) - 1)
        core = core[:place] + core[place + 1 :]
    if rng.random() < 0.3:  # noqa: PLR2004
        core = core.replace("ü", "ue").replace("ö", "oe").replace("ä", "ae").replace("ß", "ss")
    if rng.random() < 0.2:  # noqa: PLR2004
        core = core.replace(" & ", rng.choice((" und ", " + ", "&")))
    form = rng.choice((firm.form, firm.form, firm.form.lower(), "", ""))
    told = f"{core} {form}".strip()
    return told.upper() if rng.random() < 0.1 else told  # noqa: PLR2004


def _plain(text: str) -> str:
    told = text.lower().replace("ü", "ue").replace("ö", "oe").replace("ä", "ae").replace("ß", "ss")
    return re.sub("[^a-z0-9]+", "-", told).strip("-")


def _landline(number: int) -> str:
    return f"+49 431 {5_000_000 + number * 13}"


def _mobile(rng: random.Random) -> str:
    return f"+49 171 {rng.randrange(1_000_000, 9_999_999)}"


def _jobs(made: Contacts) -> int:
    """Count pairs of a person and a firm they work for."""
    people = [row["record_id"] for row in made.records if row["party_kind"] == "person"]
    return sum(len(made.truth[record]) for record in people)


def _canonical(made: Contacts) -> tuple[ibis.Table, ibis.Table]:
    tables = []
    for name, rows_of in (("records", made.records), ("identifiers", made.identifiers)):
        schema = ibis.schema(canonical(name).all_columns).to_pyarrow()
        tables.append(ibis.memtable(pa.Table.from_pylist(rows_of, schema=_nullable(schema))))
    return tables[0], tables[1]


def _nullable(schema: pa.Schema) -> pa.Schema:
    return pa.schema([column.with_nullable(True) for column in schema])  # noqa: FBT003


def _said(found: QualityEstimate) -> str:
    return f"{found.value:.4f} ({found.low:.4f} to {found.high:.4f})"


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    print("\n".join(rows(*(arguments + [1_000, 1][len(arguments) :]))))
