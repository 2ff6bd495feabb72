"""Checks of columns: missing ones, and files that differ."""

from collections.abc import Collection, Sequence

from outsidein.errors import SourceError
from outsidein.sources.files import DataFile


def refuse_missing_columns(
    source: str, approved: Collection[str], columns: Collection[str], in_needs: Collection[str]
) -> None:
    """Refuse data that lacks an approved column.

    Args:
        source: Name of the source.
        approved: Columns with an approved need.
        columns: Columns of the data.
        in_needs: Columns that any need of the source names.

    Raises:
        SourceError: Names the missing columns, and new ones that may replace them.
    """
    missing = [name for name in approved if name not in columns]
    if not missing:
        return
    new = [name for name in columns if name not in in_needs]
    came = f"; new and without a need: {name_list(new)}" if new else ""
    verb = "is" if len(missing) == 1 else "are"
    it = "it" if len(missing) == 1 else "them"
    raise SourceError(
        source,
        f"the source changed its columns: {name_list(missing)} {verb} missing{came}. "
        f"Rename {it} in data_needs.toml and the models, or restore {it}",
    )


def refuse_other_columns(files: Sequence[DataFile], columns: Sequence[Sequence[str]]) -> None:
    """Refuse files of one source whose columns differ from the first file's, in any order.

    Raises:
        SourceError: The first such file, with missing and additional columns.
    """
    for file, names in zip(files[1:], columns[1:], strict=True):
        lacks = [name for name in columns[0] if name not in names]
        has = [name for name in names if name not in columns[0]]
        differences = [
            f"{verb} {name_list(group)}"
            for verb, group in (("lacks", lacks), ("adds", has))
            if group
        ]
        if differences:
            raise file.refuse(
                f"has other columns than {files[0].shown}: it {' and '.join(differences)}; "
                "make files of another layout a source of their own"
            )


def name_list(names: Sequence[str], *, most: int = 8) -> str:
    """List names for a sentence.

    Example:
        >>> name_list(["a", "b", "c"], most=2)
        "'a', 'b' and 1 more"
    """
    shown = ", ".join(repr(name) for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
