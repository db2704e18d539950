"""A presenter session closes the open poll and moves its end; it does nothing else to a poll."""

import json
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from chassis.members import PRESENTER_COOKIE, presenter_key
from contracts.audit_log import AuditEvent
from contracts.model import format_instant
from poll_service.adapters.polls import PollsStore
from poll_service.domain.clock import now
from poll_service.domain.poll import Poll
from testkit.events import http_event

from .conftest import CONTEXT, MEMBERS, ORIGIN_SECRET

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TOKEN = "t0ken"


@pytest.fixture
def session(dynamodb: "DynamoDBClient") -> Callable[..., None]:
    """Return a function that stores Eva's session."""

    def store(role: str = "editor", ends_in: timedelta = timedelta(hours=1)) -> None:
        item = {
            "subject": {"S": presenter_key(TOKEN)},
            "member": {"S": "sub-of-eva"},
            "name": {"S": "eva"},
            "role": {"S": role},
            "expires_at": {"N": str(int((now() + ends_in).timestamp()))},
        }
        dynamodb.put_item(TableName=MEMBERS, Item=item)

    return store


@pytest.fixture
def send(handler: Callable[[str], ModuleType]) -> Callable[..., SimpleNamespace]:
    def request(
        slug: str, route: str, body: object, token: str = TOKEN, site: str = "same-origin"
    ) -> SimpleNamespace:
        headers = {
            "x-origin-verify": ORIGIN_SECRET["current"],
            "content-type": "application/json",
            "sec-fetch-site": site,
        }
        cookies = [f"{PRESENTER_COOKIE}={token}"]
        method, path = route.split(" ")
        event = http_event(method, path, body, headers=headers, cookies=cookies)
        answer = handler(slug).handler(event, CONTEXT)
        return SimpleNamespace(status=answer["statusCode"], body=json.loads(answer["body"]))

    return request


def close(send: Callable[..., SimpleNamespace], poll: Poll, **more: Any) -> SimpleNamespace:
    return send("close_poll", f"POST /admin/api/presenter/polls/{poll.poll_id}/close", {}, **more)


def move_end(send: Callable[..., SimpleNamespace], poll: Poll, body: object) -> SimpleNamespace:
    return send("edit_poll", f"PATCH /admin/api/presenter/polls/{poll.poll_id}", body)


def in_five_minutes() -> str:
    return format_instant(now() + timedelta(minutes=5))


def test_session_closes_the_open_poll_in_the_name_of_its_member(
    send: Callable[..., SimpleNamespace], session: Callable[..., None], given_open: Callable[..., Poll],
    polls: PollsStore, audit_log: Callable[[], list[AuditEvent]],
) -> None:  # fmt: skip
    session()
    poll = given_open()
    assert close(send, poll).status == 200
    assert polls.get(poll.poll_id).closes_at is not None
    assert (audit_log()[-1].subject, audit_log()[-1].name) == ("sub-of-eva", "eva")


def test_session_moves_the_end_of_the_open_poll(
    send: Callable[..., SimpleNamespace], session: Callable[..., None], given_open: Callable[..., Poll]
) -> None:
    session()
    ends = in_five_minutes()
    answer = move_end(send, given_open(), {"closes_at": ends})
    assert (answer.status, answer.body["closes_at"]) == (200, ends)


@pytest.mark.covers("T43")
def test_session_cannot_edit_a_draft(
    send: Callable[..., SimpleNamespace], session: Callable[..., None], given_draft: Callable[..., Poll],
    polls: PollsStore,
) -> None:  # fmt: skip
    session()
    poll = given_draft()
    answer = move_end(send, poll, {"closes_at": in_five_minutes()})
    assert (answer.status, answer.body["type"]) == (409, "/problems/invalid-state")
    assert polls.get(poll.poll_id) == poll


@pytest.mark.covers("T43")
@pytest.mark.parametrize(
    "body",
    [
        {"question": "Another?"},
        {"closes_at": None},
        {},
        {"closes_at": "2030-01-01T00:00:00Z", "status": "draft"},
    ],
)
def test_session_cannot_change_anything_but_the_end(
    send: Callable[..., SimpleNamespace], session: Callable[..., None], given_open: Callable[..., Poll],
    polls: PollsStore, body: object,
) -> None:  # fmt: skip
    session()
    poll = given_open()
    assert move_end(send, poll, body).status == 422
    assert polls.get(poll.poll_id) == poll


@pytest.mark.covers("T43")
@pytest.mark.parametrize(
    ("stored", "sent"),
    [
        ({"role": "viewer"}, {}),
        ({"ends_in": timedelta(seconds=-1)}, {}),
        ({}, {"token": "guessed"}),
        ({}, {"site": "cross-site"}),
    ],
    ids=["viewer", "ended", "guessed", "cross-site"],
)
def test_request_without_a_valid_session_closes_no_poll(
    send: Callable[..., SimpleNamespace], session: Callable[..., None], given_open: Callable[..., Poll],
    polls: PollsStore, stored: dict[str, Any], sent: dict[str, str],
) -> None:  # fmt: skip
    session(**stored)
    poll = given_open()
    assert close(send, poll, **sent).status == 403
    assert polls.get(poll.poll_id) == poll


@pytest.mark.covers("T43")
@pytest.mark.parametrize("role", ["viewer", "none"])
def test_session_of_a_member_who_lost_the_role_closes_no_poll(
    send: Callable[..., SimpleNamespace], session: Callable[..., None], given_open: Callable[..., Poll],
    polls: PollsStore, dynamodb: "DynamoDBClient", role: str,
) -> None:  # fmt: skip
    session()
    dynamodb.put_item(TableName=MEMBERS, Item={"subject": {"S": "sub-of-eva"}, "role": {"S": role}})
    poll = given_open()
    answer = close(send, poll)
    assert (answer.status, answer.body["type"]) == (403, "/problems/insufficient-role")
    assert polls.get(poll.poll_id) == poll
