"""The figures about how data are recorded, and when that changed."""

from collections.abc import Iterator, Sequence

from outsidein.figures.figure import Estimate, Figure
from outsidein.shifts.figures import (
    BEFORE,
    MEAN_LENGTH,
    NUMBER_BEFORE,
    NUMBER_SINCE,
    RECORDING,
    RECORDING_CHANGES,
    RECORDS,
    SHARE_OF_RECORDS,
    SINCE,
)
from outsidein.shifts.recording import Aspect, RecordingSeries
from outsidein.shifts.recording_changes import (
    LENGTH_RATIO,
    P_VALUE,
    SHARE_MATTERS,
    VOLUME_RATIO,
    RecordingChange,
)


def recording_changes_figure(changes: Sequence[RecordingChange]) -> Figure:
    """List the changes in how data are recorded, the latest first."""
    return RECORDING_CHANGES.figure(
        (e for change in changes for e in _change(change)),
        share_matters=SHARE_MATTERS,
        p_value=P_VALUE,
        length=LENGTH_RATIO,
        volume=VOLUME_RATIO,
    )


def _change(change: RecordingChange) -> Iterator[Estimate]:
    is_share = change.series.aspect is Aspect.SHARE
    before, since = (BEFORE, SINCE) if is_share else (NUMBER_BEFORE, NUMBER_SINCE)
    group = {"on": str(change.on), "data": change.series.data, "what": change.series.what}
    if change.before is None:
        yield before.unanswered("the first record", group=group)
    else:
        yield before.counted(change.before, n=change.records_before, group=group)
    yield since.counted(change.since, n=change.records_since, group=group)


def recording_figure(
    series: Sequence[RecordingSeries], changes: Sequence[RecordingChange]
) -> Figure:
    """Show the records of each month, and every other aspect that changed."""
    changed = {(change.series.data, change.series.what) for change in changes}
    return RECORDING.figure(
        e
        for one in series
        if one.aspect is Aspect.RECORDS or (one.data, one.what) in changed
        for e in _months(one)
    )


def _months(series: RecordingSeries) -> Iterator[Estimate]:
    for period, events, records in zip(series.periods, series.events, series.records, strict=True):
        group = {"data": series.data, "what": series.what, "period": str(period)}
        if series.aspect is Aspect.RECORDS:
            yield RECORDS.counted(events, n=events, group=group)
        elif records:
            measure = SHARE_OF_RECORDS if series.aspect is Aspect.SHARE else MEAN_LENGTH
            yield measure.counted(events / records, n=records, group=group)
