"""What a snapshot consists of: its files with sizes and hashes, and whether they are still so."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from stat import S_ISREG

from outsidein.lake.manifest import file_hash

CONTENTS = "contents.json"
"""File of a snapshot that lists the others: path to size (bytes) and sha256."""


def write_contents(folder: Path, *, finished_at: datetime) -> str:
    """List the files of a snapshot in one of them, and give all one time of change.

    A file whose time differs later is read again by `damages`; others are not.

    Returns:
        The sha256 of the list.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    listed = {
        path.relative_to(folder).as_posix(): [path.stat().st_size, file_hash(path)]
        for path in paths
    }
    text = json.dumps(listed, indent=1)
    (folder / CONTENTS).write_text(text, encoding="utf-8")
    for path in paths:
        os.utime(path, (_seconds(finished_at), _seconds(finished_at)))
    return hashlib.sha256(text.encode()).hexdigest()


def damages(
    folder: Path, *, contents: str, finished_at: datetime, is_thorough: bool
) -> Iterator[str]:
    """Yield what is wrong with the files of a snapshot.

    Args:
        folder: The snapshot.
        contents: The sha256 of its list of files; empty for one of an older version, of which
            only the presence is checked.
        finished_at: When it was finished.
        is_thorough: Whether to read every file; otherwise only those whose time has changed.
    """
    if not (folder / "manifest.json").is_file():
        yield "its files are missing" if not folder.is_dir() else "manifest.json is missing"
        return
    if not contents:
        return
    if not (folder / CONTENTS).is_file() or file_hash(folder / CONTENTS) != contents:
        yield f"{CONTENTS} is missing or was changed"
        return
    listed = json.loads((folder / CONTENTS).read_text("utf-8"))
    for name, (size, sha256) in listed.items():
        path = f"{folder}/{name}"  # each page that is shown asks for all files: no Path, one stat
        status = _status(path)
        if status is None or not S_ISREG(status.st_mode):
            yield f"{name} is missing"
            continue
        is_new = int(status.st_mtime) != _seconds(finished_at)
        if status.st_size != size:
            yield f"{name} has {status.st_size:,} bytes instead of {size:,}"
        elif (is_thorough or is_new) and file_hash(Path(path)) != sha256:
            yield f"{name} was changed"
        elif is_new:
            with suppress(OSError):  # it may lie in a folder that only others write
                os.utime(path, (_seconds(finished_at), _seconds(finished_at)))


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)  # noqa: PTH116  as said above
    except (FileNotFoundError, NotADirectoryError):
        return None


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
