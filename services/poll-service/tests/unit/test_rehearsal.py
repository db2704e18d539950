"""A rehearsal ends by itself, and is deleted in place of being closed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from contracts.enums import PollStatus
from contracts.events import PollClosed, PollClosing, PollDeleted
from contracts.ids import new_poll_id
from contracts.polls import CreatePoll, EditPoll
from poll_service.domain.clock import COUNTDOWN
from poll_service.domain.errors import AnotherPollActive, InvalidTime
from poll_service.domain.lifecycle import (
    close_poll,
    create_poll,
    delete_poll,
    edit_poll,
    finish_poll,
    open_poll,
)
from poll_service.domain.poll import Poll
from poll_service.domain.schedule import Schedule

NOW = datetime(2026, 11, 28, 20, 0, tzinfo=UTC)
OPENS = NOW + COUNTDOWN
HOUR = timedelta(hours=1)


def draft(*, rehearsal: bool = True) -> Poll:
    wanted = {"question": "Tea or coffee?", "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}}
    body = CreatePoll.model_validate(wanted | {"rehearsal": rehearsal})
    return create_poll(body, new_poll_id(), "anna", NOW).poll


def opened(closes_at: datetime | None = None, *, rehearsal: bool = True) -> Poll:
    return open_poll(draft(rehearsal=rehearsal), Schedule(), closes_at, NOW).poll


@pytest.mark.parametrize(
    ("wanted", "planned"),
    [
        (None, OPENS + HOUR),
        (NOW + timedelta(days=1), OPENS + HOUR),
        (NOW + timedelta(minutes=5), NOW + timedelta(minutes=5)),
    ],
)
def test_rehearsal_ends_after_an_hour_at_the_latest(wanted: datetime | None, planned: datetime) -> None:
    change = open_poll(draft(), Schedule(), wanted, NOW)
    assert (change.poll.closes_at, change.close_at) == (planned, planned)
    assert opened(wanted, rehearsal=False).closes_at == wanted


@pytest.mark.parametrize("end", [None, OPENS + HOUR + timedelta(minutes=1)])
def test_end_of_a_rehearsal_cannot_be_removed_or_moved_beyond_the_hour(end: datetime | None) -> None:
    with pytest.raises(InvalidTime):
        edit_poll(opened(), Schedule(), EditPoll(closes_at=end), NOW + timedelta(minutes=1))
    sooner = EditPoll(closes_at=NOW + timedelta(minutes=10))
    assert edit_poll(opened(), Schedule(), sooner, NOW + timedelta(minutes=1)).poll.closes_at is not None


def test_rehearsal_left_open_is_deleted_at_its_end_and_never_closed() -> None:
    rehearsal = opened()
    change = finish_poll(rehearsal, OPENS + HOUR, OPENS + HOUR)
    assert isinstance(change.event, PollDeleted)
    assert change.poll.status is PollStatus.DRAFT
    again = finish_poll(change.poll, OPENS + HOUR, OPENS + HOUR)
    assert again.event is None, "a repeated schedule changes nothing"


def test_rehearsal_that_an_organiser_closes_is_deleted_after_the_countdown() -> None:
    minute = NOW + timedelta(minutes=1)
    closing = close_poll(opened(), Schedule(), minute)
    assert isinstance(closing.event, PollClosing)
    assert closing.close_at == minute + COUNTDOWN
    assert isinstance(finish_poll(closing.poll, minute + COUNTDOWN, minute + COUNTDOWN).event, PollDeleted)


def test_close_of_an_overdue_rehearsal_deletes_it_too() -> None:
    late = OPENS + HOUR + timedelta(minutes=5)
    assert isinstance(close_poll(opened(), Schedule(), late).event, PollDeleted)


def test_any_other_poll_is_closed_at_its_end() -> None:
    end = NOW + timedelta(minutes=5)
    poll = opened(end, rehearsal=False)
    assert isinstance(finish_poll(poll, end, end).event, PollClosed)


def test_rehearsal_while_another_poll_is_open_is_refused_and_its_draft_can_be_deleted() -> None:
    other = open_poll(draft(rehearsal=False), Schedule(), None, NOW)
    assert other.schedule is not None
    with pytest.raises(AnotherPollActive):
        open_poll(draft(), other.schedule, None, NOW)
    assert isinstance(delete_poll(draft(), NOW).event, PollDeleted)


def test_pages_and_organisers_see_that_a_poll_is_a_rehearsal() -> None:
    assert (opened().to_public(NOW).rehearsal, opened().to_admin(NOW).rehearsal) == (True, True)
    assert opened(rehearsal=False).to_public(NOW).rehearsal is None


def test_rehearsal_stays_one() -> None:
    poll = opened()
    assert replace(poll, closes_at=None).rehearsal is True
    with pytest.raises(ValueError, match="rehearsal"):
        EditPoll.model_validate({"rehearsal": False})
