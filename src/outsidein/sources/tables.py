"""Tables that account for the rows read from each source."""

from dataclasses import replace

from outsidein.canonical.tables import REJECTS
from outsidein.tables.columns import TEXT
from outsidein.tables.table import Column, Table

SOURCES = Table(
    "sources",
    "source",
    ("source",),
    {
        "source": TEXT,
        "rows": Column("int64", meaning="rows admitted"),
        "rejected": Column("int64", meaning="rows rejected"),
        "expired": Column("int64", meaning="rows past their retention"),
        "columns approved": Column("int64", meaning="columns loaded"),
        "columns vetoed": Column("int64", meaning="columns that the data owner vetoed"),
        "columns proposed": Column("int64", meaning="columns not yet approved"),
        "columns without a need": Column("int64", meaning="columns that no data need names"),
    },
    is_in_key_order=False,
)

COLUMNS = Table(
    "columns",
    "column of a source",
    ("source", "column"),
    {
        "source": TEXT,
        "column": TEXT,
        "state": Column("string", meaning="approved, vetoed, proposed or without a need"),
    },
    is_in_key_order=False,
)

SOURCE_FILES = Table(
    "source_files",
    "file of a source",
    ("source", "path"),
    {"source": TEXT, "path": TEXT, "sha256": TEXT},
    is_in_key_order=False,
    is_kept=False,
)

SOURCE_RECORDING = Table(
    "source_recording",
    "column of a dated source and month",
    ("source", "column", "period_on"),
    {
        "source": TEXT,
        "column": TEXT,
        "period_on": Column("date", meaning="first day of the month"),
        "records": Column("int64"),
        "filled": Column("int64", meaning="records with a value"),
        "characters": Column("int64", meaning="of all values; null unless they are texts"),
    },
    is_in_key_order=False,
    is_kept=False,
)

SOURCE_REJECTS = replace(REJECTS, name="rejects_by_sources", is_kept=False)
