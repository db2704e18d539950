"""Scheduled close: announces the close that the clock has decided, and does nothing more."""

import json
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from contracts.enums import PollStatus
from poll_service.adapters.polls import PollsStore
from poll_service.domain.clock import now
from poll_service.domain.errors import PollNotFound, TooEarly
from poll_service.domain.poll import Poll
from pydantic import ValidationError

type Ask = Callable[..., SimpleNamespace]
type Finish = Callable[..., None]
SECOND = timedelta(seconds=1)


def scheduled_close_of(poll: Poll, due_in: timedelta = -SECOND) -> dict[str, str]:
    return {"poll_id": poll.poll_id, "due_at": (now() + due_in).isoformat()}


def test_a_poll_past_its_end_is_announced_closed_once(
    finish: Finish,
    polls: PollsStore,
    given_open: Callable[..., Poll],
    stream: Callable[[], list[dict[str, Any]]],
) -> None:
    poll = given_open(ends_in=-SECOND)

    for _ in range(3):
        finish(scheduled_close_of(poll))

    assert polls.get(poll.poll_id).status is PollStatus.CLOSED
    announced = [r for r in stream() if r["dynamodb"]["NewImage"].get("status") == {"S": "closed"}]
    assert len(announced) == 1


def test_early_scheduled_close_writes_nothing_and_is_retried(
    finish: Finish, polls: PollsStore, given_open: Callable[..., Poll]
) -> None:
    poll = given_open(ends_in=timedelta(hours=1))

    with pytest.raises(TooEarly):
        finish(scheduled_close_of(poll, due_in=timedelta(hours=1)))
    assert polls.get(poll.poll_id) == poll


@pytest.mark.parametrize("ends_in", [None, timedelta(hours=1)], ids=["no end stands", "a later end stands"])
def test_superfluous_scheduled_close_closes_nothing(
    finish: Finish, polls: PollsStore, given_open: Callable[..., Poll], ends_in: timedelta | None
) -> None:
    poll = given_open(ends_in=ends_in)

    finish(scheduled_close_of(poll))

    assert polls.get(poll.poll_id) == poll


def test_a_scheduled_close_closes_no_draft(
    finish: Finish, polls: PollsStore, given_draft: Callable[..., Poll]
) -> None:
    draft = given_draft()

    finish(scheduled_close_of(draft))

    assert polls.get(draft.poll_id) == draft


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"poll_id": "0" * 26},
        {"poll_id": "#schedule", "due_at": "2026-05-01T12:00:00Z"},
        {"poll_id": "0" * 26, "due_at": "then"},
        {"poll_id": "0" * 26, "due_at": "2026-05-01T12:00:00Z", "closes_at": "2026-05-01T12:00:00Z"},
        [],
        None,
    ],
    ids=str,
)
def test_invalid_scheduled_close_fails_and_becomes_a_dead_letter(finish: Finish, event: object) -> None:
    with pytest.raises(ValidationError):
        finish(event)


def test_scheduled_close_of_unknown_poll_fails_and_becomes_a_dead_letter(
    finish: Finish,
) -> None:
    with pytest.raises(PollNotFound):
        finish({"poll_id": "0" * 26, "due_at": "2026-05-01T12:00:00Z"})


@pytest.mark.usefixtures("clock")
def test_finish_poll_accepts_the_input_of_the_scheduled_close(
    ask: Ask,
    finish: Finish,
    given_open: Callable[..., Poll],
    scheduled_closes: Callable[[], list[dict[str, Any]]],
) -> None:
    ask("close_poll", poll_id=given_open().poll_id)

    with pytest.raises(TooEarly):
        finish(json.loads(scheduled_closes()[0]["Target"]["Input"]))
