from datetime import UTC, datetime, timedelta

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from outsidein.canonical.tables import CANONICAL
from outsidein.figures.figure import protect
from outsidein.lake.engine import connect
from outsidein.text.coded import code_texts
from outsidein.text.coders import train_coders
from outsidein.text.counted_figures import (
    label_languages,
    latest_texts,
    sentiment_figure,
    text_figures,
)
from outsidein.text.declaration import Coding
from outsidein.text.learning import NOT_TRAINED, learn_from_texts
from outsidein.text.masked_texts import mask_texts, read_masked_texts, texts_with_ratings
from outsidein.text.verbatims import choose_verbatims

LATE_FROM = datetime(2018, 6, 1, tzinfo=UTC)
BEGAN = datetime(2018, 1, 1, tzinfo=UTC)
TERMS = {
    "delivery": {"pt": ["entrega", "prazo"]},
    "quality": {"pt": ["qualidade", "quebrad*"]},
    "price": {"pt": ["preço"]},
}
LATE, BROKEN, FINE = "a entrega atrasou {}", "veio quebrado, troca {}", "gostei da qualidade {}"
COLOURS = "azul verde preto branco rosa roxo cinza bege vinho prata".split()  # noqa: SIM905

CODING = Coding.model_validate(
    {
        "languages": ["pt", "en"],
        "themes": 3,
        "sample": {
            "reasons": {
                "source": "coded",
                "language": "pt",
                "factors": {"late": "delivery", "broken": "quality"},
            }
        },
    }
)


def text_of(kind, rng):
    words = " ".join(rng.choice(COLOURS, 3))
    return {"late": LATE, "broken": BROKEN, "fine": FINE}[kind].format(words)


def signals(n=600, *, seed=1):
    """Signals of customers of whom some write twice, some are not known, some write nothing."""
    rng = np.random.default_rng(seed)
    kinds = rng.choice(["late", "broken", "fine"], n, p=[0.3, 0.2, 0.5])
    rows = []
    for number, kind in enumerate(kinds):
        rows.append(
            {
                "source": "shop",
                "signal_id": f"s{number:04}",
                "record_id": f"r{number:04}",
                "signalled_at": BEGAN + timedelta(hours=8 * number),
                "kind": "direct" if number % 2 else "indirect",
                "item": "stars",
                "factor": "overall",
                "level": "factor",
                "subject": "own",
                "score": 5.0 if kind == "fine" else 1.0,
                "scale_low": 1.0,
                "scale_high": 5.0,
                "text": None if number % 50 == 0 else text_of(kind, rng),
                "customer_id": None if number % 40 == 1 else f"c{number // 2:04}",
            }
        )
    return rows


def coded_by_hand(n=300):
    rng = np.random.default_rng(9)
    kinds = rng.choice(["late", "broken", "fine"], n, p=[0.225, 0.4, 0.375])
    return [
        {"text_id": f"h{k}", "text": text_of(kind, rng), "code": kind}
        for k, kind in enumerate(kinds)
    ]


def loaded(con, rows, by_hand):
    kinds = {**CANONICAL["signals"].all_columns, "customer_id": "string"}
    schema = ibis.schema(kinds).to_pyarrow()
    table = pa.table(
        {f.name: pa.array([r.get(f.name) for r in rows], f.type) for f in schema}, schema=schema
    )
    return (
        con.create_table("signals", ibis.memtable(table)),
        {"reasons": con.create_table("coded", ibis.memtable(pa.Table.from_pylist(by_hand)))},
    )


def read(folder, rows, *, threads=None, coding=CODING, is_trained=True):
    con = connect(threads=threads)
    given, samples = loaded(con, rows, coded_by_hand())
    coders = train_coders(coding, samples, packages={}) if is_trained else None
    asked, spool = texts_with_ratings(given, late_from=LATE_FROM), folder / "spool"
    masked = mask_texts(con, asked, coding.languages, spool=spool)
    learned = learn_from_texts(read_masked_texts(con, masked), coding, TERMS, samples, coders)
    return code_texts(con, masked, learned, folder=folder, spool=spool), learned


