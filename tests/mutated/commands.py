"""What `outsidein check` and `outsidein build` say of a project, in this process."""

from typing import NamedTuple

from typer.testing import CliRunner

from outsidein.cli import main

PUBLISHED, REFUSED, WITHHELD = 0, 1, 3


class Said(NamedTuple):
    """How a command ended.

    Attributes:
        code: Its exit code.
        errors: The lines that begin with "Error:".
        bug: The exception that ended it, if that is not the way to end a command.
    """

    code: int
    errors: tuple[str, ...]
    bug: BaseException | None


def said(verb, folder, *options):
    """Run a command on a project."""
    result = CliRunner().invoke(main, [verb, "-p", str(folder), *options])
    lines = result.stderr.splitlines()
    errors = tuple(line for line in lines if line.startswith("Error:"))
    is_end = result.exception is None or isinstance(result.exception, SystemExit)
    return Said(result.exit_code, errors, None if is_end else result.exception)


def whole_build(folder):
    """Check and build a project; return how the build ended, or why that is wrong.

    Raises:
        AssertionError: A command ends neither well nor with lines that say why not.
        Exception: The bug that ended a command.
    """
    checked, built = said("check", folder), said("build", folder, "--threads", "1")
    for one in (checked, built):
        if one.bug is not None:
            raise one.bug
    assert checked.code in (PUBLISHED, REFUSED), checked
    assert built.code in (PUBLISHED, REFUSED, WITHHELD), built
    assert bool(checked.errors) == (checked.code == REFUSED), checked
    assert len(built.errors) == (built.code == REFUSED), built
    assert all(line.isprintable() for line in (*checked.errors, *built.errors)), (checked, built)
    ended = {PUBLISHED: "published", REFUSED: "refused", WITHHELD: "withheld"}[built.code]
    return f"{ended} unseen by check" if built.code == REFUSED and not checked.errors else ended
