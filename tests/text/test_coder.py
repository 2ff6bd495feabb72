import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from outsidein.errors import TooLittleData
from outsidein.stats.agreement import macro_f1, macro_f1_gain
from outsidein.text.aspects import seed_terms
from outsidein.text.coder import cross_validate_coder, train_coder
from outsidein.text.judgement import TermErrors, judge_terms
from outsidein.text.sample import CODINGS, TIED, sample_from_codings
from outsidein.text.tokens import tokenise

TERMS = seed_terms({"delivery": {"pt": ["entrega"]}}, language="pt")


def codings(rows):
    columns = zip(*rows, strict=True)
    return pa.table([pa.array(c) for c in columns], names=CODINGS.names).cast(CODINGS)


def invented(n=600, *, seed=7):
    """Texts whose code hangs on a word, in many spellings that share their letters."""
    rng = np.random.default_rng(seed)
    stems = {"late": "atras", "broken": "quebr", "fine": "bonit"}
    endings = ["ado", "ada", "ados", "adas", "ou", "ando", "ara", "issimo", "inho", "ao"]
    fill = ["mesa", "porta", "cadeira", "casa", "filho", "compra", "semana", "quarto"]
    rows = []
    for number in range(n):
        code = str(rng.choice(list(stems), p=[0.2, 0.1, 0.7]))
        words = [*rng.choice(fill, 4), stems[code] + rng.choice(endings)]
        text = " ".join(str(word) for word in rng.permutation(words))
        rows.append((f"t{number:04}", text, code, 3, None))
    return rows


def test_a_text_has_the_code_that_most_gave_it_and_none_where_two_tie():
    rows = [(f"a{n}", f"um texto {n}", code, 2, 0.5) for n in range(10) for code in ("x",)]
    rows += [(f"b{n}", f"outro {n}", "y", 2, None) for n in range(10)]
    rows += [
        ("b0", "outro 0", "x", 1, None),
        ("c", "mais um", "x", 1, None),
        ("c", "mais um", "y", 1, None),
    ]
    sample = sample_from_codings(codings(rows), language="pt")
    assert sample.codes == ("x", "y")
    assert sample.truth.tolist() == [0] * 10 + [1] * 10 + [TIED]
    assert sample.votes[10].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert np.isnan(sample.ratings[10])


def test_a_code_too_rare_to_be_judged_is_left_out():
    rows = [*invented(300), *((f"z{n}", f"raro {n}", "rare", 3, None) for n in range(9))]
    assert "rare" not in sample_from_codings(codings(rows), language="pt").codes


def test_one_code_alone_is_nothing_to_learn():
    rows = [(f"a{n}", f"texto {n}", "x", 1, None) for n in range(30)]
    with pytest.raises(TooLittleData, match="1 codes given 10 times or more are too few"):
        sample_from_codings(codings(rows), language="pt")


def test_texts_of_the_same_words_are_judged_together():
    rows = [(f"a{n}", f"Texto {n % 12}", "xy"[n % 2], 1, None) for n in range(120)]
    sample = sample_from_codings(codings(rows), language="pt")
    folds = {}
    for text, fold in zip(sample.texts.to_pylist(), sample.fold.tolist(), strict=True):
        folds.setdefault(text, set()).add(fold)
    assert all(len(each) == 1 for each in folds.values())
    assert len(set(sample.fold.tolist())) == 5


def test_the_coder_learns_and_beats_the_baseline_on_spellings_it_never_saw():
    sample = sample_from_codings(codings(invented(300)), language="pt")
    judged = cross_validate_coder(sample)
    rng = np.random.default_rng(1)
    assert macro_f1(judged.confusion, rng=rng).f1 > 0.95
    assert macro_f1_gain(judged.joint, rng=rng).low > 0


def test_codes_dealt_at_random_are_not_learned():
    rng = np.random.default_rng(3)
    rows = [(key, text, str(rng.choice(["a", "b"])), v, r) for key, text, _, v, r in invented(400)]
    sample = sample_from_codings(codings(rows), language="pt")
    agreed = macro_f1(cross_validate_coder(sample).confusion, rng=rng)
    assert agreed.low < 0.5 < agreed.high or agreed.f1 < 0.5


def test_rows_in_any_order_train_the_same_coder():
    rows = invented(300)
    asked = tokenise(pa.array(["a porta atrasinho", "casa quebrissimo", "nada"]))
    rating = np.full(3, np.nan)
    one = train_coder(sample_from_codings(codings(rows), language="pt"))
    other = train_coder(sample_from_codings(codings(rows[::-1]), language="pt"))
    assert one.code(asked, rating).tolist() == other.code(asked, rating).tolist()
    assert [one.codes[k] for k in one.code(asked, rating)][:2] == ["late", "broken"]


def test_the_errors_of_terms_are_counted_against_people():
    rows = [(f"a{n}", f"entrega {n}", "late", 1, None) for n in range(12)]
    rows += [(f"b{n}", f"demora {n}", "late", 1, None) for n in range(3)]
    rows += [(f"c{n}", f"entrega boa {n}", "fine", 1, None) for n in range(4)]
    rows += [(f"d{n}", f"bom {n}", "fine", 1, None) for n in range(20)]
    sample = sample_from_codings(codings(rows), language="pt")
    errors = judge_terms(sample, TERMS, {"late": "delivery"})
    assert errors == {"delivery": TermErrors(12, 3, 4, 20)}
    assert errors["delivery"].precision == 0.75


def test_reviews_coded_by_people_are_coded_better_than_by_the_baseline(shared_data):
    table = pq.read_table(shared_data / "olist/classified_reviews_v1.parquet").to_pylist()
    rows = [
        (
            row["id"],
            row["review_comment_message"],
            name.removeprefix("votes_"),
            int(votes or 0),
            (int(row["review_score"]) - 1) / 4,
        )
        for row in table
        for name, votes in row.items()
        if name.startswith("votes_")
    ]
    sample = sample_from_codings(codings(rows), language="pt")
    judged = cross_validate_coder(sample)
    rng = np.random.default_rng(1)
    ours, plain = judged.confusion, judged.joint.sum(axis=1)
    assert len(judged.codes) == 9
    assert ours.sum() == 3_431
    assert macro_f1(ours, rng=rng).f1 > 0.70
    assert macro_f1(plain, rng=rng).f1 == pytest.approx(0.577, abs=0.02)
    assert macro_f1_gain(judged.joint, rng=rng).low > 0.09
