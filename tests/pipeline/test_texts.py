from datetime import UTC, date, datetime

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from outsidein.canonical.tables import CANONICAL
from outsidein.errors import ProjectError
from outsidein.lake.engine import connect
from outsidein.pipeline.identify import Room
from outsidein.pipeline.texts import read_texts
from outsidein.text.declaration import Coding

TERMS = {"delivery": {"en": ["parcel"]}}


def signals(backend, text, n=40):
    kinds = {**CANONICAL["signals"].all_columns, "customer_id": "string"}
    given = {"source": "s", "kind": "direct", "text": text, "level": "factor", "subject": "own"}
    given |= {"signalled_at": datetime(2017, 12, 1, tzinfo=UTC)}
    keys = [f"k{k}" for k in range(n)]
    columns = {"signal_id": keys, "customer_id": keys, "record_id": keys}
    schema = ibis.schema(kinds).to_pyarrow()
    arrays = [
        pa.array(columns.get(field.name, [given.get(field.name)] * n), field.type)
        for field in schema
    ]
    return backend.create_table("signals", pa.Table.from_arrays(arrays, schema=schema))


def declared(**sample):
    source = {"source": "coded", "language": "en", "factors": {}} | sample
    return Coding.model_validate({"shows_verbatims": True, "sample": {"reasons": source}})


def test_texts_are_read_and_quoted_though_there_is_too_little_to_learn_from(tmp_path):
    backend, room = connect(), Room(tmp_path, tmp_path / "spool")
    backend.create_table("coded", pa.table({"text_id": ["a"], "text": ["b"], "code": ["c"]}))
    said = signals(backend, "My parcel was a horrible and terrible mess")
    day = date(2018, 1, 1)
    read = read_texts(backend, said, declared(), TERMS, coders=None, as_of=day, room=room)
    assert pq.read_table(tmp_path / "coded_signals.parquet").num_rows == 40
    [quote] = pq.read_table(tmp_path / "verbatims.parquet").to_pylist()
    assert (quote["factor"], quote["is_praise"]) == ("delivery", False)
    figures = {figure.name: figure for figure in read.figures()}
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
    backend, room = connect(), Room(tmp_path, tmp_path / "spool")
    backend.create_table("coded", pa.table({"text_id": ["a"], "text": ["b"], "code": ["c"]}))
    said = signals(backend, "a")
    with pytest.raises(ProjectError, match=message):
        read_texts(
            backend, said, declared(**sample), TERMS, coders=None, as_of=date(2018, 1, 1), room=room
        )
