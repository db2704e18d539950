"""A batch is parsed into the newest snapshot of each poll and the unreadable records."""

from collections.abc import Callable
from typing import Any

import pytest
from contracts.ids import new_poll_id
from contracts.tally import TallyChanged
from realtime_service.domain.batch import read_batch

type MakeTally = Callable[..., TallyChanged]
type MakeRecord = Callable[..., dict[str, Any]]

A, B = new_poll_id(), new_poll_id()


def test_only_the_newest_snapshot_of_each_poll_is_left(tally: MakeTally, record: MakeRecord) -> None:
    snapshots = [tally(A, 1), tally(B, 5), tally(A, 3), tally(A, 2)]
    batch = read_batch([record(snapshot, number) for number, snapshot in enumerate(snapshots, start=1)])
    assert {change.tally.poll_id: change.tally.tally_version for change in batch.changes} == {A: 3, B: 5}
    assert {change.sequence_number for change in batch.changes} == {f"{3:021d}", f"{2:021d}"}
    assert not batch.unreadable


def test_sequence_numbers_come_back_as_they_were_given(tally: MakeTally, record: MakeRecord) -> None:
    given = record(tally(A))
    given["dynamodb"]["SequenceNumber"] = "4421584500000000017450439091"
    assert read_batch([given]).changes[0].sequence_number == "4421584500000000017450439091"


@pytest.mark.parametrize(
    "event",
    [
        None,
        {"M": {}},
        {"M": {"type": {"S": "tally_changed"}}},
        {"M": {"type": {"S": "vote_cast"}, "version": {"N": "1"}}},
        {"S": "tally_changed"},
    ],
)
def test_invalid_snapshot_is_returned_with_the_reason(
    tally: MakeTally, record: MakeRecord, event: dict[str, Any] | None
) -> None:
    poison = record(None, 1, event)
    batch = read_batch([poison, record(tally(A), 2)])
    assert [change.tally.poll_id for change in batch.changes] == [A]
    assert [unreadable.record for unreadable in batch.unreadable] == [poison]
    assert batch.unreadable[0].reason


@pytest.mark.parametrize("raw", [{}, {"eventName": "MODIFY"}, {"dynamodb": {"SequenceNumber": "x"}}])
def test_malformed_record_is_returned_as_unreadable(raw: dict[str, Any]) -> None:
    assert [unreadable.record for unreadable in read_batch([raw]).unreadable] == [raw]


def test_empty_batch_has_no_changes() -> None:
    assert read_batch([]).changes == ()
