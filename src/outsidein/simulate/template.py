"""The project that comes with a simulated firm: files that a build reads as any other's."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

import pyarrow as pa

from outsidein.simulate.accounts import FAILURES
from outsidein.simulate.declaration import Firm
from outsidein.simulate.expected_shifts import ANSWERING, STANDARDS
from outsidein.simulate.exports.survey import ANSWERED_ITEMS
from outsidein.standards.declaration import WHERE_DISASTERS_BEGIN

READ = re.compile(r"^from (\w+)", re.MULTILINE)
"""Finds the source that a model reads."""

ALERTED = timedelta(days=28)
"""Before the day of the first build, from which on alerts are fired."""

COMMENTS = "tables/signals/comments.sql"
"""The model without a row where a firm's customers write no comments."""

HURDLES = {"communication": "perception", "product": "product", "channel": "process"}
"""The kind of hurdle behind each kind of answer."""

NEEDS = {
    "shop_accounts": ("customer relations", "Who the customers are"),
    "shop_consents": ("marketing", "Whom we may write to"),
    "order_lines": ("marketing", "What customers buy and pay"),
    "deliveries": ("delivery", "Which promises were kept"),
    "store_visits": ("stores", "How long customers wait"),
    "callers": ("service", "Who rings"),
    "calls": ("service", "Whether questions are answered at the first call"),
    "complaints": ("service", "What went wrong, and whether the answer helped"),
    "subscriptions": ("retention", "Who subscribes, who leaves and why"),
    "respondents": ("customer relations", "Whom we asked"),
    "invitations": ("customer relations", "Who was asked and did not answer"),
    "responses": ("customer relations", "What customers say"),
    "messages": ("marketing", "What we wrote to whom"),
    "message_events": ("marketing", "What became of it"),
    "assignments": ("marketing", "Who was randomised to what"),
    "measurements": ("marketing", "What followed"),
}
"""Department and purpose of every source."""


def write_project(firm: Firm, folder: Path, schemas: Mapping[str, pa.Schema]) -> None:
    """Write the project files around the exports.

    Args:
        firm: What the firm is like.
        folder: Of the project.
        schemas: Columns of each source's export, those without rows left out.
    """
    values = _values(firm)
    for path, text in _template(files("outsidein.simulate").joinpath("project")):
        if set(READ.findall(text)) <= set(schemas) and (path != COMMENTS or firm.survey.comments):
            _write(folder / path, Template(text).substitute(values))
    _write(folder / "sources.toml", "\n".join(_source(name) for name in schemas))
    needs = [_need(name, schema.names, firm) for name, schema in schemas.items()]
    _write(folder / "data_needs.toml", "\n".join(needs))
    _write(folder / "segments.toml", "\n".join(_segment(name) for name in firm.segment))
    _write(folder / "factors.toml", factors_file(firm))
    _write(folder / "standards.toml", standards_file(firm))
    _write(folder / ".gitignore", ".outsidein/\nreport/\ndata/\ntruth/\n")


def factors_file(firm: Firm) -> str:
    """Word `factors.toml`: the factors the firm asks about, with the words that name them."""
    parts = ['overall = "overall"\nperiod = "year"\nlow_to = 0.25\nhigh_from = 0.9\n']
    for name, factor in firm.factor.items():
        lines = [f"[factor.{name}]", f"description = {_text(factor.description)}"]
        lines.append(f"answer = {_text(factor.answer)}")
        for language, words in factor.words.items():
            lines.append(f"terms.{language} = {_texts(words.terms)}")
        parts.append("\n".join([*lines, ""]))
    return "\n".join(parts)


def standards_file(firm: Firm) -> str:
    """Word `standards.toml`: what the firm's customers can rely on, for each kind of unit."""
    wait = firm.failure.get("long_wait")
    parts = [
        _standard(
            firm, STANDARDS["delivery"], "Parcels come on the promised day",
            ("delivery", "late_delivery"), 'measure = "late_days"', value=0,
        ),
        _standard(
            firm, STANDARDS["call"], "Questions are answered at the first call",
            ("call", "unresolved_call"), "missed = \"kind = 'unresolved_call'\"",
        ),
    ]  # fmt: skip
    if wait and wait.limit:
        parts.append(
            _standard(
                firm, STANDARDS["visit"], "Nobody waits long in a store", ("visit", "long_wait"),
                'measure = "duration_seconds"', value=wait.limit,
            )
        )  # fmt: skip
    if firm.patience:
        parts.append(_answering(firm))
    return "\n".join(parts)


