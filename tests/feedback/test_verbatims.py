"""Real answers to "would you recommend us", whose firm labelled them itself."""

from datetime import date

import ibis
import pytest

from outsidein.feedback.metrics import distribution_figure, scores_figure
from outsidein.feedback.weights import answers
from outsidein.stats.nps import net_promoter_score
from tests.tables import table

LABELS = """
    SELECT coalesce(SURVEY_SUB_TYPE, 'all') AS stage,
        count(*) FILTER (NPS_RATING = 'Promoter') AS promoters,
        count(*) FILTER (NPS_RATING = 'Passive') AS passives,
        count(*) FILTER (NPS_RATING = 'Detractor') AS detractors
    FROM raw WHERE NPS_SCORE IS NOT NULL GROUP BY ROLLUP (SURVEY_SUB_TYPE)
"""


@pytest.fixture
def real(con, canon, shared_data):
    """Answers, and the firm's own labels counted by stage of the journey."""
    raw = con.read_parquet(shared_data / "nps_verbatim" / "verbatim.parquet", table_name="raw")
    blank = canon("signals")
    told = raw.mutate(number=ibis.row_number().cast("string"))
    signals = told.select(**{
        name: {
            "source": ibis.literal("verbatim"),
            "signal_id": told.number,
            "encounter_id": told.number,
            "signalled_on": told.CUSTOMER_RESPONSE_DATE.as_date("%d/%m/%Y %H:%M"),
            "kind": ibis.literal("direct"),
            "subject": ibis.literal("own"),
            "instrument": ibis.literal("nps"),
            "item": ibis.literal("recommend"),
            "score": told.NPS_SCORE.cast("float64"),
            "scale_low": ibis.literal(0.0),
            "scale_high": ibis.literal(10.0),
        }.get(name, ibis.null(kind)).cast(kind)
        for name, kind in blank.schema().items()
    })  # fmt: skip
    empty = canon("encounters")
    encounters = told.select(**{
        name: {
            "source": ibis.literal("verbatim"),
            "encounter_id": told.number,
            "touchpoint": told.SURVEY_SUB_TYPE,
            "channel": ibis.literal("sms"),
        }.get(name, ibis.null(kind)).cast(kind)
        for name, kind in empty.schema().items()
    })  # fmt: skip
    said = answers(signals, canon("invitations"), encounters).cache()
    labels = {row[0]: row[1:] for row in con.raw_sql(LABELS).fetchall()}
    return said, labels


def test_the_score_by_stage_is_that_of_the_firms_own_labels(con, real):
    said, labels = real
    none = table([], customer_id="string", dimension="string", value="string")
    figure = scores_figure(said, con.create_table("groups", none), as_of=date(2024, 1, 1))
    found = {
        e.group["group"]: (e.value, e.low, e.high, e.n)
        for e in figure.estimates
        if e.measure == "NPS" and e.group["dimension"] in ("all", "touchpoint")
    }
    assert found.keys() == labels.keys()
    for stage, counts in labels.items():
        assert found[stage] == pytest.approx(net_promoter_score(*counts))
    assert sum(labels["all"]) == 2353


def test_its_tails_hold_more_than_its_middle(real):
    said, _ = real
    shares = {e.group["answer"]: e.value for e in distribution_figure(said).estimates}
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["0"] + shares["10"] > sum(shares[str(score)] for score in range(3, 8))
