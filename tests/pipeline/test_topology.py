"""What a step reads, an earlier one has written; every table and figure has one origin."""

from collections import Counter
from importlib import import_module
from pathlib import Path

import outsidein
from outsidein.pipeline.catalogue import CATALOGUE
from outsidein.pipeline.customers import FACTS
from outsidein.pipeline.order import STEPS
from outsidein.steps.run import name_of
from outsidein.tables.customer_facts import CustomerFacts


def written(step):
    return [table.name for table in (*step.writes, *step.may_write)]


def test_every_table_that_a_step_reads_was_written_by_an_earlier_one():
    there = set()
    for step in STEPS:
        assert {table.name for table in step.reads} - there == set(), step.name
        there |= {table.name for table in step.writes}


def test_every_figure_that_a_step_reads_was_published_by_an_earlier_one():
    there = set()
    for step in STEPS:
        assert {name_of(spec) for spec in step.reads_figures} - there == set(), step.name
        there |= {name_of(spec) for spec in step.figures}


def test_what_is_read_of_the_snapshot_before_is_what_a_build_keeps():
    kept = {t.name for step in STEPS for t in (*step.writes, *step.may_write) if t.is_kept}
    figures = {name_of(spec) for step in STEPS for spec in step.figures}
    for step in STEPS:
        assert {table.name for table in step.reads_before} <= kept, step.name
        assert {name_of(spec) for spec in step.reads_figures_before} <= figures, step.name


def test_every_table_and_every_figure_comes_from_exactly_one_step():
    tables = Counter(name for step in STEPS for name in written(step))
    figures = Counter(name_of(spec) for step in STEPS for spec in step.figures)
    assert [name for name, steps in tables.items() if steps > 1] == []
    assert [name for name, steps in figures.items() if steps > 1] == []


def test_the_catalogue_holds_every_table_that_a_build_keeps_and_no_other():
    kept = {t.name: t for s in STEPS for t in (*s.writes, *s.may_write) if t.is_kept}
    assert dict(CATALOGUE) == kept


def test_steps_are_told_apart_by_their_names():
    assert len({step.name for step in STEPS}) == len(STEPS)


def test_every_table_that_only_the_build_reads_is_read():
    passing = {t.name for step in STEPS for t in step.writes if not t.is_kept}
    unread = passing - {table.name for step in STEPS for table in step.reads}
    assert {name for name in unread if not name.endswith("_of_customers")} == {"source_files"}


def test_the_table_of_customers_has_the_facts_that_every_noun_declares():
    package = Path(outsidein.__file__).parent
    modules = [
        import_module(f"outsidein.{p.parent.name}.facts") for p in package.glob("*/facts.py")
    ]
    declared = [
        value for m in modules for value in vars(m).values() if isinstance(value, CustomerFacts)
    ]
    assert {id(facts) for facts in declared} == {id(facts) for facts in FACTS}
