"""Whether a record that was set aside counts after all, now that whatever was wrong is fixed."""

import json
from dataclasses import dataclass

from contracts.ids import Choice

from results_service.domain.tally import mark_of
from results_service.domain.vote_log import Vote, read_change


@dataclass(frozen=True, slots=True)
class Invalid:
    """A record as it was set aside: its stream shard, and where in it (a mark), or None without a number."""

    sort_key: str
    shard_id: str
    mark: str | None
    record: str


def invalid_at(sort_key: str, record: str) -> Invalid:
    """Return the record kept under `invalid#{shard}#{mark}`."""
    _, shard_id, place = sort_key.split("#", 2)
    return Invalid(sort_key, shard_id, place if place == mark_of(place) and place.isdigit() else None, record)


def choice_in(invalid: Invalid, poll_id: str) -> Choice | None:
    """Judge the record as counting would today; return its choice, or None while it is no vote of this poll.

    Without a number it was never counted as invalid, so it can never be counted otherwise.
    """
    change = read_change(json.loads(invalid.record)) if invalid.mark else None
    if not isinstance(change, Vote) or change.poll_id != poll_id or mark_of(change.number) != invalid.mark:
        return None
    return change.choice
