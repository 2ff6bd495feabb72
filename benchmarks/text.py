"""How fast texts are read, and how well they are coded, on Olist's reviews.

`python -m benchmarks.text` prints both; the last line is the remark of the benchmark table. With
`--vader FOLDER` it also correlates VADER with people on the tweets of its paper, which its source
distribution holds (`additional_resources/hutto_ICWSM_2014.tar.gz`).
"""

import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.metrics import roc_auc_score

from outsidein.stats.agreement import macro_f1, macro_f1_gain
from outsidein.text.aspects import SeedTerms, factor_mentions, seed_terms
from outsidein.text.coder import Coder, cross_validate_coder, train_coder
from outsidein.text.language import identify_languages
from outsidein.text.masking import mask
from outsidein.text.polarity import LearnedPolarity, learn_polarity
from outsidein.text.sample import CODINGS, HandCodedSample, sample_from_codings
from outsidein.text.sentiment import SeedPolarity, VaderPolarity
from outsidein.text.tokens import tokenise

ROOT = Path(__file__).parents[1]
OLIST = ROOT / ".." / "shared" / "data" / "olist"
WARM = 200
MIDDLE = 0.5


def reviews() -> tuple[pa.Array, np.ndarray]:
    """The reviews with a text, and their stars brought to 0 to 1."""
    table = pq.read_table(OLIST / "order_reviews.parquet")
    told = table.filter(table["review_comment_message"].is_valid())
    stars = told["review_score"].to_numpy()
    return told["review_comment_message"].combine_chunks(), (stars - 1) / 4


def terms() -> dict[str, dict[str, list[str]]]:
    """The seed terms of the example."""
    with (ROOT / "examples" / "olist" / "factors.toml").open("rb") as file:
        declared = tomllib.load(file)["factor"]
    return {name: factor["terms"] for name, factor in declared.items()}


@dataclass(frozen=True, slots=True)
class Reader:
    """What texts are read with."""

    terms: SeedTerms
    polarity: LearnedPolarity
    coder: Coder


def read_once(texts: pa.Array, ratings: np.ndarray, reader: Reader) -> int:
    """Mask, tell the language, cut, judge and code; return how many mentions there are."""
    masked = mask(texts)
    identify_languages(masked, among=["pt", "en"], usual="pt")
    tokens = tokenise(masked)
    reader.coder.code(tokens, ratings)
    return int(factor_mentions(masked, tokens, reader.terms, reader.polarity).num_rows)


def speed(texts: pa.Array, ratings: np.ndarray, reader: Reader) -> str:
    """Read every review once, after a few to load what is loaded once."""
    read_once(texts[:WARM], ratings[:WARM], reader)
    rest = texts[WARM:]
    wall, cpu = time.perf_counter(), time.process_time()
    found = read_once(rest, ratings[WARM:], reader)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return (
        f"{len(rest) / wall:,.0f} texts/s ({len(rest) / cpu:,.0f} a second of processor), "
        f"{found:,} mentions"
    )


def polarity(texts: pa.Array, ratings: np.ndarray) -> str:
    """Rank reviews of four stars or more above those of two or fewer, each fifth unseen."""
    fold, clear = np.arange(len(texts)) % 5, ratings != MIDDLE
    found = np.zeros(len(texts))
    for place in range(5):
        shown = texts.filter(pa.array(fold == place))
        learned = learn_polarity(texts.filter(pa.array(fold != place)), ratings[fold != place])
        found[fold == place] = learned.of_texts(shown, tokenise(shown))
    seeds = SeedPolarity("pt").of_texts(texts, tokenise(texts))
    by_learned, by_seeds = (
        roc_auc_score(ratings[clear] > MIDDLE, s[clear]) for s in (found, seeds)
    )
    return f"polarity ranks stars right (AUC): learned {by_learned:.3f}, seed words {by_seeds:.3f}"


def hand_coded() -> HandCodedSample:
    """The reviews that three people each gave a reason to."""
    rows = [
        {
            "text_id": row["id"],
            "text": row["review_comment_message"],
            "code": name.removeprefix("votes_"),
            "votes": int(votes or 0),
            "rating": (int(row["review_score"]) - 1) / 4,
        }
        for row in pq.read_table(OLIST / "classified_reviews_v1.parquet").to_pylist()
        for name, votes in row.items()
        if name.startswith("votes_")
    ]
    return sample_from_codings(pa.Table.from_pylist(rows, schema=CODINGS), language="pt")


def coding(sample: HandCodedSample) -> str:
    """Print how each code is found; say the macro-F1 beside the baseline's."""
    judged, rng = cross_validate_coder(sample), np.random.default_rng(1)
    confusion, plain = judged.confusion, judged.joint.sum(axis=1)
    print(f"{'code':<26}{'texts':>7}{'found':>8}{'right':>8}{'F1':>7}{'baseline F1':>13}")
    for place, code in enumerate(judged.codes):
        n = confusion[place].sum()
        found = confusion[place, place] / n
        right = confusion[place, place] / max(confusion[:, place].sum(), 1)
        ours, theirs = (
            2 * c[place, place] / (c[place].sum() + c[:, place].sum()) for c in (confusion, plain)
        )
        print(f"{code:<26}{n:>7}{found:>8.2f}{right:>8.2f}{ours:>7.2f}{theirs:>13.2f}")
    ours, theirs = macro_f1(confusion, rng=rng), macro_f1(plain, rng=rng)
    gain = macro_f1_gain(judged.joint, rng=rng)
    return (
        f"macro-F1 {ours.f1:.3f} ({ours.low:.3f} to {ours.high:.3f}) over {len(judged.codes)} "
        f"codes, baseline {theirs.f1:.3f}, gain {gain.gain:.3f} ({gain.low:.3f} to {gain.high:.3f})"
    )


def vader(folder: Path) -> str:
    """Correlate VADER with the mean of people's ratings."""
    lines = (folder / "tweets_GroundTruth.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    texts = pa.array([row[2] for row in rows])
    found = VaderPolarity().of_texts(texts, tokenise(texts))
    r = np.corrcoef(found, [float(row[1]) for row in rows])[0, 1]
    return f"VADER and people on {len(rows):,} tweets: r {r:.3f}"


def main(arguments: list[str]) -> None:
    """Run it all."""
    texts, ratings = reviews()
    learned: LearnedPolarity = learn_polarity(mask(texts), ratings)
    sample = hand_coded()
    reader = Reader(seed_terms(terms(), language="pt"), learned, train_coder(sample))
    if "--vader" in arguments:
        print(vader(Path(arguments[arguments.index("--vader") + 1])))
    print(polarity(texts, ratings))
    coded = coding(sample)
    print(f"{speed(texts, ratings, reader)}; {coded}")


if __name__ == "__main__":
    main(sys.argv[1:])
