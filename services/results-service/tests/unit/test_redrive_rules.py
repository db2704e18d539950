"""Rules of a redrive: whether an invalid record is now a vote, or a poll's event."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from contracts.enums import Choice, PollStatus, ResultVisibility, VoterPolicy
from contracts.events import PollDeleted
from contracts.ids import new_poll_id
from contracts.stream import event_attribute
from results_service.domain.redrive import POLLS, Invalid, invalid_at, read_again
from results_service.domain.tally import mark_of
from results_service.domain.vote_record import Vote
from testkit.events import stream_record

from ..conftest import VOTED_AT

type Build = Callable[..., dict[str, Any]]


def invalid_record(record: dict[str, Any], shard: str = "shardId-1", place: str | None = None) -> Invalid:
    place = mark_of(record["dynamodb"]["SequenceNumber"]) if place is None else place
    return invalid_at("#unreadable", f"invalid#{shard}#{place}", json.dumps(record))


def test_a_record_that_is_a_vote_by_now_counts_for_its_choice(vote: Build, poll_id: str) -> None:
    found = read_again(invalid_record(vote(poll_id, "b", 7)), poll_id)
    assert isinstance(found, Vote)
    assert found.choice is Choice.B


def test_a_record_that_is_still_no_vote_counts_for_nothing(poison: Build, poll_id: str) -> None:
    assert read_again(invalid_record(poison(f"{poll_id}#1", 7)), poll_id) is None


def test_a_vote_in_another_poll_counts_for_nothing_here(vote: Build, poll_id: str) -> None:
    assert read_again(invalid_record(vote(new_poll_id(), "a", 7)), poll_id) is None


@pytest.mark.parametrize("place", ["unnumbered-1f3a", mark_of("8")])
def test_a_record_that_was_never_counted_under_its_own_number_cannot_be_counted(
    vote: Build, poll_id: str, place: str
) -> None:
    """It was not counted as invalid, so no count can be moved to a vote."""
    invalid = invalid_record(vote(poll_id, "a", 7), place=place)
    assert (invalid.mark is None) is place.startswith("unnumbered")
    assert read_again(invalid, poll_id) is None


@pytest.mark.parametrize(("own", "readable"), [(True, True), (False, True), (True, False)])
def test_readable_poll_event_applies_to_its_own_poll_only(poll_id: str, own: bool, readable: bool) -> None:
    event = PollDeleted(
        poll_id=poll_id,
        status=PollStatus.DRAFT,
        opens_at=None,
        closes_at=None,
        policy=VoterPolicy.DEVICE,
        result_visibility=ResultVisibility.ALWAYS,
        revision=3,
        occurred_at=VOTED_AT,
    )
    image = {"event": event_attribute(event) if readable else {"M": {}}}
    invalid = invalid_record(stream_record({"poll_id": poll_id}, image, number=3), shard=POLLS)
    found = read_again(invalid, poll_id if own else new_poll_id())
    assert found == (event if own and readable else None)
