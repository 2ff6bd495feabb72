"""Alert rules: listed, tried on history, changed with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

import tomlkit
from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from tomlkit import TOMLDocument

from outsidein.access.rights import Right
from outsidein.alerts.declaration import AlertKind, AlertRule
from outsidein.alerts.loop import ALERTS
from outsidein.alerts.rule_history import FOLLOWED, AlertExample
from outsidein.alerts.trial import ChurnCount
from outsidein.edits.file_texts import FileConflict
from outsidein.errors import InputError, NothingBuilt
from outsidein.figures.figure import FEWEST
from outsidein.present.alert_facts import facts_in_words
from outsidein.present.wording import share
from outsidein.project.declarations import declare
from outsidein.stats.proportion import proportion
from outsidein.text.masking import masked_text
from outsidein.web.site import AVisit, Pages, Site, Visit
from outsidein.workspace.alert_engine import TriedAlertRule

KINDS: Mapping[AlertKind, str] = {
    "encounters": "encounters as they are recorded",
    "signals": "answers, reviews and other signals as they are recorded",
    "silence": "customers who are silent",
    "unspoken": "customers to whom nobody speaks",
}
"""What a rule looks at, in words."""

Short = Annotated[str, Field(max_length=400)]


class RuleForm(BaseModel):
    """A rule as it stands in the fields of its page."""

    model_config = ConfigDict(str_strip_whitespace=True)

    name: Annotated[str, Field(max_length=80)] = ""
    on: AlertKind = "encounters"
    rule: Annotated[str, Field(max_length=2_000)] = ""
    issue: Short = ""
    team: Short = ""
    severity: Annotated[int, Field(ge=1, le=5)] = 3
    live_from: date | Literal[""] = ""
    open_within_days: Annotated[int, Field(ge=1, le=3_650)] = 7
    complaint: bool = False

    def keys(self) -> dict[str, Any]:
        """Return the keys of the rule as the file has them; an empty day is left out."""
        keys = self.model_dump(include=set(RuleForm.model_fields) - {"name"})
        return keys | {"live_from": self.live_from or None}


class TriedForm(RuleForm):
    """What the address of a trial holds."""

    tried: bool = False


class SavedForm(RuleForm):
    """A rule to be saved, with the reason."""

    was: Annotated[str, Field(max_length=64)] = ""
    reason: Annotated[str, Field(max_length=1_000)] = ""


@dataclass(frozen=True, slots=True)
class ShownTrial:
    """What a rule would have done, in words."""

    tried: TriedAlertRule
    capacity: int
    left: str
    others: str
    scores: str
    examples: list[tuple[AlertExample, str]]


def alert_rule_pages(site: Site) -> APIRouter:
    """Return the list of alert rules, and the page on which one is tried and changed."""
    pages = Pages(site)

    @pages.get("/cases/rules", needs=Right.CHANGE_LOOP)
    def rules(visit: AVisit) -> HTMLResponse:
        alerts = visit.project.alerts
        return site.page(
            visit,
            "cases/rules.html",
            rules=alerts.rules().rules,
            open_cases=alerts.open_cases(),
            kinds=KINDS,
            changes=visit.project.files.history(path=ALERTS, rows=20),
        )

    @pages.get("/cases/rule", needs=Right.CHANGE_LOOP)
    def rule(visit: AVisit, form: Annotated[TriedForm, Query()]) -> HTMLResponse:
        if not form.tried:
            return _form(visit, _standing(visit, form))
        try:
            return _form(visit, form, trial=_tried(visit, form))
        except InputError as error:
            return _form(visit, form, problem=str(error))

    @pages.post("/cases/rule", needs=Right.CHANGE_LOOP)
    def save(visit: AVisit, form: Annotated[SavedForm, Form()]) -> Response:
        try:
            _save(visit, form)
        except FileConflict:
            raise
        except InputError as error:
            return _form(visit, form, problem=str(error))
        return RedirectResponse(visit.address("cases/rules"), status_code=303)

    def _form(
        visit: Visit, form: RuleForm, *, trial: ShownTrial | None = None, problem: str = ""
    ) -> HTMLResponse:
        answer = site.page(
            visit,
            "cases/rule.html",
            form=form,
            is_new=form.name not in visit.project.alerts.rules().rules,
            trial=trial,
            problem=problem,
            kinds=KINDS,
            teams=list(visit.project.cases.teams()),
            facts=_facts(visit, form.on),
            was=visit.project.files.read(ALERTS).sha256,
            followed=FOLLOWED,
        )
        answer.status_code = 422 if problem else 200
        return answer

    return pages.router


def _standing(visit: Visit, form: RuleForm) -> RuleForm:
    """Return a rule as it is declared; what the address says where there is none."""
    declared = visit.project.alerts.rules().rules.get(form.name)
    if declared is None:
        return form
    keys = {name: getattr(declared, name) for name in RuleForm.model_fields if name != "name"}
    return RuleForm(**keys | {"name": form.name, "live_from": declared.live_from or ""})


def _changed(visit: Visit, form: RuleForm) -> AlertRule:
    """Return the rule that a form makes of the declared one.

    Raises:
        InputError: A key is wrong, or no name is given.
    """
    if not form.name:
        raise InputError("Give the rule a name, such as late_parcel.")
    declared = visit.project.alerts.rules().rules.get(form.name)
    keys = declared.model_dump(exclude_unset=True) if declared else {}
    return declare(AlertRule, keys | form.keys(), file=ALERTS)


def _tried(visit: Visit, form: RuleForm) -> ShownTrial:
    rule = _changed(visit, form)
    is_masked = not visit.may(Right.SEE_CONTACT_DATA)
    details = {"masked": is_masked}
    with visit.project.act("alert_rule.tried", f"alert:{form.name}", by=visit.by, details=details):
        tried = visit.project.alerts.try_on_history(form.name, rule)
    shown = masked_text if is_masked else str
    currency = visit.project.currency
    return ShownTrial(
        tried=tried,
        capacity=visit.project.cases.teams()[rule.team].capacity,
        left=_share(tried.trial.fired),
        others=_share(tried.trial.others) if tried.trial.others else "",
        scores=_share(ChurnCount(tried.history.scores.answered, tried.history.scores.bad)),
        examples=[
            (example, shown(facts_in_words(example.facts, currency)))
            for example in tried.history.examples
        ],
    )


def _share(counts: ChurnCount) -> str:
    """Return a share with its interval, or that there are too few."""
    if counts.ripe < FEWEST:
        return f"fewer than {FEWEST} customers, no share"
    p = proportion(counts.left, counts.ripe)
    return f"{share(p.share)} ({share(p.low)} to {share(p.high)}) of {p.n:,} customers"


def _facts(visit: Visit, on: AlertKind) -> dict[str, str]:
    try:
        return visit.project.alerts.facts(on)
    except NothingBuilt:
        return {}


def _save(visit: Visit, form: SavedForm) -> None:
    rule = _changed(visit, form)
    try:
        visit.project.alerts.check_condition(form.name, rule)
    except NothingBuilt:
        raise InputError("Build the project first, so that the rule can be tried.") from None
    defaults = {key: value.default for key, value in AlertRule.model_fields.items()}

    def edit(document: TOMLDocument) -> None:
        rules = document.setdefault("alert", tomlkit.table(is_super_table=True))
        table = rules.setdefault(form.name, tomlkit.table())
        for key, value in form.keys().items():
            if value != defaults.get(key) or (key in table and value is not None):
                table[key] = value
            elif value is None:
                table.pop(key, None)

    visit.project.files.edit(
        ALERTS, edit, was=form.was, by=visit.by, email=visit.email,
        reason=f"{form.name}: {form.reason}" if form.reason else "",
    )  # fmt: skip
