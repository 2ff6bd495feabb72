"""Errors of the machine, worded for whoever runs a command: disk, rights, locks."""

import errno

from sqlalchemy.exc import DBAPIError

_DISK = {
    errno.ENOSPC: "there is no space left on the disk; free some and try again",
    errno.EDQUOT: "the quota of the disk is used up; free some space and try again",
    errno.EFBIG: "the file would be larger than this account may write",
    errno.EROFS: "the disk is read-only; work on a copy that can be written",
    errno.EACCES: "this account may not read or write it; see its owner and mode",
    errno.EPERM: "this account may not change it; see its owner and mode",
}

_STORE = {
    "database is locked": "another process holds it; try again when that is done",
    "readonly database": "it cannot be written; see its owner and mode",
    "disk is full": "there is no space left on the disk; free some and try again",
    "disk I/O error": "the disk cannot be written; see its space and mode",
    "unable to open database file": "it cannot be opened; see the owner and mode of its folder",
    "malformed": "it is damaged; restore a backup with `outsidein store restore`",
}


def system_problem(error: OSError | DBAPIError) -> str | None:
    """Return a line about an error of the machine; None for any other, which is a bug.

    Example:
        >>> system_problem(OSError(errno.ENOSPC, "No space left on device", "report.html"))
        'report.html: there is no space left on the disk; free some and try again.'
    """
    if isinstance(error, DBAPIError):
        problem = next((why for text, why in _STORE.items() if text in str(error.orig)), None)
        return f"The store: {problem}." if problem else None
    problem = _DISK.get(error.errno or 0)
    return f"{error.filename or 'A file'}: {problem}." if problem else None
