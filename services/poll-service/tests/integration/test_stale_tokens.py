"""A token from before its member lost the role changes no poll."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from poll_service.adapters.polls import PollsStore
from poll_service.domain.poll import Poll

from .conftest import MEMBERS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Ask = Callable[..., SimpleNamespace]

NEW = {"question": "Tea or coffee?", "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}}
CHANGES = [
    ("create_poll", NEW),
    ("edit_poll", {"question": "Another?"}),
    ("open_poll", {}),
    ("close_poll", {}),
    ("archive_poll", {}),
    ("delete_poll", None),
]


@pytest.fixture
def record(dynamodb: "DynamoDBClient") -> Callable[[str], None]:
    def put(role: str) -> None:
        dynamodb.put_item(TableName=MEMBERS, Item={"subject": {"S": "organiser-1"}, "role": {"S": role}})

    return put


@pytest.mark.covers("T32")
@pytest.mark.parametrize("role", ["viewer", "none"])
@pytest.mark.parametrize(("slug", "body"), CHANGES)
def test_old_token_of_a_member_without_the_role_changes_no_poll(
    ask: Ask, given_draft: Callable[..., Poll], polls: PollsStore, record: Callable[[str], None],
    slug: str, body: Any, role: str,
) -> None:  # fmt: skip
    poll = given_draft()
    record(role)
    answer = ask(slug, body, poll_id=poll.poll_id)
    assert (answer.status, answer.body["type"]) == (403, "/problems/insufficient-role")
    assert polls.get(poll.poll_id) == poll


def test_member_with_current_role_owner_deletes_a_draft(
    ask: Ask, given_draft: Callable[..., Poll], record: Callable[[str], None]
) -> None:
    record("owner")
    assert ask("delete_poll", poll_id=given_draft().poll_id).status == 204


@pytest.mark.parametrize(("slug", "body"), CHANGES)
def test_no_poll_is_changed_while_the_table_of_members_does_not_answer(
    ask: Ask, given_draft: Callable[..., Poll], dynamodb: "DynamoDBClient", slug: str, body: Any
) -> None:
    poll = given_draft()
    dynamodb.delete_table(TableName=MEMBERS)
    answer = ask(slug, body, poll_id=poll.poll_id)
    assert (answer.status, answer.body["type"]) == (503, "/problems/unavailable")
