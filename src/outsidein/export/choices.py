"""What whoever exports can choose."""

from enum import StrEnum

DEFAULT_TABLES = ("customers", "segment_memberships")
"""Tables that are exported unless others are named."""


class FileFormat(StrEnum):
    """How an export is written."""

    CSV = "csv"
    PARQUET = "parquet"
    DUCKDB = "duckdb"


class PersonalColumns(StrEnum):
    """Which personal columns an export holds.

    NONE: No direct ones; keys such as `customer_id` are replaced by keys of this export alone.
    KEYS: No direct ones; keys as they are.
    ALL: All.
    """

    NONE = "none"
    KEYS = "keys"
    ALL = "all"
