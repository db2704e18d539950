"""Epochs of a poll's counters: which records they count, and which epoch follows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from results_service.domain.epoch import CUTOFF_DELAY, FIRST, Epoch, Epochs
from results_service.domain.vote_record import read_change

type Build = Callable[..., dict[str, Any]]

CUT = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
SECOND = Epoch("0002", CUT)
MOMENT = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("recorded_at", "counted"), [(CUT - MOMENT, False), (CUT, True), (CUT + MOMENT, True)]
)
def test_epoch_counts_votes_recorded_from_its_cutoff_on(
    vote: Build, poll_id: str, recorded_at: datetime, counted: bool
) -> None:
    change = read_change(vote(poll_id, "a", 1, at=recorded_at))
    assert (FIRST.counts(change), SECOND.counts(change)) == (True, counted)


def test_only_the_first_epoch_counts_a_record_that_is_no_vote(poison: Build, poll_id: str) -> None:
    change = read_change(poison(f"{poll_id}#1", 1))
    assert (FIRST.counts(change), SECOND.counts(change)) == (True, False)


def test_next_epoch_begins_at_a_full_second_after_the_cutoff_delay() -> None:
    following = SECOND.after(CUT + timedelta(milliseconds=999))
    assert following == Epoch("0003", CUT + CUTOFF_DELAY)


def test_records_count_in_the_active_and_the_candidate_epoch() -> None:
    assert Epochs().counted == (FIRST,)
    assert Epochs(candidate=SECOND).counted == (FIRST, SECOND)
    assert [epochs.rebuilt for epochs in (Epochs(), Epochs(candidate=SECOND), Epochs(SECOND))] == [
        False,
        True,
        True,
    ]
