from datetime import UTC, datetime

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from outsidein.canonical.customer_tables import CUSTOMER_TABLES
from outsidein.errors import ProjectError
from outsidein.lake.engine import connect
from outsidein.text.declaration import Coding
from outsidein.text.steps import READ_TEXTS, TextCoding
from tests.steps_builds import build_of

TERMS = {"delivery": {"en": ["parcel"]}}


def signals(text, n=40):
    def rows(columns):
        given = {"source": "s", "kind": "direct", "text": text, "level": "factor", "subject": "own"}
        given |= {"signalled_at": datetime(2017, 12, 1, tzinfo=UTC)}
        keys = [f"k{k}" for k in range(n)]
        own = {"signal_id": keys, "customer_id": keys, "record_id": keys}
        schema = ibis.schema(columns).to_pyarrow()
        arrays = [
            pa.array(own.get(field.name, [given.get(field.name)] * n), field.type)
            for field in schema
        ]
        return pa.Table.from_arrays(arrays, schema=schema)

    return rows


def read(folder, text, **sample):
    source = {"source": "coded", "language": "en", "factors": {}} | sample
    coding = Coding.model_validate({"shows_verbatims": True, "sample": {"reasons": source}})
    backend = connect()
    backend.create_table("coded", pa.table({"text_id": ["a"], "text": ["b"], "code": ["c"]}))
    tables = [(CUSTOMER_TABLES["signals"], signals(text))]
    build = build_of(folder, tables, [TextCoding(coding, TERMS, None)], backend=backend)
    build.run(READ_TEXTS)
    return build.figures


def test_texts_are_read_and_quoted_though_there_is_too_little_to_learn_from(tmp_path):
    figures = read(tmp_path, "My parcel was a horrible and terrible mess")
    assert pq.read_table(tmp_path / "coded_signals.parquet").num_rows == 40
    [quote] = pq.read_table(tmp_path / "verbatims.parquet").to_pylist()
    assert (quote["factor"], quote["is_praise"]) == ("delivery", False)
    for name in ("coder_quality", "text_reasons"):
        [why] = figures[name].estimates
        assert "outsidein texts train" in why.why


@pytest.mark.parametrize(
    ("sample", "message"),
    [
        ({"source": "nowhere"}, r"sample.reasons.source: there is no source .* 'nowhere'"),
        ({"votes": "many"}, r"sample.reasons.votes: 'coded' has no column 'many'"),
    ],
)
def test_a_sample_that_is_not_there_is_named(tmp_path, sample, message):
    with pytest.raises(ProjectError, match=message):
        read(tmp_path, "a", **sample)
