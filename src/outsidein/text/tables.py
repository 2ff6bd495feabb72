"""Tables of texts: every text, the factors it names, and quotes."""

from outsidein.canonical.tables import canonical
from outsidein.tables.columns import (
    DAY,
    PERSON_KEY,
    PERSONAL_TEXT,
    REQUIRED_FLAG,
    REQUIRED_MOMENT,
    REQUIRED_PERSON_KEY,
    REQUIRED_TEXT,
)
from outsidein.tables.table import Column, Personal, Table

_SIGNALS = canonical("signals")

TEXTS = Table(
    "texts",
    "signal with a text",
    _SIGNALS.key,
    {
        "source": REQUIRED_TEXT,
        "signal_id": REQUIRED_PERSON_KEY,
        "customer_id": PERSON_KEY,
        "signalled_at": REQUIRED_MOMENT,
        "is_late": Column("boolean", required=True, meaning="whether it counts as new"),
        "language": Column("string", required=True, meaning="ISO 639-1 code, or unknown"),
        "polarity": Column(
            "float64", meaning="from 0, blame, to 1, praise; null in languages without a lexicon"
        ),
        "theme": Column("int64", meaning="number of its theme; null where none is strong"),
        "code": Column("string", meaning="code by the trained coder, where the language has one"),
        "text": Column("string", personal=Personal.DIRECT, meaning="masked"),
    },
)

CODED_SIGNALS = Table(
    "coded_signals",
    "text and factor that it names",
    _SIGNALS.key,
    {
        **_SIGNALS.columns,
        **dict.fromkeys(_SIGNALS.days, DAY),
        "customer_id": PERSON_KEY,
        "independent_score": Column(
            "float64",
            meaning="the score, by a fixed lexicon where it was learned from ratings; null without",
        ),
    },
)

VERBATIMS = Table(
    "verbatims",
    "quote of praise or blame for a factor",
    ("factor", "language", "is_praise", "place"),
    {
        "factor": REQUIRED_TEXT,
        "language": REQUIRED_TEXT,
        "is_praise": REQUIRED_FLAG,
        "place": Column("int64", required=True, meaning="1 is the strongest"),
        "text": PERSONAL_TEXT,
    },
)

THEME_NAMES = Table(
    "theme_names",
    "theme of a language",
    ("language", "theme"),
    {
        "language": REQUIRED_TEXT,
        "theme": Column("int64", required=True, meaning="its number"),
        "name": REQUIRED_TEXT,
    },
    is_in_key_order=False,
    is_kept=False,
)
