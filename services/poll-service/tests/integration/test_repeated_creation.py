"""POST /admin/api/polls with an idempotency key: one draft, for any number of repeated requests."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from contracts.audit_log import AuditAction, AuditEvent
from poll_service.adapters.polls import PollsStore
from testkit.lost_answers import first_answers_lost

type Ask = Callable[..., SimpleNamespace]

WANTED: dict[str, Any] = {
    "question": "Tea or coffee?", "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}},
}  # fmt: skip
KEY = "0123456789abcdefABCDEF-_"


def create(ask: Ask, body: dict[str, Any] = WANTED, key: str | None = KEY, subject: str = "ada") -> Any:
    return ask("create_poll", body, headers={"idempotency-key": key}, subject=subject)


def test_a_repeated_create_returns_the_first_draft_and_makes_no_second(
    ask: Ask, polls: PollsStore, audit_log: Callable[[], list[AuditEvent]]
) -> None:
    first, second = create(ask), create(ask)
    assert (first.status, second.status) == (201, 200)
    assert second.headers["location"] == first.headers["location"]
    assert second.body == first.body
    assert [poll.poll_id for poll in polls.page(10, None)[0]] == [first.body["poll_id"]]
    assert [entry.action for entry in audit_log()] == [AuditAction.POLL_CREATED]


def test_repeated_creation_returns_the_draft_in_its_current_state(ask: Ask) -> None:
    first = create(ask)
    changed = ask(
        "edit_poll",
        {"revision": 1, "question": "Coffee or tea?"},
        poll_id=first.body["poll_id"],
        subject="ada",
    )
    assert changed.status == 200
    again = create(ask)
    assert (again.status, again.body["question"]) == (200, "Coffee or tea?")


@pytest.mark.parametrize("other", [{"question": "Milk?"}, {"proof_of_work": True}], ids=str)
def test_other_request_with_the_same_key_fails_validation(
    ask: Ask, polls: PollsStore, other: dict[str, Any]
) -> None:
    create(ask)
    answer = create(ask, WANTED | other)
    assert answer.status == 422
    assert [error["field"] for error in answer.body["errors"]] == ["idempotency-key"]
    assert len(polls.page(10, None)[0]) == 1


def test_a_key_belongs_to_its_organiser(ask: Ask) -> None:
    assert create(ask, subject="ada").body["poll_id"] != create(ask, subject="bob").body["poll_id"]


def test_each_request_without_a_key_creates_a_draft(ask: Ask) -> None:
    assert create(ask, key=None).body["poll_id"] != create(ask, key=None).body["poll_id"]


def test_repeated_creation_does_not_restore_a_deleted_draft(ask: Ask) -> None:
    first = create(ask)
    assert ask("delete_poll", poll_id=first.body["poll_id"]).status == 204
    assert create(ask).status == 422


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "0123456789 0123456789 01", "\u00e9" * 30])
def test_invalid_idempotency_key_fails_validation(ask: Ask, polls: PollsStore, key: str) -> None:
    answer = create(ask, key=key)
    assert answer.status == 422
    assert [error["field"] for error in answer.body["errors"]] == ["idempotency-key"]
    assert polls.page(10, None)[0] == []


def test_lost_response_of_a_transaction_creates_one_poll(ask: Ask, polls: PollsStore) -> None:
    with first_answers_lost() as lost:
        assert create(ask).status == 201
    assert lost == ["TransactWriteItems"]
    assert len(polls.page(10, None)[0]) == 1
