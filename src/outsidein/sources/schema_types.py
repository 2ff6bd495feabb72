"""DuckDB types of a database's columns, as its schema declares them."""

import sqlalchemy as sa

from outsidein.sources.type_inference import MOST_DIGITS

_ZONED = ("TIMESTAMP", "TIMESTAMPTZ")


def schema_type(kind: sa.types.TypeEngine[object], *, dialect: str) -> str | None:
    """Return the type of a column whatever its rows hold; None where the schema does not fix it.

    SQLite keeps days and booleans as numbers or texts, so that their type follows from the
    values; its decimals without a scale are floating-point numbers.

    Example:
        >>> schema_type(sa.Numeric(10, 2), dialect="postgresql")
        'DECIMAL(38,2)'
    """
    if isinstance(kind, sa.Integer):
        return "BIGINT"
    if isinstance(kind, sa.Float):
        return "DOUBLE"
    if isinstance(kind, sa.Numeric):
        return _decimal_type(kind.scale, dialect)
    if isinstance(kind, sa.String):
        return "VARCHAR"
    return None if dialect == "sqlite" else _time_type(kind)


def _decimal_type(scale: int | None, dialect: str) -> str | None:
    if scale is None:
        return "DOUBLE" if dialect == "sqlite" else None
    return f"DECIMAL({MOST_DIGITS},{scale})" if 0 <= scale <= MOST_DIGITS else None


def _time_type(kind: sa.types.TypeEngine[object]) -> str | None:
    if isinstance(kind, sa.DateTime):
        return _ZONED[kind.timezone]
    if isinstance(kind, sa.Date):
        return "DATE"
    return "BOOLEAN" if isinstance(kind, sa.Boolean) else None
