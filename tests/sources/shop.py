from datetime import date

from outsidein.lake.engine import connect
from outsidein.project.declarations import declare
from outsidein.sources.declaration import Source
from outsidein.sources.load import load_sources
from outsidein.sources.needs import Need


class Shop:
    """A project's folder with one source `orders`, loaded into a DuckDB of its own."""

    def __init__(self, root, threads):
        self.root = root
        self.backend = connect(threads=threads)
        self.con = self.backend.con
        self.environment = {}

    def write(self, name, content):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def need(self, *columns, state="approved", **options):
        return declare(
            Need,
            {
                "source": "orders",
                "columns": list(columns),
                "department": "sales",
                "purpose": "value",
                "owner": "Ann",
                "approver": "Ben",
                "state": state,
                **options,
            },
            file="data_needs.toml",
        )

    def load(self, *needs, progress=None, **options):
        source = declare(Source, options, file="sources.toml")
        (loaded,) = load_sources(
            self.backend,
            {"orders": source},
            [need if isinstance(need, Need) else self.need(need) for need in needs],
            root=self.root,
            spool=self.root / "spool",
            as_of=date(2024, 1, 31),
            environment=self.environment,
            progress=progress,
        )
        return loaded

    def rows(self):
        return self.con.execute("SELECT * FROM orders").fetchall()

    def columns(self):
        return [row[0] for row in self.con.execute("DESCRIBE orders").fetchall()]

    def rejects(self, loaded):
        return self.con.execute(
            'SELECT file, line, "column", reason, raw FROM read_parquet(?)',
            [str(loaded.rejects)],
        ).fetchall()
