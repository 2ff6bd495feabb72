"""What exports say about a project's settings: currency, zone, its day, what may be empty."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from outsidein.drafts.countries import COUNTRIES
from outsidein.drafts.guesses import Guess
from outsidein.workspace.template import with_setting

LIVE_DAYS = 30
"""Data whose newest row is older than this are of the past, not of today."""


def is_past(newest: date, today: date) -> bool:
    """Say whether data that end on a day are of the past."""
    return newest < today - timedelta(days=LIVE_DAYS)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of the project; `reason` says why it is guessed, empty where it is stated."""

    name: str
    value: str
    reason: str = ""

    def line(self) -> str:
        """Return the setting as it stands in the project, with its reason."""
        guess = f"  (a guess: {self.reason})" if self.reason else ""
        return f'{self.name} = "{self.value}"{guess}'


def drafted_settings(
    currencies: Iterable[Guess | None],
    countries: Iterable[Guess | None],
    *,
    stated: Mapping[str, str],
    defaults: Mapping[str, str],
) -> list[Setting]:
    """Return currency, time zone and country as stated, or as most exports suggest.

    Args:
        currencies: The guess of each export.
        countries: The guess of each export.
        stated: Settings that somebody stated.
        defaults: Of each setting, where the exports suggest none.
    """
    country = _most_frequent(countries) or _country_of(stated.get("timezone"))
    currency = _most_frequent(currencies) or _currency_of(country)
    guesses = {"currency": currency, "timezone": _zone(country, currency), "country": country}
    return [
        Setting(name, value)
        if (value := stated.get(name))
        else Setting(name, *(guess or (defaults[name], "the exports do not say")))
        for name, guess in guesses.items()
    ]


def state_settings(
    path: Path,
    settings: Iterable[Setting],
    *,
    newest: date | None,
    may_be_empty: Sequence[str],
    today: date,
) -> None:
    """Write settings into `outsidein.toml`, guesses with their reason.

    Args:
        path: The file.
        settings: Currency, time zone and country.
        newest: The last day of the data; where long past, the day before which data are used.
        may_be_empty: The models that other sources may leave without a row.
        today: The day.
    """
    text = path.read_text("utf-8")
    for setting in settings:
        comment = f"A guess: {setting.reason}. Correct it where it is wrong."
        text = with_setting(
            text, setting.name, setting.value, comment=comment if setting.reason else ""
        )
    if newest and is_past(newest, today):
        text = re.sub(
            "# as_of = .*",
            f"as_of = {newest + timedelta(days=1)}               # the day after the newest row; "
            "remove it once the data come in daily",
            text,
            count=1,
        )
    if may_be_empty:
        names = "".join(f'    "{name}",\n' for name in may_be_empty)
        limits = (
            "[publish]                        # a build beyond these limits is not published\n"
            "# Models that another source may leave without a row:\n"
            f"may_be_empty = [\n{names}]"
        )
        text = re.sub(r"# \[publish\].*", limits, text, count=1)
    path.write_text(text, encoding="utf-8")


def _most_frequent(guesses: Iterable[Guess | None]) -> Guess | None:
    present = [guess for guess in guesses if guess]
    counts = Counter(guess.value for guess in present)
    return max(present, key=lambda guess: counts[guess.value], default=None)


def _country_of(zone: str | None) -> Guess | None:
    code = next((country.code for country in COUNTRIES.values() if country.timezone == zone), None)
    return Guess(code, f"where most people have {zone}") if code else None


def _currency_of(country: Guess | None) -> Guess | None:
    if country is None:
        return None
    return Guess(COUNTRIES[country.value].currency, f"the currency of {country.value}")


def _zone(country: Guess | None, currency: Guess | None) -> Guess | None:
    """Guess the zone from the country, or from a currency that one country alone has."""
    if country is not None:
        zone = COUNTRIES[country.value].timezone
        return Guess(zone, f"that of most people in {country.value}")
    payers = [c for c in COUNTRIES.values() if currency and c.currency == currency.value]
    if len(payers) != 1:
        return None
    return Guess(payers[0].timezone, f"that of most people who pay in {payers[0].currency}")
