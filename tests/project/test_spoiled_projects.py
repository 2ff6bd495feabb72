"""However a project is spoiled, it is read, or refused on one line, or its rows are rejected."""

import shutil
import tempfile
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from outsidein.errors import FormerNameWarning, InputError
from outsidein.lake.engine import close, connect
from tests.mutations import PROJECT, spoiled_projects, write_files
from tests.spoiled import read_declarations, rejected_rows


@pytest.fixture(scope="module")
def backend():
    engine = connect(timezone="Europe/Berlin", threads=1)
    yield engine
    close(engine)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Declarations of the project that nothing has spoiled."""
    return read_declarations(write_files(tmp_path_factory.mktemp("whole"), PROJECT))


@pytest.fixture
def read(backend, whole, tmp_path):
    """Read a project of some files; return the line that refuses it, if one does."""

    def refusal(files):
        try:
            rejected_rows(write_files(tmp_path / "spoiled", files), files, backend, whole)
        except InputError as error:
            return str(error)
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


def test_no_project_ends_in_a_bug(request, backend, whole):
    examples = 1_000 if request.config.getoption("--full") else 20

    @seed(14)
    @settings(
        max_examples=examples,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(spoiled_projects())
    def is_read_or_refused(files):
        folder = Path(tempfile.mkdtemp())
        try:
            write_files(folder, files)
            rejected_rows(folder, files, backend, whole)
        except InputError as error:
            assert str(error).isprintable()  # noqa: PT017  most examples raise nothing
        finally:
            shutil.rmtree(folder)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FormerNameWarning)
        is_read_or_refused()
