"""POST /admin/api/polls/{poll_id}/close: in three seconds, and safe to repeat."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from poll_service.domain.clock import now
from poll_service.domain.poll import Poll

type Ask = Callable[..., SimpleNamespace]
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("ends_in", [None, timedelta(hours=1)], ids=["without an end", "with a later end"])
def test_an_open_poll_closes_in_three_seconds(
    ask: Ask,
    given_open: Callable[..., Poll],
    scheduled_closes: Callable[[], list[dict[str, Any]]],
    ends_in: timedelta | None,
) -> None:
    poll = given_open(ends_in=ends_in)
    before = now()

    answer = ask("close_poll", poll_id=poll.poll_id)

    assert answer.status == 200
    assert (answer.body["status"], answer.body["revision"]) == ("open", 3)
    assert before + 3 * SECOND <= datetime.fromisoformat(answer.body["closes_at"]) <= now() + 3 * SECOND
    (scheduled_close,) = scheduled_closes()
    assert json.loads(scheduled_close["Target"]["Input"]) == {
        "poll_id": poll.poll_id,
        "due_at": answer.body["closes_at"],
    }


@pytest.mark.usefixtures("clock")
def test_repeated_close_returns_the_same_end_and_creates_one_scheduled_close(
    ask: Ask, given_open: Callable[..., Poll], scheduled_closes: Callable[[], list[dict[str, Any]]]
) -> None:
    poll = given_open()

    answers = [ask("close_poll", poll_id=poll.poll_id).body for _ in range(3)]

    assert answers == [answers[0]] * 3
    assert len(scheduled_closes()) == 1


def test_repeated_close_restores_a_lost_scheduled_close(
    ask: Ask, given_open: Callable[..., Poll], stream: Callable[[], list[dict[str, Any]]]
) -> None:
    poll = given_open(ends_in=-SECOND)

    answer = ask("close_poll", poll_id=poll.poll_id)

    assert (answer.status, answer.body["status"], answer.body["revision"]) == (200, "closed", 3)
    assert stream()[-1]["dynamodb"]["NewImage"]["event"]["M"]["type"] == {"S": "poll_closed"}
    assert ask("close_poll", poll_id=poll.poll_id).body == answer.body


def test_a_draft_cannot_be_closed(ask: Ask, given_draft: Callable[..., Poll]) -> None:
    answer = ask("close_poll", poll_id=given_draft().poll_id)

    assert (answer.status, answer.body["type"]) == (409, "/problems/invalid-state")
    assert answer.body["detail"] == "This poll is a draft: open it first"


@pytest.mark.parametrize("poll_id", ["0" * 26, "#schedule", "x"])
def test_an_unknown_poll_cannot_be_closed(ask: Ask, given_open: Callable[..., Poll], poll_id: str) -> None:
    given_open()

    assert ask("close_poll", poll_id=poll_id).status == 404


def test_closing_requires_an_organiser(ask: Ask, given_open: Callable[..., Poll]) -> None:
    poll = given_open()

    assert ask("close_poll", poll_id=poll.poll_id, subject=None).status == 403
    assert ask("get_poll", poll_id=poll.poll_id).body["closes_at"] is None


def test_close_can_be_announced_after_the_next_poll_has_opened(
    ask: Ask, given_open: Callable[..., Poll], given_draft: Callable[..., Poll]
) -> None:
    ended = given_open(ends_in=-SECOND)
    following = given_draft()
    ask("open_poll", poll_id=following.poll_id)

    assert ask("close_poll", poll_id=ended.poll_id).body["status"] == "closed"
    assert ask("get_active_poll").body["poll"]["poll_id"] == following.poll_id
