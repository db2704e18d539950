"""DELETE /admin/api/polls/{poll_id}: the tombstone, the event, and polls that cannot be deleted."""

import json
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from contracts.events import POLL_EVENTS, PollDeleted
from contracts.model import format_instant
from contracts.stream import read_record
from poll_service.adapters.polls import PollsStore
from poll_service.domain.clock import now
from poll_service.domain.poll import Poll

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Ask = Callable[..., SimpleNamespace]
SECOND = timedelta(seconds=1)


@pytest.fixture
def given_archived(ask: Ask, given_open: Callable[..., Poll], polls: PollsStore) -> Callable[[], Poll]:
    def write() -> Poll:
        poll_id = given_open("A secret question?", ends_in=-SECOND).poll_id
        assert ask("archive_poll", poll_id=poll_id).status == 200
        return polls.get(poll_id)

    return write


@pytest.mark.parametrize("archived", [True, False], ids=["archived", "a draft"])
def test_deleted_poll_leaves_only_its_id(
    ask: Ask,
    given_draft: Callable[..., Poll],
    given_archived: Callable[[], Poll],
    dynamodb: "DynamoDBClient",
    stream: Callable[[], list[dict[str, Any]]],
    archived: bool,
) -> None:
    poll = given_archived() if archived else given_draft("A secret question?")

    answer = ask("delete_poll", poll_id=poll.poll_id)

    assert (answer.status, answer.body) == (204, "")
    assert answer.headers["cache-control"] == "private, no-store"
    item = dynamodb.get_item(TableName="tot-test-polls", Key={"poll_id": {"S": poll.poll_id}})["Item"]
    assert item.keys() == {"poll_id", "revision", "deleted_at", "event"}
    assert "secret" not in json.dumps(item)
    assert "organiser-1" not in json.dumps(item)
    event = read_record(stream()[-1]).event(POLL_EVENTS)
    assert isinstance(event, PollDeleted)
    assert (event.revision, event.status, event.closes_at) == (poll.revision + 1, "draft", poll.closes_at)
    for slug in ("get_poll", "get_public_poll", "open_poll", "archive_poll"):
        assert ask(slug, poll_id=poll.poll_id).status == 404
    assert ask("edit_poll", {"question": "Tea?"}, poll_id=poll.poll_id).status == 404
    assert ask("list_polls").body["polls"] == []


@pytest.mark.parametrize("ends_in", [None, timedelta(hours=1), -SECOND], ids=["open", "ending", "closed"])
def test_published_poll_must_be_archived_before_it_is_deleted(
    ask: Ask, given_open: Callable[..., Poll], polls: PollsStore, ends_in: timedelta | None
) -> None:
    poll = given_open(ends_in=ends_in)

    answer = ask("delete_poll", poll_id=poll.poll_id)

    assert (answer.status, answer.body["type"]) == (409, "/problems/invalid-state")
    assert "archive it first" in answer.body["detail"]
    assert polls.get(poll.poll_id) == poll


def test_scheduled_poll_must_be_unscheduled_before_it_is_deleted(
    ask: Ask, given_draft: Callable[..., Poll]
) -> None:
    poll_id = given_draft().poll_id
    ask("open_poll", {"opens_at": format_instant(now() + timedelta(hours=1))}, poll_id=poll_id)

    assert "take it back" in ask("delete_poll", poll_id=poll_id).body["detail"]

    ask("edit_poll", {"status": "draft"}, poll_id=poll_id)
    assert ask("delete_poll", poll_id=poll_id).status == 204


def test_deleting_at_an_older_revision_is_a_conflict(ask: Ask, given_draft: Callable[..., Poll]) -> None:
    poll_id = given_draft().poll_id
    ask("edit_poll", {"question": "Tea?"}, poll_id=poll_id, subject="organiser-2")

    answer = ask("delete_poll", poll_id=poll_id, query={"revision": "1"})

    assert (answer.status, answer.body["type"]) == (409, "/problems/revision-conflict")
    assert "organiser-2" in answer.body["detail"]
    assert ask("delete_poll", poll_id=poll_id, query={"revision": "2"}).status == 204


@pytest.mark.parametrize("query", [{"revision": "0"}, {"revision": "x"}, {"force": "true"}], ids=str)
def test_invalid_query_deletes_nothing(
    ask: Ask, given_draft: Callable[..., Poll], polls: PollsStore, query: dict[str, str]
) -> None:
    draft = given_draft()

    assert ask("delete_poll", poll_id=draft.poll_id, query=query).status == 422
    assert polls.get(draft.poll_id) == draft


@pytest.mark.parametrize("poll_id", ["0" * 26, "#schedule", "x"])
def test_an_unknown_poll_cannot_be_deleted(ask: Ask, poll_id: str) -> None:
    assert ask("delete_poll", poll_id=poll_id).status == 404
