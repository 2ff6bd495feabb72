"""How a column writes days and times: codes of `strptime`, or the day numbers of Excel."""

import re

from outsidein.lake.sql import literal

EXCEL = "excel"
EXCEL_1904 = "excel1904"
_FIRST_DAYS = {EXCEL: "1899-12-30", EXCEL_1904: "1904-01-01"}
_CODES = frozenset("YymbBdjaAHIMSfpz%")
_SHOWN_CODES = "%Y %y %m %b %B %d %j %a %A %H %I %M %S %f %p %z"
_YEARS = frozenset("Yy")
_DAYS = (frozenset("md"), frozenset("bd"), frozenset("Bd"), frozenset("j"))
_CLOCK = frozenset("HI")
_LEAST_YEAR = "TIMESTAMP '1000-01-01'"


def date_form_problem(form: str) -> str | None:
    """Say what is wrong with a form, or None.

    Example:
        >>> date_form_problem("%d.%m.%Y"), date_form_problem("excel")
        (None, None)
        >>> date_form_problem("%d.%m.")
        "'%d.%m.' names no year; write %Y for 2024 or %y for 24"
    """
    codes = _codes(form)
    if form in _FIRST_DAYS:
        return None
    if not codes:
        return (
            f"{form!r} is no form of a date; write it by codes, as in '%d.%m.%Y' for 31.12.2024, "
            "or 'excel' where the column counts days"
        )
    unknown = sorted(codes - _CODES)
    if unknown:
        return f"there is no code %{unknown[0]}; there are {_SHOWN_CODES}"
    return _gap(form, codes)


def _gap(form: str, codes: frozenset[str]) -> str | None:
    if not codes & _YEARS:
        return f"{form!r} names no year; write %Y for 2024 or %y for 24"
    if not any(days <= codes for days in _DAYS):
        return f"{form!r} names no day of the year; write %m and %d, or %j"
    if "I" in codes and "p" not in codes:
        return f"{form!r} has hours up to 12 without %p, which tells morning from evening"
    return None


def date_type(form: str) -> str:
    """Return the type of what a form writes.

    Example:
        >>> date_type("%d.%m.%Y"), date_type("%m/%d/%Y %I:%M %p"), date_type("%Y-%m-%dT%H:%M%z")
        ('DATE', 'TIMESTAMP', 'TIMESTAMPTZ')
    """
    if form in _FIRST_DAYS:
        return "DATE"
    codes = _codes(form)
    if "z" in codes:
        return "TIMESTAMPTZ"
    return "TIMESTAMP" if codes & _CLOCK else "DATE"


def moment(text: str, form: str) -> str:
    """Return SQL of the moment that a text writes, null where it is not of the form."""
    if form in _FIRST_DAYS:
        return _excel_moment(text, _FIRST_DAYS[form])
    parsed = f"try_strptime({text}, {literal(form)})"
    if "Y" not in _codes(form):
        return parsed
    return f"CASE WHEN {parsed} >= {_LEAST_YEAR} THEN {parsed} END"


def _excel_moment(text: str, first: str) -> str:
    """Whole days, and the seconds of the fraction: Excel keeps about a millisecond."""
    number = f"TRY_CAST({text} AS DOUBLE)"
    seconds = f"to_seconds(round({number} * 86400)::BIGINT)"
    return f"CASE WHEN {number} BETWEEN 1 AND 2958465 THEN TIMESTAMP '{first}' + {seconds} END"


def _codes(form: str) -> frozenset[str]:
    return frozenset(re.findall(r"%-?(.)", form))
