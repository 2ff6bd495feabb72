"""However a project is spoiled, it is read, or refused on one line, or its rows are rejected."""

import pytest

from outsidein.errors import InputError
from outsidein.lake.engine import close, connect
from tests.mutated.base_project import PROJECT
from tests.mutated.commands import PUBLISHED, said, whole_build
from tests.mutated.projects import spoiled_project, write_files
from tests.mutated.reading import read_declarations, rejected_rows

PROJECTS, ALL_PROJECTS = 60, 2_000
"""How many are read, and how many with --full."""

BUILD_EVERY = 20
"""With --full, of so many projects that can be read one is checked and built as well."""


@pytest.fixture(scope="module")
def backend():
    engine = connect(timezone="Europe/Berlin", threads=1)
    yield engine
    close(engine)


@pytest.fixture(scope="module")
def lying(tmp_path_factory):
    """A folder in which the project lies that nothing has spoiled."""
    return write_files(tmp_path_factory.mktemp("project"), PROJECT)


@pytest.fixture(scope="module")
def whole(lying):
    """Its declarations."""
    return read_declarations(lying)


@pytest.fixture
def read(backend, whole, lying):
    """Read a project of some files; return the line that refuses it, if one does."""

    def refusal(files):
        write_files(lying, files, before=PROJECT)
        try:
            rejected_rows(lying, files, backend, whole)
        except InputError as error:
            return str(error)
        finally:
            write_files(lying, PROJECT, before=files)
        return None

    return refusal


def test_the_project_that_nothing_has_spoiled_is_read(read):
    assert read(PROJECT) is None


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("data_needs.toml", None, None, "data_needs.toml: the file is missing"),
        ("objectives.toml", b"25000", b"1" * 5_000, "holds a number of too many digits"),
        (
            "segments.toml",
            b"city = 'Berlin'",
            b"lower(orders) = '1'",
            "`lower` is for another type",
        ),
    ],
)
def test_what_spoils_a_project_is_said_on_one_line(read, name, old, new, message):
    files = dict(PROJECT)
    content = files.pop(name)
    if old:
        files[name] = content.replace(old, new)
    refusal = read(files)
    assert message in refusal
    assert refusal.isprintable()


@pytest.mark.filterwarnings("ignore::outsidein.errors.FormerNameWarning")
def test_no_project_ends_in_a_bug(request, read, tmp_path):
    is_full, readable = request.config.getoption("--full"), 0
    for number in range(ALL_PROJECTS if is_full else PROJECTS):
        files = spoiled_project(number)
        refusal = read(files)
        assert refusal is None or refusal.isprintable(), number
        readable += refusal is None
        if is_full and refusal is None and not readable % BUILD_EVERY:
            whole_build(write_files(tmp_path / str(number), files))


@pytest.mark.skipif("not config.getoption('--full')", reason="takes 20 s")
def test_the_project_that_nothing_has_spoiled_is_checked_built_and_published(tmp_path):
    folder = write_files(tmp_path / "whole", PROJECT)
    assert [said(verb, folder).code for verb in ("check", "build")] == [PUBLISHED, PUBLISHED]