@pytest.fixture(scope="module")
def coded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("coded")
    return (*read(folder, signals()), folder)


@pytest.fixture(scope="module")
def figures(coded):
    texts, learned, _ = coded
    made = text_figures(texts, learned, factors=list(TERMS), rng=np.random.default_rng(1))
    return {figure.name: protect(figure) for figure in made}


def values(figure, measure, **group):
    return [
        e
        for e in figure.estimates
        if e.measure == measure and group.items() <= dict(e.group).items()
    ]


def test_every_text_is_read_once_and_signals_without_one_are_not(coded):
    texts, _, folder = coded
    written = pq.read_table(folder / "texts.parquet")
    assert written.num_rows == sum(row["text"] is not None for row in signals())
    ids = written["signal_id"].to_pylist()
    assert ids == sorted(ids)
    assert texts.texts.filter(texts.texts.language != "pt").count().to_pyarrow().as_py() == 0


def test_a_coded_signal_keeps_who_said_it_when_and_how_and_says_what_of(coded):
    origin = {row["signal_id"]: row for row in signals()}
    rows = coded[0].signals.order_by("signal_id").to_pyarrow().to_pylist()
    assert list(rows[0]) == [
        *CANONICAL["signals"].all_columns,
        *("customer_id", "independent_score"),
    ]
    for row in rows:
        signal_id, _, factor = row["signal_id"].partition("#")
        assert row["factor"] == factor
        assert all(
            row[key] == origin[signal_id][key] for key in ("record_id", "kind", "customer_id")
        )
        assert (row["scale_low"], row["scale_high"], row["level"]) == (0, 1, "factor")
        assert 0 <= row["score"] <= 1
        assert (row["coder"], row["item"], row["language"]) == ("terms-1", "mention", "pt")


def test_scores_learned_from_ratings_stand_beside_those_of_a_fixed_lexicon(coded):
    """What was learned from the stars differs by colours that only rated texts know."""
    rows = coded[0].signals.order_by("signal_id").to_pyarrow().to_pylist()
    late = [row for row in rows if row["factor"] == "delivery"]
    assert {round(row["independent_score"], 2) for row in late} == {0.23}
    assert len({row["score"] for row in late}) > 1


def test_coded_signals_would_be_admitted(coded):
    con = duckdb.connect()
    con.execute(f"CREATE VIEW coded AS FROM '{coded[2]}/coded_signals.parquet'")
    for check in CANONICAL["signals"].checks:
        bad = con.execute(f"SELECT count(*) FROM coded WHERE NOT ({check.condition})").fetchone()
        assert bad == (0,)


def test_blame_and_praise_are_told_apart(coded):
    means = coded[0].signals.group_by("factor").aggregate(score=coded[0].signals.score.mean())
    found = {row["factor"]: row["score"] for row in means.to_pyarrow().to_pylist()}
    assert found["delivery"] < 0.2
    assert 0.4 < found["quality"] < 0.8


def test_a_second_build_on_one_thread_from_rows_in_another_order_gives_the_same_bytes(
    coded, tmp_path
):
    read(tmp_path, signals()[::-1], threads=1)
    for name in ("texts.parquet", "coded_signals.parquet"):
        assert pq.read_table(tmp_path / name).equals(pq.read_table(coded[2] / name))


def test_customers_are_counted_once_by_their_latest_text(figures):
    known = {}
    for row in signals():
        if row["text"] and row["customer_id"]:
            known[row["customer_id"]] = row["text"]
    [delivery] = values(figures["factor_mentions"], "as coded", factor="delivery")
    assert delivery.n == len(known)
    assert delivery.value == pytest.approx(
        sum("entrega" in text for text in known.values()) / len(known)
    )


