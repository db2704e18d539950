"""Requests that are repeated later, or with a changed voter token, have no effect."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from contracts.problem import Problem

NOON = datetime(2026, 6, 1, 12, 0, 7, tzinfo=UTC)
ELEVEN_MINUTES = timedelta(minutes=11)
"""Longer than the idempotency window of DynamoDB transactions."""


@pytest.fixture
def poll_id(stack: Any, make_poll: Any) -> str:
    stack.set_clock(NOON)
    poll = make_poll(opens=None)
    stack.track(poll)
    return str(poll.poll_id)


def stream_records(stack: Any) -> int:
    """Return the number of records in the stream of the log."""
    streams = boto3.client("dynamodbstreams")
    table = stack.dynamodb.describe_table(TableName=stack.refs["VotesLogTable"])["Table"]
    [shard] = streams.describe_stream(StreamArn=table["LatestStreamArn"])["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(
        StreamArn=table["LatestStreamArn"], ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    return len(streams.get_records(ShardIterator=iterator)["Records"])


@pytest.mark.covers("T7")
def test_vote_repeated_after_eleven_minutes_changes_nothing(stack: Any, voter: Any, poll_id: str) -> None:
    first = voter.vote(poll_id, "a")
    log = stack.votes()
    assert (first["statusCode"], stream_records(stack)) == (201, 1)
    stack.set_clock(NOON + ELEVEN_MINUTES)
    again = voter.vote(poll_id, "a")
    assert again["statusCode"] == 200
    assert again["json"]["receipt"] == first["json"]["receipt"]
    assert again["json"]["recorded_at"] == first["json"]["recorded_at"]
    assert (stack.votes(), stream_records(stack)) == (log, 1)


@pytest.mark.covers("T7")
def test_a_captured_voter_token_changes_no_vote_after_eleven_minutes(
    stack: Any, voter: Any, new_browser: Any, poll_id: str
) -> None:
    voter.vote(poll_id, "a")
    log = stack.votes()
    stack.set_clock(NOON + ELEVEN_MINUTES)
    thief = new_browser("203.0.113.9")
    thief.cookies = dict(voter.cookies)
    assert thief.vote(poll_id, "b")["statusCode"] == 409
    assert (stack.votes(), stream_records(stack)) == (log, 1)


@pytest.mark.covers("T7")
def test_repeated_voter_token_request_makes_no_vote(stack: Any, voter: Any, poll_id: str) -> None:
    voter.vote(poll_id, "a")
    stack.set_clock(NOON + ELEVEN_MINUTES)
    for _ in range(3):
        assert voter.post("/voter-token")["statusCode"] == 200
    assert voter.vote(poll_id, "a")["statusCode"] == 200
    assert len(stack.votes()) == 1


@pytest.mark.covers("T5", "R14")
def test_voter_token_with_any_changed_bit_is_refused_and_nothing_is_written(
    stack: Any, voter: Any, poll_id: str
) -> None:
    good = voter.cookies["__Host-voter"].encode()
    answers = set()
    for place in range(len(good) * 8):
        changed = bytearray(good)
        changed[place // 8] ^= 1 << place % 8
        voter.cookies["__Host-voter"] = changed.decode("latin-1")
        answer = voter.vote(poll_id)
        answers.add((answer["statusCode"], answer["body"]))
    [(status, body)] = answers
    assert (status, Problem.model_validate_json(body).type) == (403, "/problems/invalid-voter-token")
    assert stack.votes() == []
