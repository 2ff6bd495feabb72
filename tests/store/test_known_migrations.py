from alembic.config import Config
from alembic.script import ScriptDirectory

from outsidein.store import store_engine


def test_the_migrations_known_by_their_files_are_those_alembic_walks():
    config = Config()
    config.set_main_option(
        "script_location", str(store_engine.files("outsidein.store") / "migrations")
    )
    walked = ScriptDirectory.from_config(config).walk_revisions()
    assert store_engine._revisions() == tuple(script.revision for script in walked)