def _answering(firm: Firm) -> str:
    return (
        f'[standard.{ANSWERING}]\ndescription = "Callers are answered before they hang up"\n'
        "encounters = \"kind in ('call', 'unresolved_call')\"\nmeasure = \"waited_seconds\"\n"
        "disaster = \"outcome = 'hang_up'\"\nends_with_disaster = true\n"
        f'unit = "unit"\nowner = "head of support"\n[[standard.{ANSWERING}.target]]\n'
        f"since = {firm.first_on.isoformat()}\n"
        f'value = "{WHERE_DISASTERS_BEGIN}"\nmet_by = 0.8\nby = "head of support"\n'
        'reason = "callers say how long is too long"\n'
    )


def _standard(
    firm: Firm, name: str, text: str, kinds: tuple[str, str], judged: str, *,
    value: float | None = None,
) -> str:  # fmt: skip
    """Word one standard; the second kind is the disaster."""
    good, bad = kinds
    target = "" if value is None else f"value = {value:g}\n"
    return (
        f"[standard.{name}]\ndescription = {_text(text)}\n"
        f"encounters = \"kind in ('{good}', '{bad}')\"\n{judged}\n"
        f'disaster = "kind = \'{bad}\'"\nunit = "unit"\nowner = "head of {name}"\n'
        f"[[standard.{name}.target]]\nsince = {firm.first_on.isoformat()}\n{target}"
        f'met_by = 0.9\nby = "head of {name}"\nreason = "as promised"\n'
    )


def _template(folder: Traversable, under: str = "") -> list[tuple[str, str]]:
    """Every file of the template: its path and its text."""
    template_files = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        path = f"{under}{entry.name}"
        if entry.is_dir():
            template_files += _template(entry, f"{path}/")
        elif entry.name.endswith((".toml", ".sql", ".md")):
            template_files.append((path, entry.read_text("utf-8")))
    return template_files


def _values(firm: Firm) -> dict[str, str]:
    wait = firm.failure.get("long_wait")
    weight = sum(playbook.share for playbook in firm.playbook.values())
    return {
        "NAME": firm.name.replace('"', "'"),
        "AS_OF": firm.as_of.isoformat(),
        "LIVE_FROM": (firm.as_of - ALERTED).isoformat(),
        "HURDLES": "\n".join(f'{n} = "{HURDLES[f.answer]}"' for n, f in firm.factor.items()),
        "ACTIVITIES": "\n".join(_activity(firm, kind) for kind in ("sign_up", *KINDS)),
        "LONG_WAIT": f"{wait.limit:g}" if wait and wait.limit else "null",
        "PRICE": str(firm.contract.price),
        "COST": str(firm.contract.cost),
        "ITEMS": ", ".join([*ANSWERED_ITEMS, *firm.factor]),
        "PROPENSITIES": " ".join(
            f"when '{name}' then {playbook.share / weight!r}"
            for name, playbook in firm.playbook.items()
        )
        or "when '' then null",
    }


KINDS = (
    *("delivery", "late_delivery", "visit", "long_wait", "call", "unresolved_call", "complaint"),
)
"""Kinds of encounter that cost something."""


def _activity(firm: Firm, kind: str) -> str:
    failure = "is_failure = true\n" if kind in FAILURES else ""
    return f"[activity.{kind}]\ncost = {firm.cost.get(kind, 0)}\n{failure}"


def _source(name: str) -> str:
    return f'[source.{name}]\nformat = "parquet"\npath = "data/{name}/*.parquet"\n'


def _need(name: str, columns: list[str], firm: Firm) -> str:
    department, purpose = NEEDS[name]
    return (
        f'[[need]]\nsource = "{name}"\ncolumns = {_texts(columns)}\n'
        f'department = "{department}"\npurpose = "{purpose}"\nowner = "head of {department}"\n'
        f'approver = "data protection officer"\nstate = "approved"\n'
        f"decided_on = {firm.first_on.isoformat()}\n"
    )


def _segment(name: str) -> str:
    return f"[segment.{name}]\nrule = \"trait_group = '{name}'\"\n"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _texts(texts: tuple[str, ...] | list[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
