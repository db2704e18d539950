"""Order of scheduling and writing, and retries after write conflicts."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import cast

import pytest
from contracts.enums import PollStatus, ResultVisibility, VoterPolicy
from contracts.ids import new_poll_id
from poll_service.adapters.close_scheduler import CloseScheduler
from poll_service.adapters.polls import PollsStore
from poll_service.domain import lifecycle
from poll_service.domain.change import Actor, Change
from poll_service.domain.errors import InvalidState, Unavailable, WriteConflict
from poll_service.domain.poll import Poll
from poll_service.domain.schedule import Schedule, TimeSlot
from poll_service.use_cases.change_poll import ATTEMPTS, change_poll

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
OPEN = Poll(
    poll_id=new_poll_id(),
    question="Tea or coffee?",
    option_a="Tea",
    option_b="Coffee",
    policy=VoterPolicy.DEVICE,
    result_visibility=ResultVisibility.ALWAYS,
    created_at=NOW,
    created_by="organiser",
    changed_at=NOW,
    changed_by="organiser",
    closes_at=None,
    opens_at=NOW,
    status=PollStatus.OPEN,
    revision=2,
)
CLOSE = partial(lifecycle.close_poll, now=NOW)
ACTOR = Actor("organiser-2", NOW)
CLOSED = ACTOR.stamp(CLOSE(OPEN, Schedule()))


class Diary:
    """Stub of store and scheduler: records the order of calls and raises the given errors, each once."""

    def __init__(self, poll: Poll, *, failing: dict[str, list[Exception]] | None = None) -> None:
        self.poll = poll
        self.entries: list[str] = []
        self._failing = failing or {}

    def _note(self, entry: str) -> None:
        self.entries.append(entry)
        if self._failing.get(entry):
            raise self._failing[entry].pop(0)

    def get(self, poll_id: str) -> Poll:
        self._note("read")
        return self.poll

    def schedule(self) -> Schedule:
        return Schedule(revision=1, slots=(TimeSlot(OPEN.poll_id, NOW, None),))

    def close_at(self, poll_id: str, due_at: datetime) -> None:
        self._note("schedule")

    def save(self, change: Change) -> None:
        self._note("write" if change.event else "nothing to write")
        self.poll = change.poll

    def close(self) -> Poll:
        polls, scheduler = cast("PollsStore", self), cast("CloseScheduler", self)
        return change_poll(polls, scheduler, OPEN.poll_id, CLOSE, ACTOR)


def test_close_is_scheduled_before_the_poll_is_written() -> None:
    diary = Diary(OPEN)

    closing = diary.close()

    assert closing == diary.poll == CLOSED.poll
    assert diary.entries == ["read", "schedule", "write"]


def test_failed_scheduling_writes_nothing_and_can_be_repeated() -> None:
    diary = Diary(OPEN, failing={"schedule": [Unavailable()]})

    with pytest.raises(Unavailable):
        diary.close()
    assert diary.poll == OPEN

    assert diary.close() == CLOSED.poll


def test_repeated_close_schedules_again_and_writes_nothing() -> None:
    diary = Diary(CLOSED.poll)

    assert diary.close() == diary.poll
    assert diary.entries == ["read", "schedule", "nothing to write"]


def test_write_conflict_is_retried_from_the_read() -> None:
    diary = Diary(OPEN, failing={"write": [WriteConflict()]})

    diary.close()

    assert diary.entries == ["read", "schedule", "write"] * 2


def test_retry_after_a_write_conflict_decides_by_the_new_state() -> None:
    class Outdated(Diary):
        def save(self, change: Change) -> None:
            self.poll = replace(OPEN, status=PollStatus.DRAFT)
            raise WriteConflict

    with pytest.raises(InvalidState):
        Outdated(OPEN).close()


def test_repeated_write_conflicts_are_raised() -> None:
    diary = Diary(OPEN, failing={"write": [WriteConflict()] * ATTEMPTS})

    with pytest.raises(WriteConflict):
        diary.close()
    assert diary.entries.count("write") == ATTEMPTS
