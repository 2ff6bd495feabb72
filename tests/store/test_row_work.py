"""The failure of a row stays with the row; what concerns every row is raised."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from outsidein.errors import InputError
from outsidein.store.row_work import RowFailure, settle_row, settle_row_in

SOURCES = Path(__file__).parents[2] / "src" / "outsidein"


@pytest.fixture
def names_store(store):
    with store.begin() as connection:
        connection.execute(text("CREATE TABLE names (name TEXT NOT NULL)"))
    return store


def names(store):
    with store.connect() as connection:
        return connection.execute(text("SELECT name FROM names ORDER BY 1")).scalars().all()


def raising(error):
    def do():
        raise error

    return do


def test_an_error_raised_on_purpose_is_the_problem_in_its_own_words(caplog):
    failure = settle_row(raising(InputError("No\nsuch box.")), row="mail 1")
    assert failure == RowFailure("InputError", "No such box.")
    assert caplog.records == []


def test_a_bug_is_the_problem_by_type_and_message_and_only_its_place_is_logged(caplog):
    failure = settle_row(raising(KeyError("ann@shop.example")), row="mail 1")
    assert failure == RowFailure("KeyError", "KeyError: 'ann@shop.example'")
    assert "mail 1 failed" in caplog.text
    assert "test_row_work.py" in caplog.text
    assert "ann@shop.example" not in caplog.text


@pytest.mark.parametrize(
    "error",
    [OperationalError("UPDATE", {}, Exception("locked")), KeyboardInterrupt(), SystemExit()],
)
def test_what_concerns_every_row_is_raised(error):
    with pytest.raises(type(error)):
        settle_row(raising(error), row="mail 1")


def test_what_a_failed_row_wrote_is_undone_and_the_rest_stands_or_falls_with_the_transaction(
    names_store,
):
    def write(session, name, *, fails=False):
        session.execute(text("INSERT INTO names VALUES (:name)"), {"name": name})
        if fails:
            raise ValueError(name)

    def work(session):
        for name in ("ann", "bob", None, "eve"):  # at None the database itself refuses
            settle_row_in(session, lambda n=name: write(session, n, fails=n == "bob"), row="one")

    with Session(names_store) as session:
        work(session)
        session.rollback()
    assert names(names_store) == []
    with Session(names_store) as session, session.begin():
        work(session)
    assert names(names_store) == ["ann", "eve"]


def test_bugs_end_in_two_places_only():
    """At a row, and in the outermost loop of the worker."""
    broad = {
        path.name
        for path in SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler)
        and ("Exception" in ast.unparse(node.type or ast.Name("Exception")).split("."))
    }
    assert broad == {"row_work.py", "worker.py"}
