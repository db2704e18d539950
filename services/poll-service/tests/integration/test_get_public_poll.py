"""GET /polls/{poll_id}: any poll that has been opened, for everyone."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from contracts.poll_texts import MAX_LABEL
from poll_service.domain.clock import now
from poll_service.domain.poll import Poll

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Ask = Callable[..., SimpleNamespace]


def test_opened_poll_is_public_and_cached_for_two_seconds(ask: Ask, given_open: Callable[..., Poll]) -> None:
    poll = given_open()

    answer = ask("get_public_poll", poll_id=poll.poll_id, subject=None)

    assert (answer.status, answer.body) == (200, poll.to_public(now()).model_dump(mode="json"))
    assert answer.headers["cache-control"] == "public, max-age=0, s-maxage=2"


def test_a_closed_poll_stays_public(ask: Ask, given_open: Callable[..., Poll]) -> None:
    poll = given_open(ends_in=timedelta(seconds=-1))

    assert ask("get_public_poll", poll_id=poll.poll_id).body["status"] == "closed"


def test_creator_of_a_poll_is_not_public(ask: Ask, given_open: Callable[..., Poll]) -> None:
    assert "organiser-1" not in str(ask("get_public_poll", poll_id=given_open().poll_id).body)


def test_poll_is_read_everywhere_although_its_label_is_longer_than_a_new_one_may_be(
    ask: Ask, given_open: Callable[..., Poll], dynamodb: "DynamoDBClient"
) -> None:
    """An earlier release may have allowed longer labels; stored polls keep theirs."""
    poll_id, label = given_open().poll_id, "T" * (MAX_LABEL + 1)
    dynamodb.update_item(
        TableName="tot-test-polls",
        Key={"poll_id": {"S": poll_id}},
        UpdateExpression="SET option_a = :label",
        ExpressionAttributeValues={":label": {"S": label}},
    )

    for slug in (
        "get_public_poll",
        "get_active_poll",
        "get_poll",
        "list_polls",
        "preview_poll",
        "embed_poll",
    ):
        answer = ask(slug, poll_id=poll_id)
        assert answer.status == 200, slug
        assert label in str(answer.body), slug


@pytest.mark.covers("T11")
def test_draft_unknown_poll_and_invalid_id_get_the_same_response(
    ask: Ask, given_draft: Callable[..., Poll]
) -> None:
    poll_ids = (given_draft().poll_id, "0" * 26, "x")

    answers = [ask("get_public_poll", poll_id=poll_id) for poll_id in poll_ids]

    assert answers == [answers[0]] * 3
    assert (answers[0].status, answers[0].body["type"]) == (404, "/problems/unknown-poll")
    assert answers[0].headers["cache-control"] == "private, no-store"


def test_schedule_item_is_no_poll(ask: Ask, given_open: Callable[..., Poll]) -> None:
    given_open()

    assert ask("get_public_poll", poll_id="#schedule").status == 404
