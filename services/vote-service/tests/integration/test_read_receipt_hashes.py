"""Receipt hashes through the handler: each valid vote's once, of a sealed log only, and nothing else."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from contracts.enums import Choice, PollStatus
from contracts.events import VoteCast
from contracts.receipt import receipt_hash, write_receipt
from contracts.stream import event_attribute
from contracts.transparency_log import RECEIPT_HASH_ANSWERS, ReceiptHashPage
from contracts.vote_log import VoteLogRefusal, VoteLogRefused
from vote_service.domain import vote_log_page
from vote_service.domain.poll import SETTLING

type Stack = Any


def ask(stack: Stack, lambda_context: Any, **request: Any) -> ReceiptHashPage | VoteLogRefused:
    answer = stack.handler("read_receipt_hashes").handler(request, lambda_context)
    return RECEIPT_HASH_ANSWERS.validate_json(json.dumps(answer))


def closed_poll(stack: Stack, make_poll: Any, *, ago: timedelta) -> str:
    poll = make_poll(status=PollStatus.CLOSED, closes=-ago.total_seconds())
    stack.track(poll)
    return str(poll.poll_id)


def put(stack: Stack, poll_id: str, number: int, *, valid: bool = True) -> str:
    receipt = write_receipt(number)
    at = datetime(2026, 11, 23, 12, tzinfo=UTC) + timedelta(seconds=number)
    vote = event_attribute(VoteCast(poll_id=poll_id, choice=Choice.A, recorded_at=at))
    item = {"pk": {"S": f"{poll_id}#3"}, "sk": {"S": f"{number:05d}{'k' * 38}"}, "receipt": {"S": receipt}}
    stack.dynamodb.put_item(
        TableName=stack.refs["VotesLogTable"], Item=item | ({"event": vote} if valid else {})
    )
    return receipt_hash(receipt).hex()


@pytest.mark.covers("T41")
def test_pages_contain_the_hash_of_each_valid_vote_once_in_order_of_hashes(
    stack: Stack, make_poll: Any, lambda_context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll_id = closed_poll(stack, make_poll, ago=SETTLING + timedelta(seconds=1))
    expected = [put(stack, poll_id, number) for number in range(20)]
    put(stack, poll_id, 20, valid=False)
    monkeypatch.setattr(vote_log_page, "PAGE", 7)
    found: list[str] = []
    cursor, pages = None, 0
    while pages == 0 or cursor is not None:
        page = ask(stack, lambda_context, poll_id=poll_id, bucket=3, cursor=cursor)
        assert isinstance(page, ReceiptHashPage)
        assert list(page.hashes) == sorted(page.hashes)
        assert set(page.model_dump(exclude={"type", "version", "poll_id", "bucket", "buckets"})) == {
            "hashes", "cursor", "closes_at",
        }  # fmt: skip
        found += page.hashes
        cursor, pages = page.cursor, pages + 1
    assert pages > 2
    assert sorted(found) == sorted(expected)


def test_log_that_may_still_grow_and_wrong_requests_are_refused(
    stack: Stack, make_poll: Any, lambda_context: Any
) -> None:
    open_poll = make_poll()
    stack.track(open_poll)
    fresh = closed_poll(stack, make_poll, ago=SETTLING - timedelta(seconds=5))
    answers = [
        ask(stack, lambda_context, poll_id=open_poll.poll_id),
        ask(stack, lambda_context, poll_id=fresh),
        ask(stack, lambda_context, poll_id="0" * 26),
        ask(stack, lambda_context, poll_id=fresh, bucket=99),
        ask(stack, lambda_context, poll_id="x"),
    ]
    assert [answer.reason for answer in answers if isinstance(answer, VoteLogRefused)] == [
        VoteLogRefusal.NOT_SEALED,
        VoteLogRefusal.NOT_SEALED,
        VoteLogRefusal.UNKNOWN_POLL,
        VoteLogRefusal.NO_SUCH_BUCKET,
        VoteLogRefusal.MALFORMED,
    ]
