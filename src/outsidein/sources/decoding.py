"""Streams text of any encoding as UTF-8, for files larger than memory."""

import codecs
import io
from typing import TYPE_CHECKING

from outsidein.errors import SourceError
from outsidein.sources.files import DataFile

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BLOCK_BYTES = 1 << 20
_MOST_NUL = 0.1
"""Share of NUL bytes above which a file is no text of a single-byte encoding."""
_MAGIC = {
    b"PK\x03\x04": "a ZIP archive or Excel workbook",
    b"PAR1": "a Parquet file",
    b"\x1f\x8b": "a gzip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"SQLite format 3": "an SQLite database",
    b"%PDF": "a PDF",
}
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Utf8Stream(io.RawIOBase):
    """The text of a file as UTF-8 without byte order mark, decoded block by block.

    `tail` is appended as a separate line. Reading raises `SourceError` where the
    file is binary or a byte is not of the declared encoding.
    """

    def __init__(self, file: DataFile, *, encoding: str, tail: bytes = b"") -> None:
        super().__init__()
        self._file = file
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._raw = file.path.open("rb")
        self._tail = tail
        self._bytes_read = 0
        self._last = b""
        self.line_ends = 0
        """Line feeds returned so far, including the tail's (count)."""
        self.has_nul = False
        """Whether a NUL byte was among the text so far."""
        self._is_ended = False
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """Return true."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill the buffer with what is ready; 0 at the end."""
        while not self._ready and not self._is_ended:
            self._ready = memoryview(self._counted(self._next_block()))
        target = memoryview(buffer).cast("B")
        size = min(len(target), len(self._ready))
        target[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def close(self) -> None:
        """Close the underlying file."""
        self._raw.close()
        super().close()

    def _next_block(self) -> bytes:
        block = self._raw.read(BLOCK_BYTES)
        self._is_ended = not block
        is_first = self._bytes_read == 0
        if is_first:
            self._refuse_magic(block)
        text = self._decode(block)
        self.has_nul = self.has_nul or "\x00" in text
        if is_first and text.count("\x00") > len(text) * _MOST_NUL:
            raise self._file.refuse(
                f"is not text in {self._encoding}: it is full of NUL bytes. Where it is UTF-16, "
                'say encoding = "utf-16-le"'
            )
        return text.removeprefix("\ufeff" if is_first else "").encode()

    def _counted(self, block: bytes) -> bytes:
        self._last = block[-1:] or self._last
        if self._is_ended and self._tail:
            block += (b"" if self._last in (b"\n", b"") else b"\n") + self._tail
        self.line_ends += block.count(b"\n")
        return block

    def _decode(self, block: bytes) -> str:
        pending = len(self._decoder.getstate()[0])
        try:
            text = self._decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            raise self._undecodable(self._bytes_read - pending + error.start) from error
        self._bytes_read += len(block)
        return text

    def _refuse_magic(self, block: bytes) -> None:
        for magic, kind in _MAGIC.items():
            if block.startswith(magic):
                raise self._file.refuse(f"is not a text file but {kind}")
        is_wide = codecs.lookup(self._encoding).name.startswith(("utf-16", "utf-32"))
        if block.startswith(_UTF16_MARKS) and not is_wide:
            raise self._file.refuse('is UTF-16 text; say encoding = "utf-16"')

    def _undecodable(self, offset: int) -> SourceError:
        is_utf8 = codecs.lookup(self._encoding).name == "utf-8"
        advice = (
            'where it comes from Windows or Excel, say encoding = "cp1252"'
            if is_utf8
            else "it has another encoding, or is damaged there"
        )
        return self._file.refuse(f"is not {self._encoding} at byte {offset}; {advice}")


def open_text(file: DataFile, *, encoding: str) -> io.TextIOWrapper:
    """Open a file as text, keeping its line endings."""
    stream = io.BufferedReader(Utf8Stream(file, encoding=encoding), BLOCK_BYTES)
    return io.TextIOWrapper(stream, encoding="utf-8", newline="")
