import importlib
import pkgutil

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

import outsidein
from outsidein.errors import InputError
from outsidein.store.engine import open_store
from outsidein.store.model import Base


def test_the_migrations_give_exactly_the_tables_that_the_models_declare(tmp_path):
    for module in pkgutil.walk_packages(outsidein.__path__, "outsidein."):
        if module.name.endswith(".model"):
            importlib.import_module(module.name)
    with open_store(tmp_path / "store.db").connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert differences == []


def test_a_store_opens_again_with_what_it_held(tmp_path):
    path = tmp_path / "store.db"
    with open_store(path).begin() as connection:
        connection.execute(text("INSERT INTO builds VALUES (1, 'x', '2020', '2020', 0)"))
    with open_store(path).begin() as connection:
        assert connection.execute(text("SELECT number FROM builds")).scalars().all() == [1]


def test_writes_are_durable_and_readers_do_not_wait(tmp_path):
    with open_store(tmp_path / "store.db").connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2


def test_a_file_that_is_no_database_is_left_alone(tmp_path):
    path = tmp_path / "store.db"
    path.write_text("holiday plans")
    with pytest.raises(InputError, match=r"is not a store of this package\. Move it away"):
        open_store(path)
    assert path.read_text() == "holiday plans"
