"""GET /polls/active: the one poll that is open, or none."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from contracts.polls import ActivePoll
from poll_service.domain.clock import now
from poll_service.domain.poll import Poll

type Ask = Callable[..., SimpleNamespace]


def test_no_poll_is_active_before_the_first_opens(ask: Ask, given_draft: Callable[..., Poll]) -> None:
    given_draft()

    answer = ask("get_active_poll", subject=None)

    assert (answer.status, answer.body["poll"]) == (200, None)
    assert answer.headers["cache-control"] == "public, max-age=0, s-maxage=2"


def test_the_open_poll_is_the_active_one(ask: Ask, given_open: Callable[..., Poll]) -> None:
    poll = given_open()
    before = now()

    active = ActivePoll.model_validate(ask("get_active_poll").body)

    assert active.poll == poll.to_public(now())
    assert before <= active.server_time <= now()


def test_server_time_is_in_utc_to_the_millisecond(ask: Ask) -> None:
    text = ask("get_active_poll").body["server_time"]

    assert len(text) == len("2026-05-01T12:00:00.000Z")
    assert datetime.fromisoformat(text).utcoffset() == timedelta(0)


def test_poll_about_to_open_is_active_for_the_countdown(ask: Ask, given_draft: Callable[..., Poll]) -> None:
    ask("open_poll", poll_id=given_draft().poll_id)

    active = ActivePoll.model_validate(ask("get_active_poll").body)

    assert active.poll is not None
    assert active.poll.status == "open"
    assert active.poll.opens_at is not None
    assert active.poll.opens_at > active.server_time


@pytest.mark.usefixtures("clock")
def test_a_poll_about_to_close_is_still_active(ask: Ask, given_open: Callable[..., Poll]) -> None:
    poll = given_open()
    ask("close_poll", poll_id=poll.poll_id)

    assert ask("get_active_poll").body["poll"]["poll_id"] == poll.poll_id


def test_a_poll_past_its_end_is_not_active_announced_or_not(
    ask: Ask, given_open: Callable[..., Poll], finish: Callable[..., None]
) -> None:
    poll = given_open(ends_in=timedelta(seconds=-1))
    assert ask("get_active_poll").body["poll"] is None

    finish({"poll_id": poll.poll_id, "due_at": now().isoformat()})
    assert ask("get_active_poll").body["poll"] is None
