"""Lists and figures as CSV, for spreadsheets: formulas are defused."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from fastapi import Response

from outsidein.lake.csv_files import write_csv_table


def csv_answer(table: pa.Table, name: str) -> Response:
    """Return a table as a file to save.

    Args:
        table: Its rows.
        name: Of the file.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write_csv_table(table, path)
        content = path.read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)
