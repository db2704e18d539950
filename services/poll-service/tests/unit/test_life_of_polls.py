"""Stateful test: several polls and organisers, any commands, any clock; the invariants always hold."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from contracts.domain_error import DomainError
from contracts.enums import ManagedStatus, PollStatus
from contracts.polls import CreatePoll, EditPoll
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from poll_service.domain import lifecycle
from poll_service.domain.change import Actor, Change
from poll_service.domain.clock import COUNTDOWN
from poll_service.domain.poll import Poll
from poll_service.domain.schedule import Schedule, TimeSlot

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
NAMES = tuple(f"{number:026d}" for number in range(3))
WANTED = CreatePoll.model_validate(
    {"question": "Tea or coffee?", "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}}
)
WHICH = st.sampled_from(NAMES)
AHEAD = st.sampled_from([None, -2, 0, 2, 5, 10, 20, 30, 40])
"""Seconds from now; also in the past, because a request may contain it."""


def promise_of(poll: Poll) -> tuple[object, ...]:
    """Return the fields that are a promise to voters."""
    return (
        poll.question,
        poll.option_a,
        poll.option_b,
        poll.policy,
        poll.result_visibility,
        poll.settings.proof_of_work,
    )


class LifeOfPolls(RuleBasedStateMachine):
    """Polls and their schedule as the store would hold them: a change is stored whole or not at all."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.schedule = Schedule()
        self.polls: dict[str, Poll] = {}

    @initialize()
    def one_is_open_the_others_are_drafts(self) -> None:
        for name in NAMES:
            self.polls[name] = lifecycle.create_poll(WANTED, name, "organiser", NOW).poll
        self.open(NAMES[0], None, 20)
        self.now += timedelta(seconds=4)

    def take(self, name: str, step: Any, *, may_shorten: bool = False) -> None:
        before = self.polls.get(name)
        if before is None:
            return
        try:
            change: Change = Actor("organiser", self.now).stamp(step(before))
        except DomainError:
            return
        assert (change.event is not None) == (change.poll.revision == before.revision + 1)
        assert change.event is not None or change.poll == before
        if change.schedule is not None:
            assert change.schedule.revision == self.schedule.revision + 1
            self.schedule = change.schedule
        self.polls[name] = change.poll
        self.keep_promise(before, change.poll, may_shorten)

    def keep_promise(self, before: Poll, after: Poll, may_shorten: bool) -> None:
        """Check that a poll accepts votes for as long as announced, unless its end is moved or it is closed.

        A moved end is far enough away for all copies of the poll to receive it.
        """
        started = before.opens_at is not None and before.opens_at <= self.now
        if before.status is not PollStatus.OPEN or not started or may_shorten:
            return
        assert after.opens_at == before.opens_at
        assert promise_of(after) == promise_of(before)
        if after.closes_at not in {None, before.closes_at}:
            assert after.closes_at > self.now + COUNTDOWN
        if before.status_at(self.now) is PollStatus.CLOSED:
            assert after.closes_at == before.closes_at

    def at(self, seconds: int | None) -> datetime | None:
        return None if seconds is None else self.now + timedelta(seconds=seconds)

    @rule(milliseconds=st.sampled_from([1, 999, 2_000, 3_001, 6_000, 15_000]))
    def time_passes(self, milliseconds: int) -> None:
        self.now += timedelta(milliseconds=milliseconds)

    @rule(name=WHICH, opens=AHEAD, closes=AHEAD)
    def open(self, name: str, opens: int | None, closes: int | None) -> None:
        times = (self.at(closes), self.now, self.at(opens))
        self.take(name, lambda poll: lifecycle.open_poll(poll, self.schedule, *times))

    @rule(name=WHICH)
    def schedule_poll(self, name: str) -> None:
        """Schedule the poll after all others."""
        ends = [slot.closes_at for slot in self.schedule.slots if slot.closes_at is not None]
        opens_at = max([self.now, *ends]) + timedelta(seconds=5)
        times = (opens_at + timedelta(seconds=10), self.now, opens_at)
        self.take(name, lambda poll: lifecycle.open_poll(poll, self.schedule, *times))

    @rule(name=WHICH)
    def close(self, name: str) -> None:
        self.take(name, lambda poll: lifecycle.close_poll(poll, self.schedule, self.now), may_shorten=True)

    @rule(name=WHICH, fields=st.fixed_dictionaries({}, optional={"opens_at": AHEAD, "closes_at": AHEAD}))
    def move(self, name: str, fields: dict[str, int | None]) -> None:
        wanted = EditPoll.model_validate({field: self.at(seconds) for field, seconds in fields.items()})
        self.take(name, lambda poll: lifecycle.edit_poll(poll, self.schedule, wanted, self.now))

    @rule(name=WHICH, seconds=st.sampled_from([-10, -1, 1, 10]))
    def move_end(self, name: str, seconds: int) -> None:
        poll = self.polls.get(name)
        if poll is None or poll.closes_at is None:
            return
        wanted = EditPoll(closes_at=poll.closes_at + timedelta(seconds=seconds))
        self.take(name, lambda poll: lifecycle.edit_poll(poll, self.schedule, wanted, self.now))

    @rule(name=WHICH, question=st.sampled_from(["Tea?", "Tea or coffee?"]), turnout=st.booleans())
    def reword(self, name: str, question: str, turnout: bool) -> None:
        wanted = EditPoll(question=question, show_turnout=turnout)
        self.take(name, lambda poll: lifecycle.edit_poll(poll, self.schedule, wanted, self.now))

    @rule(name=WHICH)
    def unschedule(self, name: str) -> None:
        wanted = EditPoll(status=ManagedStatus.DRAFT)
        self.take(name, lambda poll: lifecycle.edit_poll(poll, self.schedule, wanted, self.now))

    @rule(name=WHICH)
    def scheduled_close(self, name: str) -> None:
        self.take(name, lambda poll: lifecycle.finish_poll(poll, self.now, self.now))

    @rule(name=WHICH)
    def archive(self, name: str) -> None:
        self.take(name, lambda poll: lifecycle.archive_poll(poll, self.now))

    @rule(name=WHICH)
    def delete(self, name: str) -> None:
        before = self.polls.get(name)
        self.take(name, lambda poll: lifecycle.delete_poll(poll, self.now), may_shorten=True)
        if before is not None and self.polls[name] is not before:
            del self.polls[name]

    @invariant()
    def two_polls_are_never_open_at_once(self) -> None:
        moments = {self.now} | {poll.opens_at for poll in self.polls.values() if poll.opens_at}
        for moment in moments:
            running = [
                poll.poll_id
                for poll in self.polls.values()
                if poll.status_at(moment) is PollStatus.OPEN and poll.opens_at and poll.opens_at <= moment
            ]
            assert len(running) <= 1, f"{running} at {moment}"

    @invariant()
    def the_schedule_says_what_the_polls_say(self) -> None:
        open_or_scheduled = {
            TimeSlot(poll.poll_id, poll.opens_at, poll.closes_at)
            for poll in self.polls.values()
            if poll.status_at(self.now) is PollStatus.OPEN and poll.opens_at
        }
        assert {slot for slot in self.schedule.slots if not slot.is_over(self.now)} == open_or_scheduled

    @invariant()
    def everybody_is_shown_the_poll_that_is_open(self) -> None:
        running = [
            poll.poll_id
            for poll in self.polls.values()
            if poll.status_at(self.now) is PollStatus.OPEN and poll.opens_at and poll.opens_at <= self.now
        ]
        if running:
            assert [self.schedule.shown_at(self.now)] == running


@pytest.mark.covers("T36")
def test_any_commands_keep_polls_apart_and_promises_to_voters() -> None:
    lasting = settings(
        max_examples=150, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    run_state_machine_as_test(LifeOfPolls, settings=lasting)
