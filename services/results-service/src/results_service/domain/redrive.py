"""Parse an invalid record again after a fix."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from contracts.events import POLL_EVENTS, PollEvent
from contracts.stream import NotAContractEvent, read_record

from results_service.domain.tally import mark_of
from results_service.domain.vote_record import Vote, read_change

POLLS: Final = "polls"
"""The source of invalid records from the Polls stream; those from VotesLog name their shard."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """An invalid record as stored.

    `kept_under` is its partition key, `shard_id` its shard, and `mark` its position there, None for a record
    without a sequence number.
    """

    kept_under: str
    sort_key: str
    shard_id: str
    mark: str | None
    record: str


def invalid_at(kept_under: str, sort_key: str, record: str) -> Invalid:
    """Return the record stored under `invalid#{shard}#{mark}`."""
    _, shard_id, place = sort_key.split("#", 2)
    numbered = place == mark_of(place) and place.isdigit()
    return Invalid(kept_under, sort_key, shard_id, place if numbered else None, record)


def read_again(invalid: Invalid, poll_id: str) -> Vote | PollEvent | None:
    """Parse the record again. Return a vote in this poll, an event of this poll, or None."""
    raw = json.loads(invalid.record)
    return _poll_event_in(raw, poll_id) if invalid.shard_id == POLLS else _vote_in(raw, invalid.mark, poll_id)


def _vote_in(raw: Mapping[str, Any], mark: str | None, poll_id: str) -> Vote | None:
    # A record without a number was not counted as invalid, so it cannot be moved to a vote.
    change = read_change(raw) if mark else None
    if not isinstance(change, Vote) or change.poll_id != poll_id or mark_of(change.number) != mark:
        return None
    return change


def _poll_event_in(raw: Mapping[str, Any], poll_id: str) -> PollEvent | None:
    try:
        event = read_record(raw).event(POLL_EVENTS)
    except NotAContractEvent:
        return None
    return event if event.poll_id == poll_id else None
