"""An opened project: its declarations, its transactions, its snapshots, and its verbs.

Modules that load an engine, the pipeline or the report are imported when first used: `workspace.
building` imports `outsidein.workspace.building`. This is the one place where that happens.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from outsidein.workspace import (
        alert_engine,
        alerts,
        binding,
        building,
        cases,
        customer_index,
        customers,
        data_use,
        exporting,
        file_changes,
        identity,
        news,
        page_builds,
        people,
        presenting,
        project,
        project_files,
        reading,
        reporting,
        segments,
        shown_figure,
        sources,
        sql_rows,
        surveys,
        table_rows,
        tables,
        texts,
    )

__all__ = [
    "alert_engine",
    "alerts",
    "binding",
    "building",
    "cases",
    "customer_index",
    "customers",
    "data_use",
    "exporting",
    "file_changes",
    "identity",
    "news",
    "page_builds",
    "people",
    "presenting",
    "project",
    "project_files",
    "reading",
    "reporting",
    "segments",
    "shown_figure",
    "sources",
    "sql_rows",
    "surveys",
    "table_rows",
    "tables",
    "texts",
]


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
