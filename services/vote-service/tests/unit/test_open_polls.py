"""Copies of open polls that the wrapper reads once in a while."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from contracts.enums import PollStatus, VoterPolicy
from vote_service.adapters.voting_state import KNOWN_FOR, OpenPolls
from vote_service.domain.errors import PollUnknown
from vote_service.domain.poll import PollCopy, VotingKeys

NOW = datetime(2026, 11, 29, 18, 0, tzinfo=UTC)
POLL = PollCopy(
    poll_id="p" * 26,
    status=PollStatus.OPEN,
    opens_at=NOW - timedelta(minutes=1),
    closes_at=NOW + timedelta(seconds=5),
    policy=VoterPolicy.DEVICE,
    revision=2,
    keys=VotingKeys(b"salt", "k1", 16),
)


class Table:
    """Counts the reads of one poll."""

    def __init__(self, poll: PollCopy | None) -> None:
        self.poll, self.reads = poll, 0

    def get_public(self, _poll_id: str) -> PollCopy:
        self.reads += 1
        if self.poll is None:
            raise PollUnknown
        return self.poll


def reads_of(table: Any, *moments: datetime) -> int:
    polls = OpenPolls(table)
    for moment in moments:
        polls.get_public(POLL.poll_id, moment)
    return int(table.reads)


def test_open_poll_is_read_once_until_its_copy_is_old() -> None:
    late = NOW + KNOWN_FOR - timedelta(milliseconds=1)
    assert reads_of(Table(POLL), NOW, NOW, late) == 1
    assert reads_of(Table(POLL), NOW, NOW + KNOWN_FOR) == 2


def test_clock_that_goes_back_makes_the_copy_old() -> None:
    assert reads_of(Table(POLL), NOW, NOW - timedelta(milliseconds=1)) == 2


@pytest.mark.parametrize(
    "poll",
    [
        replace(POLL, opens_at=NOW + timedelta(milliseconds=1)),
        replace(POLL, closes_at=NOW),
        replace(POLL, status=PollStatus.CLOSED),
    ],
)
def test_poll_that_is_not_open_is_read_each_time(poll: PollCopy) -> None:
    assert reads_of(Table(poll), NOW, NOW) == 2


def test_unknown_poll_is_read_each_time() -> None:
    table: Any = Table(None)
    polls = OpenPolls(table)
    for _ in range(2):
        with pytest.raises(PollUnknown):
            polls.get_public(POLL.poll_id, NOW)
    assert table.reads == 2
