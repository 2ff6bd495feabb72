"""What a verb writes is committed in one place, with its entry in the audit."""

import ast
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "outsidein"

ALLOWED = {
    "workspace/act.py": "the verbs' own transactions",
    "delivery/dispatch.py": "leases of deliveries, which are no acts of anybody",
    "store/row_work.py": "savepoints of rows, within a transaction of their caller's",
    "store/timers.py": "renews the lease of a duty while the duty runs",
    "store/locks.py": "holds a lock for as long as its connection has a transaction",
    "store/store_engine.py": "migrates a store as it is opened, before anybody can act on it",
    "store/archive.py": "fills another store, or this one with the audit's entry in it",
}


def commits(path):
    """Lines on which a session or connection is begun or committed."""
    calls = (n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call))
    return [
        call.lineno
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in {"begin", "commit", "begin_nested"}
        and ast.unparse(call.func.value) != "snapshots"  # begins a build, no transaction
    ]


def test_nothing_else_begins_or_commits_a_transaction():
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts and commits(path)
    }
    assert found == set(ALLOWED)


def test_a_commit_is_seen(tmp_path):
    module = tmp_path / "module.py"
    module.write_text("with Session(store) as session, session.begin():\n    session.commit()\n")
    assert commits(module) == [1, 2]
