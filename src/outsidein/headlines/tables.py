"""Table of statements: what a build says in short, and what it withholds."""

from outsidein.tables.columns import REQUIRED_TEXT, TEXT
from outsidein.tables.table import Column, Table

STATEMENTS = Table(
    "statements",
    "sentence that the build could have said",
    ("rank", "name"),
    {
        "rank": Column("int64", required=True, meaning="1 = first; withheld ones come last"),
        "name": REQUIRED_TEXT,
        "kind": Column("string", required=True, meaning="what a reader does with it"),
        "text": REQUIRED_TEXT,
        "action": Column("string", required=True, meaning="what to do; empty where nothing"),
        "audience": Column("string", meaning="for whom"),
        "reachable": Column("int64", meaning="customers of the audience who can be reached"),
        "owner": Column("string", meaning="who answers for it"),
        "worth": Column("float64", meaning="minor units of the currency a year"),
        "worth_of": Column("string", meaning="what that money is, such as past revenue"),
        "figures": Column("string", required=True, meaning="what it rests on, by name"),
        "is_shown": Column("boolean", required=True),
        "withheld_because": TEXT,
    },
)
