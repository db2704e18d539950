"""Lifecycle: allowed and forbidden transitions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from contracts.enums import ManagedStatus, PollStatus, ResultVisibility
from contracts.events import PollArchived, PollClosed, PollClosing, PollCreated, PollOpened
from contracts.ids import new_poll_id
from contracts.polls import CreatePoll, EditPoll
from hypothesis import given
from hypothesis import strategies as st
from poll_service.domain import lifecycle
from poll_service.domain.change import Change
from poll_service.domain.clock import COUNTDOWN
from poll_service.domain.errors import InvalidState, InvalidTime, TooEarly
from poll_service.domain.lifecycle import TRANSITIONS
from poll_service.domain.phase import FORBIDDEN, Command, Phase, phase_at
from poll_service.domain.poll import Poll
from poll_service.domain.schedule import Schedule
from poll_service.domain.times import MAX_OPEN

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
WANTED = CreatePoll.model_validate(
    {
        "question": "Tea or coffee?",
        "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}},
        "result_visibility": "after_close",
    }
)
FREE = Schedule()
DRAFT = lifecycle.create_poll(WANTED, new_poll_id(), "organiser", NOW - HOUR).poll
SCHEDULED = lifecycle.open_poll(DRAFT, FREE, None, NOW - HOUR / 2, NOW + HOUR).poll
OPEN = lifecycle.open_poll(DRAFT, FREE, None, NOW - HOUR / 2).poll
ENDING = lifecycle.open_poll(DRAFT, FREE, NOW + HOUR, NOW - HOUR / 2).poll
OVERDUE = lifecycle.open_poll(DRAFT, FREE, NOW - SECOND, NOW - HOUR / 2).poll
CLOSED = lifecycle.finish_poll(OVERDUE, NOW - SECOND, NOW).poll
ARCHIVED = lifecycle.archive_poll(CLOSED, NOW).poll
POLL_IN = {
    Phase.DRAFT: DRAFT,
    Phase.SCHEDULED: SCHEDULED,
    Phase.OPEN: OPEN,
    Phase.OVERDUE: OVERDUE,
    Phase.CLOSED: CLOSED,
    Phase.ARCHIVED: ARCHIVED,
}


def take(command: Command, poll: Poll, now: datetime = NOW) -> Change:
    turnout = EditPoll(show_turnout=not poll.settings.show_turnout)
    unschedule = EditPoll(status=ManagedStatus.DRAFT)
    asked: dict[Command, Callable[[], Change]] = {
        Command.OPEN: lambda: lifecycle.open_poll(poll, FREE, None, now),
        Command.CLOSE: lambda: lifecycle.close_poll(poll, FREE, now),
        Command.FINISH: lambda: lifecycle.finish_poll(poll, now, now),
        Command.ARCHIVE: lambda: lifecycle.archive_poll(poll, now),
        Command.EDIT: lambda: lifecycle.edit_poll(poll, FREE, turnout, now),
        Command.UNSCHEDULE: lambda: lifecycle.edit_poll(poll, FREE, unschedule, now),
        Command.DELETE: lambda: lifecycle.delete_poll(poll, now),
    }
    return asked[command]()


@pytest.mark.parametrize("phase", Phase)
def test_each_sample_poll_has_its_phase(phase: Phase) -> None:
    assert phase_at(POLL_IN[phase], NOW) is phase


@pytest.mark.parametrize(
    ("command", "phase", "in_words"),
    [
        (Command.OPEN, Phase.OPEN, "This poll is already open"),
        (Command.OPEN, Phase.OVERDUE, "This poll is already closed"),
        (Command.OPEN, Phase.CLOSED, "This poll is already closed"),
        (Command.OPEN, Phase.ARCHIVED, "This poll is archived"),
        (Command.CLOSE, Phase.DRAFT, "This poll is a draft: open it first"),
        (Command.CLOSE, Phase.SCHEDULED, "This poll opens later: take it back"),
        (Command.EDIT, Phase.ARCHIVED, "This poll is archived"),
        (Command.UNSCHEDULE, Phase.OPEN, "This poll is open, or opens in less than 3 seconds: close it"),
        (Command.UNSCHEDULE, Phase.OVERDUE, "This poll is already closed"),
        (Command.UNSCHEDULE, Phase.CLOSED, "This poll is already closed"),
        (Command.UNSCHEDULE, Phase.ARCHIVED, "This poll is archived"),
        (Command.DELETE, Phase.SCHEDULED, "This poll is scheduled: take it back"),
        (Command.DELETE, Phase.OPEN, "This poll is open: close and archive it first"),
        (Command.DELETE, Phase.OVERDUE, "This poll is closed: archive it first"),
        (Command.DELETE, Phase.CLOSED, "This poll is closed: archive it first"),
        (Command.ARCHIVE, Phase.DRAFT, "This poll is a draft: it has no votes"),
        (Command.ARCHIVE, Phase.SCHEDULED, "This poll is scheduled: it has no votes"),
        (Command.ARCHIVE, Phase.OPEN, "This poll is open: close it first"),
        (Command.ARCHIVE, Phase.OVERDUE, "This poll has closed this very moment: ask again"),
    ],
)
def test_forbidden_transition_is_rejected_with_the_reason(
    command: Command, phase: Phase, in_words: str
) -> None:
    with pytest.raises(InvalidState, match=in_words):
        take(command, POLL_IN[phase])


def test_every_forbidden_transition_is_tested() -> None:
    (mark,) = test_forbidden_transition_is_rejected_with_the_reason.pytestmark  # type: ignore[attr-defined]
    assert {(command, phase) for command, phase, _ in mark.args[1]} == FORBIDDEN.keys()


def test_every_transition_is_either_allowed_or_forbidden() -> None:
    every = {(command, phase) for command in Command for phase in Phase}

    assert TRANSITIONS.keys() | FORBIDDEN.keys() == every
    assert TRANSITIONS.keys() & FORBIDDEN.keys() == set()


def test_new_poll_is_a_draft_with_all_requested_values() -> None:
    change = lifecycle.create_poll(WANTED, DRAFT.poll_id, "organiser", NOW)

    assert change.poll == replace(DRAFT, created_at=NOW, changed_at=NOW)
    assert change.poll.status is PollStatus.DRAFT
    assert change.event == PollCreated(
        poll_id=DRAFT.poll_id,
        question="Tea or coffee?",
        option_a="Tea",
        option_b="Coffee",
        status=PollStatus.DRAFT,
        policy=WANTED.policy,
        result_visibility=ResultVisibility.AFTER_CLOSE,
        revision=1,
        occurred_at=NOW,
    )
    assert change.close_at is None


def test_opening_takes_effect_in_three_seconds() -> None:
    change = lifecycle.open_poll(DRAFT, FREE, None, NOW)

    assert change.poll == replace(DRAFT, status=PollStatus.OPEN, opens_at=NOW + 3 * SECOND, revision=2)
    assert isinstance(change.event, PollOpened)
    assert change.event.opens_at == NOW + 3 * SECOND
    assert change.close_at is None


def test_opening_with_an_end_schedules_the_close() -> None:
    change = lifecycle.open_poll(DRAFT, FREE, NOW + HOUR, NOW)

    assert change.poll.closes_at == change.close_at == NOW + HOUR


def test_end_given_at_opening_replaces_the_end_of_the_draft() -> None:
    draft = replace(DRAFT, closes_at=NOW + HOUR)

    assert lifecycle.open_poll(draft, FREE, None, NOW).poll.closes_at == NOW + HOUR
    assert lifecycle.open_poll(draft, FREE, NOW + 2 * HOUR, NOW).poll.closes_at == NOW + 2 * HOUR


@pytest.mark.parametrize("closes_at", [NOW - HOUR, NOW, NOW + COUNTDOWN, NOW + COUNTDOWN + MAX_OPEN + SECOND])
def test_a_poll_cannot_be_opened_with_an_end_before_its_opening_or_too_far_ahead(closes_at: datetime) -> None:
    with pytest.raises(InvalidTime) as refused:
        lifecycle.open_poll(DRAFT, FREE, closes_at, NOW)

    assert refused.value.errors is not None
    assert [error.field for error in refused.value.errors] == ["closes_at"]


def test_draft_with_an_end_in_the_past_needs_a_new_end() -> None:
    draft = replace(DRAFT, closes_at=NOW - SECOND)

    with pytest.raises(InvalidTime):
        lifecycle.open_poll(draft, FREE, None, NOW)
    assert lifecycle.open_poll(draft, FREE, NOW + HOUR, NOW).poll.closes_at == NOW + HOUR


@pytest.mark.parametrize("closes_at", [NOW - SECOND, NOW, NOW + MAX_OPEN + SECOND])
def test_a_poll_cannot_be_created_with_an_end_in_the_past_or_too_far_ahead(closes_at: datetime) -> None:
    with pytest.raises(InvalidTime):
        lifecycle.create_poll(
            WANTED.model_copy(update={"closes_at": closes_at}), new_poll_id(), "organiser", NOW
        )


@pytest.mark.parametrize("poll", [OPEN, ENDING], ids=["without an end", "with a later end"])
def test_closing_takes_effect_in_three_seconds(poll: Poll) -> None:
    change = lifecycle.close_poll(poll, FREE, NOW)

    assert change.poll == replace(poll, closes_at=NOW + 3 * SECOND, revision=3)
    assert change.poll.status_at(NOW) is PollStatus.OPEN
    assert change.poll.status_at(NOW + 3 * SECOND) is PollStatus.CLOSED
    assert isinstance(change.event, PollClosing)
    assert change.close_at == NOW + 3 * SECOND


def test_repeated_closing_only_ensures_the_scheduled_close() -> None:
    closing = lifecycle.close_poll(OPEN, FREE, NOW).poll

    assert lifecycle.close_poll(closing, FREE, NOW + SECOND) == Change(closing, close_at=closing.closes_at)


def test_closing_an_overdue_poll_announces_its_close() -> None:
    change = lifecycle.close_poll(OVERDUE, FREE, NOW)

    assert change.poll.status is PollStatus.CLOSED
    assert change.poll.closes_at == OVERDUE.closes_at
    assert isinstance(change.event, PollClosed)
    assert change.close_at is None


def test_closing_a_closed_poll_changes_nothing() -> None:
    assert lifecycle.close_poll(CLOSED, FREE, NOW) == Change(CLOSED)


def test_a_poll_can_be_closed_before_it_has_opened() -> None:
    opening = lifecycle.open_poll(DRAFT, FREE, None, NOW).poll

    closing = lifecycle.close_poll(opening, FREE, NOW + SECOND).poll

    assert closing.opens_at == NOW + 3 * SECOND
    assert closing.closes_at == NOW + 4 * SECOND


def test_finishing_an_overdue_poll_keeps_its_closing_time() -> None:
    change = lifecycle.finish_poll(OVERDUE, NOW - SECOND, NOW)

    assert change.poll == replace(OVERDUE, status=PollStatus.CLOSED, revision=3)
    assert isinstance(change.event, PollClosed)
    assert change.event.closes_at == OVERDUE.closes_at


def test_archiving_keeps_the_poll_closed_and_publishes_the_event() -> None:
    change = lifecycle.archive_poll(CLOSED, NOW)

    assert change.poll == replace(CLOSED, archived_at=NOW, revision=4)
    assert change.poll.status is PollStatus.CLOSED
    assert isinstance(change.event, PollArchived)
    assert (change.event.status, change.event.revision) == (PollStatus.CLOSED, 4)
    assert change.event.occurred_at == NOW
    assert change.close_at is None


def test_repeated_archiving_keeps_the_time_and_publishes_the_event_again() -> None:
    change = lifecycle.archive_poll(ARCHIVED, NOW + HOUR)

    assert change.poll == replace(ARCHIVED, revision=5)
    assert isinstance(change.event, PollArchived)


@pytest.mark.parametrize("command", [Command.CLOSE, Command.FINISH])
def test_closing_or_finishing_an_archived_poll_changes_nothing(command: Command) -> None:
    assert take(command, ARCHIVED) == Change(ARCHIVED)


def test_early_scheduled_close_is_rejected_for_a_retry() -> None:
    closing = lifecycle.close_poll(OPEN, FREE, NOW).poll

    with pytest.raises(TooEarly):
        lifecycle.finish_poll(closing, NOW + 3 * SECOND, NOW + 2 * SECOND)


@pytest.mark.parametrize("poll", [DRAFT, OPEN, ENDING, CLOSED, ARCHIVED])
def test_scheduled_close_for_an_outdated_time_changes_nothing(poll: Poll) -> None:
    assert lifecycle.finish_poll(poll, NOW - SECOND, NOW) == Change(poll)


LASTING = [command for command in Command if command is not Command.DELETE]


@given(st.lists(st.tuples(st.sampled_from(LASTING), st.integers(0, 10_000)), max_size=12))
def test_any_sequence_of_commands_moves_a_poll_only_forward(
    asked: list[tuple[Command, int]],
) -> None:
    order = list(PollStatus)
    poll, now = DRAFT, NOW
    for command, milliseconds in asked:
        now += timedelta(milliseconds=milliseconds)
        try:
            change = take(command, poll, now)
        except InvalidState:
            continue
        after = change.poll
        assert order.index(after.status_at(now)) >= order.index(poll.status_at(now))
        assert after.archived_at == poll.archived_at or poll.archived_at is None
        assert after.revision == poll.revision + (change.event is not None)
        assert change.event is not None or after == poll
        assert after.archived_at is None or after.status is PollStatus.CLOSED
        if poll.closes_at is not None:
            assert after.closes_at is not None
            assert after.closes_at <= poll.closes_at
        poll = after
