"""POST /admin/api/polls/{poll_id}/open: one poll at a time, now or at a later time."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pytest
from contracts.model import format_instant
from poll_service.adapters.polls import PollsStore
from poll_service.domain.clock import now
from poll_service.domain.poll import Poll

type Ask = Callable[..., SimpleNamespace]
SECOND = timedelta(seconds=1)


def test_an_opened_poll_opens_in_three_seconds(ask: Ask, given_draft: Callable[..., Poll]) -> None:
    draft = given_draft()
    before = now()

    answer = ask("open_poll", poll_id=draft.poll_id)

    assert answer.status == 200
    assert answer.headers["cache-control"] == "private, no-store"
    assert (answer.body["status"], answer.body["revision"]) == ("open", 2)
    assert before + 3 * SECOND <= datetime.fromisoformat(answer.body["opens_at"]) <= now() + 3 * SECOND
    assert ask("get_poll", poll_id=draft.poll_id).body == answer.body


def test_opening_without_an_end_creates_no_scheduled_close(
    ask: Ask, given_draft: Callable[..., Poll], scheduled_closes: Callable[[], list[dict[str, Any]]]
) -> None:
    ask("open_poll", {}, poll_id=given_draft().poll_id)

    assert scheduled_closes() == []


def test_opening_with_an_end_schedules_the_close_at_the_next_full_second(
    ask: Ask, given_draft: Callable[..., Poll], scheduled_closes: Callable[[], list[dict[str, Any]]]
) -> None:
    poll_id = given_draft().poll_id
    ends = (now() + timedelta(hours=1)).replace(microsecond=1000)

    answer = ask("open_poll", {"closes_at": format_instant(ends)}, poll_id=poll_id)

    assert answer.body["closes_at"] == format_instant(ends)
    (scheduled_close,) = scheduled_closes()
    second = ends.replace(microsecond=0) + SECOND
    assert scheduled_close["Name"] == f"close-test-{poll_id}-{int(second.timestamp())}"
    assert len(scheduled_close["Name"]) <= 64
    assert scheduled_close["GroupName"] == "default"
    assert scheduled_close["ScheduleExpression"] == f"at({second:%Y-%m-%dT%H:%M:%S})"
    assert scheduled_close["ScheduleExpressionTimezone"] == "UTC"
    assert scheduled_close["ActionAfterCompletion"] == "DELETE"
    assert json.loads(scheduled_close["Target"]["Input"]) == {
        "poll_id": poll_id,
        "due_at": format_instant(ends),
    }
    assert scheduled_close["Target"]["DeadLetterConfig"]["Arn"].endswith("tot-test-scheduled-close")


def test_close_on_a_full_second_is_scheduled_for_that_second(
    ask: Ask, given_draft: Callable[..., Poll], scheduled_closes: Callable[[], list[dict[str, Any]]]
) -> None:
    ends = (now() + timedelta(hours=1)).replace(microsecond=0)

    ask("open_poll", {"closes_at": format_instant(ends)}, poll_id=given_draft().poll_id)

    assert scheduled_closes()[0]["ScheduleExpression"] == f"at({ends:%Y-%m-%dT%H:%M:%S})"


def test_opening_while_another_poll_is_open_names_that_poll(
    ask: Ask, given_draft: Callable[..., Poll], given_open: Callable[..., Poll]
) -> None:
    active, draft = given_open(), given_draft()

    answer = ask("open_poll", poll_id=draft.poll_id)

    assert (answer.status, answer.body["type"]) == (409, "/problems/another-poll-active")
    assert active.poll_id in answer.body["detail"]
    assert ask("get_poll", poll_id=draft.poll_id).body["status"] == "draft"
    assert ask("get_active_poll").body["poll"]["poll_id"] == active.poll_id


@pytest.mark.parametrize("announced", [True, False])
def test_next_poll_may_open_after_the_end_of_the_other_announced_or_not(
    ask: Ask,
    given_draft: Callable[..., Poll],
    given_open: Callable[..., Poll],
    finish: Callable[..., None],
    announced: bool,
) -> None:
    ended, draft = given_open(ends_in=-SECOND), given_draft()
    if announced:
        finish({"poll_id": ended.poll_id, "due_at": now().isoformat()})

    assert ask("open_poll", poll_id=draft.poll_id).status == 200
    assert ask("get_active_poll").body["poll"]["poll_id"] == draft.poll_id


def test_next_poll_may_open_right_after_a_closing_one(
    ask: Ask, given_draft: Callable[..., Poll], given_open: Callable[..., Poll]
) -> None:
    ends = ask("close_poll", poll_id=given_open().poll_id).body["closes_at"]

    answer = ask("open_poll", poll_id=given_draft().poll_id)

    assert answer.status == 200
    assert answer.body["opens_at"] >= ends


def test_next_poll_does_not_inherit_the_former_end(
    ask: Ask, given_draft: Callable[..., Poll], given_open: Callable[..., Poll]
) -> None:
    given_open(ends_in=-SECOND)
    ask("open_poll", poll_id=given_draft().poll_id)

    assert ask("open_poll", poll_id=given_draft().poll_id).status == 409


@pytest.mark.parametrize("ends_in", [None, -SECOND], ids=["open", "closed"])
def test_a_poll_opens_only_once(ask: Ask, given_open: Callable[..., Poll], ends_in: timedelta | None) -> None:
    poll = given_open(ends_in=ends_in)

    answer = ask("open_poll", poll_id=poll.poll_id)

    assert (answer.status, answer.body["type"]) == (409, "/problems/invalid-state")
    assert answer.body["detail"] == f"This poll is already {'open' if ends_in is None else 'closed'}"


@pytest.mark.parametrize("poll_id", ["0" * 26, "#schedule"])
def test_an_unknown_poll_cannot_be_opened(ask: Ask, poll_id: str) -> None:
    assert ask("open_poll", poll_id=poll_id).status == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"closes_at": "soon"}, "closes_at"),
        ({"closes_at": "2020-01-01T00:00:00Z"}, "closes_at"),
        ({"closes_at": "2999-01-01T00:00:00Z"}, "closes_at"),
        ({"opens_at": "2026-01-01T00:00:00Z"}, "opens_at"),
        ([], "body"),
    ],
    ids=str,
)
def test_invalid_times_are_rejected_and_open_nothing(
    ask: Ask, given_draft: Callable[..., Poll], body: object, field: str
) -> None:
    draft = given_draft()

    answer = ask("open_poll", body, poll_id=draft.poll_id)

    assert (answer.status, [error["field"] for error in answer.body["errors"]]) == (422, [field])
    assert ask("get_poll", poll_id=draft.poll_id).body["status"] == "draft"


def test_opening_requires_an_organiser(ask: Ask, given_draft: Callable[..., Poll], polls: PollsStore) -> None:
    draft = given_draft()

    assert ask("open_poll", poll_id=draft.poll_id, subject=None).status == 403
    assert polls.get(draft.poll_id) == draft


def test_rejected_opening_creates_no_scheduled_close(
    ask: Ask, given_draft: Callable[..., Poll], given_open: Callable[..., Poll]
) -> None:
    other, draft = given_open(), given_draft()
    wanted = {"closes_at": format_instant(now() + timedelta(hours=1))}
    assert ask("open_poll", wanted, poll_id=draft.poll_id).status == 409
    assert boto3.client("scheduler").list_schedules()["Schedules"] == []
    ask("close_poll", poll_id=other.poll_id)

    assert ask("open_poll", wanted, poll_id=draft.poll_id).status == 200


def test_scheduled_poll_is_public_by_its_link(
    ask: Ask, given_draft: Callable[..., Poll], scheduled_closes: Callable[[], list[dict[str, Any]]]
) -> None:
    poll_id = given_draft().poll_id
    opens, ends = now() + timedelta(days=3), now() + timedelta(days=3, hours=1)
    wanted = {"opens_at": format_instant(opens), "closes_at": format_instant(ends)}

    answer = ask("open_poll", wanted, poll_id=poll_id)

    assert (answer.status, answer.body["status"]) == (200, "scheduled")
    assert {name: answer.body[name] for name in wanted} == wanted
    public = ask("get_public_poll", poll_id=poll_id).body
    assert (public["status"], public["opens_at"]) == ("open", wanted["opens_at"])
    assert ask("get_active_poll").body["poll"] is None
    (scheduled_close,) = scheduled_closes()
    assert json.loads(scheduled_close["Target"]["Input"]) == {
        "poll_id": poll_id,
        "due_at": wanted["closes_at"],
    }


def test_next_poll_is_active_a_day_before_unless_another_is_open(
    ask: Ask, given_draft: Callable[..., Poll]
) -> None:
    following, running = given_draft().poll_id, given_draft().poll_id
    soon = {"opens_at": format_instant(now() + timedelta(hours=2))}
    assert ask("open_poll", soon, poll_id=following).status == 200
    assert ask("get_active_poll").body["poll"]["poll_id"] == following

    ends = {"closes_at": format_instant(now() + timedelta(hours=1))}
    assert ask("open_poll", ends, poll_id=running).status == 200
    assert ask("get_active_poll").body["poll"]["poll_id"] == running


def test_a_poll_without_an_end_cannot_open_before_a_scheduled_one(
    ask: Ask, given_draft: Callable[..., Poll]
) -> None:
    following, draft = given_draft().poll_id, given_draft().poll_id
    opens = format_instant(now() + timedelta(hours=2))
    ask("open_poll", {"opens_at": opens}, poll_id=following)

    answer = ask("open_poll", poll_id=draft)

    assert (answer.status, answer.body["type"]) == (409, "/problems/another-poll-active")
    assert following in answer.body["detail"]
    assert opens in answer.body["detail"]
    assert ask("open_poll", {"closes_at": opens}, poll_id=draft).status == 200


def test_a_scheduled_poll_can_be_opened_at_once(ask: Ask, given_draft: Callable[..., Poll]) -> None:
    poll_id = given_draft().poll_id
    ask("open_poll", {"opens_at": format_instant(now() + timedelta(hours=2))}, poll_id=poll_id)

    answer = ask("open_poll", poll_id=poll_id)

    assert (answer.status, answer.body["status"]) == (200, "open")
    assert datetime.fromisoformat(answer.body["opens_at"]) <= now() + 3 * SECOND


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00.000Z"),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00.000Z"),
        ("2027-03-28T03:30:00+02:00", "2027-03-28T01:30:00.000Z"),
    ],
    ids=["the hour that comes twice", "the same hour again", "right after the hour that is left out"],
)
def test_opening_time_of_any_zone_is_stored_in_utc(
    ask: Ask,
    handler: Callable[[str], ModuleType],
    given_draft: Callable[..., Poll],
    monkeypatch: pytest.MonkeyPatch,
    written: str,
    kept: str,
) -> None:
    then = datetime.fromisoformat("2026-10-01T12:00:00+00:00")
    draft = given_draft(ago=now() - then)
    monkeypatch.setattr(handler("open_poll"), "now", lambda: then)

    answer = ask("open_poll", {"opens_at": written}, poll_id=draft.poll_id)

    assert (answer.status, answer.body["opens_at"]) == (200, kept)
