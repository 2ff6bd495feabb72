"""Files that hold personal data: for the account that runs the commands, and nobody else."""

from contextlib import suppress
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600
OTHERS = 0o077
"""Rights of the group and of all others."""


def make_private(folder: Path) -> bool:
    """Take the rights of others from a folder and all below it; return whether there were any.

    What belongs to another account stays as it is.
    """
    had_rights = False
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink() and path.stat().st_mode & OTHERS:
            with suppress(OSError):
                path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)
                had_rights = True
    return had_rights


def private_folder(folder: Path) -> bool:
    """Make a folder for this account, or mend one that others may read; return whether it did.

    A folder that nobody else may enter is not looked into.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    return bool(folder.stat().st_mode & OTHERS) and make_private(folder)
