"""What a project holds about people is for one account; errors of the machine are one line each."""

import resource
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from sqlalchemy.exc import DBAPIError
from typer.testing import CliRunner

import outsidein
from outsidein.cli import main
from outsidein.cli.system_errors import system_problem
from outsidein.errors import ProjectNotice
from outsidein.store.store_engine import open_store
from tests.projects import write_shop

OTHERS = 0o077


def run(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


def readable(folder):
    return [path.name for path in (folder, *folder.rglob("*")) if path.stat().st_mode & OTHERS]


@pytest.fixture
def shop(tmp_path):
    return write_shop(tmp_path / "shop", people=3)


def test_a_store_is_for_its_account_only_and_an_older_one_is_mended_with_a_notice(shop, tmp_path):
    outsidein.open(shop).close()
    home = shop / ".outsidein"
    assert readable(home) == []
    home.chmod(0o755)
    (home / "store.db").chmod(0o644)
    with pytest.warns(ProjectNotice, match=r"could read .*\.outsidein; that is mended"):
        outsidein.open(shop).close()
    assert readable(home) == []
    open_store(tmp_path / "elsewhere.db").dispose()
    assert (tmp_path / "elsewhere.db").stat().st_mode & OTHERS == 0


def test_a_backup_is_for_its_account_only(shop, tmp_path):
    assert run("store", "backup", tmp_path / "monday.db", "-p", shop).exit_code == 0
    assert (tmp_path / "monday.db").stat().st_mode & OTHERS == 0


def test_a_locked_store_is_one_line(shop):
    outsidein.open(shop).close()
    path = shop / ".outsidein" / "store.db"
    store = open_store(path)
    with closing(sqlite3.connect(path)) as other, store.connect() as connection:
        other.execute("BEGIN EXCLUSIVE")
        connection.exec_driver_sql("PRAGMA busy_timeout=10")
        with pytest.raises(DBAPIError) as error:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        problem = system_problem(error.value)
    store.dispose()
    assert problem == "The store: another process holds it; try again when that is done."


def test_a_full_disk_is_one_line(shop):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    code = "from outsidein.cli import main; main()"
    command = [sys.executable, "-c", code, "build", "-p", str(shop)]
    with (shop / "raw" / "orders.csv").open("a") as orders:
        orders.writelines(f"x{n},p1,2019-03-01 10:00:00,1,9.50\n" for n in range(200_000))
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.count("Error: ") == 1


def test_toml_that_nests_too_deep_is_one_line(shop):
    (shop / "segments.toml").write_text(f"deep = {'[' * 5000}{']' * 5000}\n")
    result = run("check", "-p", shop)
    assert result.exit_code == 1
    assert result.stderr.endswith("segments.toml: nests too deep\n")
