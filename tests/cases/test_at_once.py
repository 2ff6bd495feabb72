"""Figures of cases are computed for many people at once."""

from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from outsidein.cases.workload import cause_figure

CASES = pa.table(
    {
        "issue": ["delivery"] * 4 + ["loss"],
        "cause": ["carrier", "carrier", "address", None, "carrier"],
        "about": ["a", "a", "b", "c", "d"],
    }
)


def counted(figure):
    return [(e.group["issue"], e.group["cause"], e.value, e.n) for e in figure.estimates]


def test_a_customer_with_several_cases_of_one_cause_counts_once_whoever_asks_at_the_same_time():
    with ThreadPoolExecutor(32) as threads:
        figures = list(threads.map(cause_figure, [CASES] * 200, timeout=60))
    assert {tuple(counted(figure)) for figure in figures} == {tuple(counted(cause_figure(CASES)))}
