"""The measured silence as one step of a build leaves it to others."""

import ibis.expr.types as ir
import pyarrow as pa

from outsidein.churn.declaration import ChurnRule, Silence
from outsidein.churn.silence import GAPS, silence_days
from outsidein.churn.tables import MEASURED_SILENCE
from outsidein.errors import TooLittleData


def silence_rows(days: ir.Table, rule: ChurnRule) -> pa.Table:
    """Measure the silence that counts as churning.

    Returns:
        Rows of `MEASURED_SILENCE`.
    """
    try:
        silence = silence_days(days, rule)
    except TooLittleData as error:
        rows = [{"n": error.n, "needed": error.needed}]
    else:
        rows = [silence._asdict()] if silence else []
    return pa.Table.from_pylist(rows, schema=MEASURED_SILENCE.schema.to_pyarrow())


def read_silence(rows: ir.Table) -> Silence | TooLittleData | None:
    """Return the silence, or why it could not be measured; None where the rule goes by contracts.

    Args:
        rows: `MEASURED_SILENCE`.
    """
    silences = rows.to_pyarrow().to_pylist()
    if not silences:
        return None
    row = silences[0]
    needed = row.pop("needed")
    if needed is not None:
        return TooLittleData(row["n"], needed=needed, of=GAPS)
    return Silence(**row)
