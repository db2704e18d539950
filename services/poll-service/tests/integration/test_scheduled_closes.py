"""Scheduled closes: for a time that has passed, and for a deleted poll."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from contracts.ids import new_poll_id
from contracts.model import format_instant
from poll_service.adapters.close_scheduler import CloseScheduler
from poll_service.config import ClosingSettings
from poll_service.domain.clock import now
from poll_service.domain.errors import PollNotFound, Unavailable
from poll_service.domain.poll import Poll


class Scheduler:
    """A stub of EventBridge: returns its responses in order, then accepts schedules."""

    def __init__(self, *refusals: Exception) -> None:
        self.refusals = list(refusals)
        self.taken: list[dict[str, Any]] = []
        client = boto3.client("scheduler")
        self.exceptions = client.exceptions

    def create_schedule(self, **schedule: Any) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.taken.append(schedule)


def _refused() -> Exception:
    failure: Exception = boto3.client("scheduler").exceptions.ValidationException(
        {"Error": {"Code": "ValidationException", "Message": "in the past"}}, "CreateSchedule"
    )
    return failure


def _close_scheduler(scheduler: Scheduler) -> CloseScheduler:
    return CloseScheduler(scheduler, ClosingSettings.from_environment())  # type: ignore[arg-type]


def test_close_in_the_past_is_scheduled_for_the_next_second(aws: None) -> None:
    scheduler, due_at = Scheduler(), now() - timedelta(seconds=5)
    _close_scheduler(scheduler).close_at(poll_id := new_poll_id(), due_at)
    (schedule,) = scheduler.taken
    assert schedule["ScheduleExpression"] > f"at({now():%Y-%m-%dT%H:%M:%S})"
    assert poll_id in schedule["Name"]
    assert format_instant(due_at) in schedule["Target"]["Input"]


def test_schedule_rejected_for_its_time_is_created_for_a_later_one(aws: None) -> None:
    scheduler = Scheduler(_refused())
    _close_scheduler(scheduler).close_at(new_poll_id(), now())
    assert len(scheduler.taken) == 1


def test_schedule_rejected_twice_is_unavailable(aws: None) -> None:
    scheduler = Scheduler(_refused(), _refused())
    with pytest.raises(Unavailable):
        _close_scheduler(scheduler).close_at(new_poll_id(), now())
    assert scheduler.taken == []


def test_scheduled_close_of_a_deleted_poll_does_nothing(
    ask: Callable[..., Any], given_draft: Callable[..., Poll], finish: Callable[..., None]
) -> None:
    poll = given_draft()
    assert ask("delete_poll", poll_id=poll.poll_id).status == 204
    finish({"poll_id": poll.poll_id, "due_at": format_instant(now())})


def test_scheduled_close_of_an_unknown_poll_is_a_dead_letter(
    finish: Callable[..., None],
) -> None:
    with pytest.raises(PollNotFound):
        finish({"poll_id": new_poll_id(), "due_at": format_instant(now())})
