"""The first rows of a large text file, where all of them are not needed."""

from dataclasses import replace
from pathlib import Path

from outsidein.sources.files import DataFile

HEAD_BYTES = 2 << 20
WIDE_ENCODINGS = ("utf-16", "utf-32", "utf_16", "utf_32")
"""Encodings in which a line end is of several bytes."""
_MOST_TRIES = 1_000


def file_head(file: DataFile, *, encoding: str, folder: Path) -> DataFile:
    """Return a file that holds the first rows of a large one; the same if it is small.

    Args:
        file: A file of text in lines.
        encoding: Of its text.
        folder: For the copy, which keeps the name that errors show.
    """
    is_wide = encoding.lower().startswith(WIDE_ENCODINGS)
    if is_wide or file.path.stat().st_size <= HEAD_BYTES:
        return file
    with file.path.open("rb") as raw:
        head = until_line_end(raw.read(HEAD_BYTES))
    if not head:
        return file
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / f"{file.source}-{len(list(folder.iterdir()))}.head"
    copy.write_bytes(head)
    return replace(file, path=copy)


def until_line_end(head: bytes) -> bytes:
    r"""Cut after the last line that ends outside quotes; nothing is left if none does.

    Example:
        >>> until_line_end(b'1,a\n2,"b\nc"\n3,"d\ne')
        b'1,a\n2,"b\nc"\n'
    """
    end = len(head)
    for _ in range(_MOST_TRIES):
        end = head.rfind(b"\n", 0, end)
        if end < 0 or head.count(b'"', 0, end) % 2 == 0:
            break
    return head[: end + 1]
