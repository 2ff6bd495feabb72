"""What exports say about a project's settings: its currency, its day, what may be empty."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from outsidein.drafts.looked_at import LookedAt

LIVE_DAYS = 30
"""Data whose newest row is older than this are of the past, not of today."""


def state_settings(
    path: Path, seen: Sequence[LookedAt], may_be_empty: Sequence[str], *, today: date
) -> None:
    """Write into `outsidein.toml` what the exports say.

    The currency is stated where they agree on one, the day before which data are used where
    they ended long ago, and the models that other sources may leave without a row.
    """
    text = path.read_text("utf-8")
    currencies = {one.currency for one in seen if one.currency}
    if len(currencies) == 1:
        text = re.sub('currency = "[A-Z]+"', f'currency = "{currencies.pop()}"', text, count=1)
    newest = max((one.newest for one in seen if one.newest), default=today)
    if newest < today - timedelta(days=LIVE_DAYS):
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