def test_labels_chosen_from_a_form_have_no_polarity(coded):
    """Reasons for leaving, a dozen wordings of thousands, read: 0 % blame strongly."""
    texts, learned, _ = coded
    latest = latest_texts(texts.texts)
    labels = label_languages(latest.mutate(text=ibis.literal("Competitor made better offer")))
    [blame, *_] = sentiment_figure(latest, learned, labels).estimates
    assert blame.value is None
    assert blame.why.startswith("the texts are labels: 1 wordings of")
    assert label_languages(latest) == {}


def test_a_factor_that_nobody_coded_by_hand_is_not_corrected(figures):
    [price] = values(figures["factor_mentions"], "corrected", factor="price")
    assert price.value is None
    assert "nobody has coded texts for this factor by hand" in price.why


def test_corrected_shares_hold_the_truth_though_terms_mistake_praise_for_blame(figures):
    [as_coded] = values(figures["factor_mentions"], "as coded", factor="quality")
    [corrected] = values(figures["factor_mentions"], "corrected", factor="quality")
    assert as_coded.value > 0.6
    assert corrected.low <= 0.2 <= corrected.high


def test_reasons_are_those_the_texts_were_made_with(figures):
    truth = {"late": 0.3, "broken": 0.2, "fine": 0.5}
    for code, share in truth.items():
        [found] = values(figures["text_reasons"], "corrected", code=code)
        assert found.low <= share <= found.high


def test_without_a_trained_coder_no_code_is_given_and_the_command_is_named(tmp_path, figures):
    texts, learned = read(tmp_path, signals(), is_trained=False)
    assert set(pq.read_table(tmp_path / "texts.parquet")["code"].to_pylist()) == {None}
    made = text_figures(texts, learned, factors=list(TERMS), rng=np.random.default_rng(1))
    untrained = {figure.name: protect(figure) for figure in made}
    [why] = values(untrained["text_reasons"], "corrected")
    [quality] = values(untrained["coder_quality"], "macro-F1")
    assert why.value is quality.value is None
    assert why.why == quality.why == NOT_TRAINED
    assert untrained["factor_mentions"] == figures["factor_mentions"]


def test_no_theme_seems_new_where_nothing_changed(figures):
    changes = values(figures["text_themes"], "change")
    assert len(changes) == 3
    assert all(change.low < 0 < change.high for change in changes)


def test_a_theme_that_came_up_lately_is_said_to_have_risen(tmp_path):
    rows, rng = signals(), np.random.default_rng(4)
    for row in rows[500:560]:
        row["text"] = "boleto travou aplicativo {}".format(" ".join(rng.choice(COLOURS, 3)))
    texts, learned = read(tmp_path, rows, coding=CODING.model_copy(update={"themes": 4}))
    made = text_figures(texts, learned, factors=list(TERMS), rng=np.random.default_rng(1))
    [figure] = [figure for figure in made if figure.name == "text_themes"]
    risen = {e.group["theme"] for e in values(figure, "change") if e.low > 0}
    assert any("boleto" in theme for theme in risen)


def test_quotes_are_strong_clauses_of_factors_that_ten_customers_named(coded):
    rows = choose_verbatims(coded[0].signals).to_pyarrow().to_pylist()
    assert {row["factor"] for row in rows} == {"delivery", "quality"}
    assert max(row["place"] for row in rows) == 3
    assert all("gostei" in row["text"] for row in rows if row["is_praise"])


def test_personal_data_reaches_neither_texts_nor_coded_signals(tmp_path):
    rows = signals()
    rows[3]["text"] = "a entrega atrasou, ligue (11) 98765-4321 ou ana@exemplo.br"
    read(tmp_path, rows)
    for name in ("texts.parquet", "coded_signals.parquet"):
        told = " ".join(pq.read_table(tmp_path / name)["text"].to_pylist())
        assert "[phone]" in told or name.startswith("coded")
        assert "98765" not in told
        assert "ana@" not in told
