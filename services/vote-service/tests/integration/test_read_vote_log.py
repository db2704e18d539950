"""The vote log through the handler: each vote once, without voter keys, sealed only when complete."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from contracts.enums import Choice, PollStatus
from contracts.events import VoteCast
from contracts.ids import new_poll_id
from contracts.stream import event_attribute
from contracts.vote_log import VOTE_LOG_ANSWERS, VoteLogPage, VoteLogRefused
from vote_service.domain import vote_log_page
from vote_service.domain.poll import SETTLING

type Stack = Any


def ask(stack: Stack, lambda_context: Any, **request: Any) -> VoteLogPage | VoteLogRefused:
    answer = stack.handler("read_vote_log").handler(request, lambda_context)
    return VOTE_LOG_ANSWERS.validate_json(json.dumps(answer))


def page(stack: Stack, lambda_context: Any, **request: Any) -> VoteLogPage:
    answer = ask(stack, lambda_context, **request)
    assert isinstance(answer, VoteLogPage)
    return answer


def put(stack: Stack, poll_id: str, bucket: int, place: str, event: Any) -> None:
    item = {"pk": {"S": f"{poll_id}#{bucket}"}, "sk": {"S": place}, "receipt": {"S": "R"}}
    stack.dynamodb.put_item(
        TableName=stack.refs["VotesLogTable"], Item=item | ({} if event is None else {"event": event})
    )


def vote(poll_id: str, choice: str, second: int = 0) -> dict[str, Any]:
    at = datetime(2026, 11, 23, 12, tzinfo=UTC) + timedelta(seconds=second)
    return event_attribute(VoteCast(poll_id=poll_id, choice=Choice(choice), recorded_at=at))


@pytest.mark.covers("T29")
def test_pages_contain_every_vote_once_and_no_voter_key(
    stack: Stack,
    make_poll: Any,
    lambda_context: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    poll = make_poll()
    stack.track(poll)
    places = [f"{number * 7919 % 10007:05d}{'k' * 38}" for number in range(50)]
    for second, place in enumerate(places):
        put(stack, poll.poll_id, 3, place, vote(poll.poll_id, "ab"[second % 2], second))
    put(stack, poll.poll_id, 4, "x" * 43, vote(poll.poll_id, "a"))
    monkeypatch.setattr(vote_log_page, "PAGE", 7)
    seconds, cursor, texts = [], None, []
    while True:
        answer = page(stack, lambda_context, poll_id=poll.poll_id, bucket=3, cursor=cursor)
        assert [one.recorded_at for one in answer.events] == sorted(one.recorded_at for one in answer.events)
        seconds += [
            (one.recorded_at.minute * 60 + one.recorded_at.second, one.choice) for one in answer.events
        ]
        texts.append(answer.model_dump_json())
        cursor = answer.cursor
        if cursor is None:
            break
    assert sorted(seconds) == [(second, "ab"[second % 2]) for second in range(50)]
    assert len(texts) > 7
    assert not [place for place in places if place in "".join(texts)]
    assert "receipt" not in "".join(texts)


def test_log_of_many_buckets_is_read_in_sixteen_sections(
    stack: Stack, make_poll: Any, lambda_context: Any
) -> None:
    stack.set_parameter("VoteLogBuckets", "64")
    poll = make_poll()
    stack.track(poll)
    for bucket in (2, 18, 63):
        put(stack, poll.poll_id, bucket, "k" * 43, vote(poll.poll_id, "b"))
    pages = [page(stack, lambda_context, poll_id=poll.poll_id, bucket=section) for section in range(16)]
    assert {section: len(found.events) for section, found in enumerate(pages) if found.events} == {
        2: 2,
        15: 1,
    }
    assert {(found.buckets, found.cursor) for found in pages} == {(16, None)}


def test_entries_that_are_no_votes_of_the_poll_are_counted_as_invalid(
    stack: Stack, make_poll: Any, lambda_context: Any
) -> None:
    poll = make_poll()
    stack.track(poll)
    put(stack, poll.poll_id, 0, "good", vote(poll.poll_id, "b"))
    put(stack, poll.poll_id, 0, "foreign", vote(new_poll_id(), "b"))
    put(stack, poll.poll_id, 0, "third", {"M": {**vote(poll.poll_id, "a")["M"], "choice": {"S": "c"}}})
    put(stack, poll.poll_id, 0, "empty", None)
    answer = page(stack, lambda_context, poll_id=poll.poll_id)
    assert ([one.choice for one in answer.events], answer.invalid, answer.buckets) == (["b"], 3, 16)


@pytest.mark.parametrize(
    ("status", "closes", "sealed"),
    [
        (PollStatus.OPEN, None, False),
        (PollStatus.OPEN, 60, False),
        (PollStatus.CLOSED, -10, False),
        (PollStatus.OPEN, -41, True),
        (PollStatus.CLOSED, -41, True),
    ],
)
def test_log_is_sealed_when_no_vote_can_arrive_any_more(
    stack: Stack, make_poll: Any, lambda_context: Any, status: PollStatus, closes: float | None, sealed: bool
) -> None:
    poll = make_poll(status, closes=closes)
    stack.track(poll)
    answer = page(stack, lambda_context, poll_id=poll.poll_id)
    assert (answer.sealed, answer.closes_at) == (sealed, poll.closes_at)


def test_log_of_an_archived_poll_is_unchanged(stack: Stack, make_poll: Any, lambda_context: Any) -> None:
    poll = make_poll(PollStatus.CLOSED, closes=-60, revision=3)
    stack.track(poll)
    put(stack, poll.poll_id, 7, "k" * 43, vote(poll.poll_id, "b"))
    before = page(stack, lambda_context, poll_id=poll.poll_id, bucket=7)
    stack.track(
        poll_archived := make_poll(
            PollStatus.CLOSED, poll_id=poll.poll_id, closes=-60, revision=4, archived=True
        )
    )
    after = page(stack, lambda_context, poll_id=poll.poll_id, bucket=7)
    assert after == before.model_copy(update={"closes_at": poll_archived.closes_at})
    assert (len(after.events), after.sealed) == (1, True)


def test_settling_time_is_the_workflow_timeout_and_thirty_seconds(definition: dict[str, Any]) -> None:
    assert SETTLING.total_seconds() == definition["TimeoutSeconds"] + 30


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        ({"poll_id": "0" * 26}, "unknown_poll"),
        ({"poll_id": "short"}, "malformed"),
        ({}, "malformed"),
        ({"poll_id": "0" * 26, "bucket": -1}, "malformed"),
        ({"poll_id": "0" * 26, "voter": "x"}, "malformed"),
        ({"poll_id": "0" * 26, "cursor": ""}, "malformed"),
    ],
)
def test_invalid_request_is_refused_with_the_reason(
    stack: Stack, lambda_context: Any, request_: dict[str, Any], reason: str
) -> None:
    answer = ask(stack, lambda_context, **request_)
    assert isinstance(answer, VoteLogRefused)
    assert answer.reason == reason


@pytest.mark.parametrize("cursor", ["1.abc", "x.abc", "-16.", "16.", ".abc"])
def test_cursor_of_no_place_in_the_section_is_refused(
    stack: Stack, make_poll: Any, lambda_context: Any, cursor: str
) -> None:
    poll = make_poll()
    stack.track(poll)
    answer = ask(stack, lambda_context, poll_id=poll.poll_id, bucket=0, cursor=cursor)
    assert isinstance(answer, VoteLogRefused)
    assert answer.reason == "malformed"


def test_unknown_bucket_is_refused(stack: Stack, make_poll: Any, lambda_context: Any) -> None:
    poll = make_poll()
    stack.track(poll)
    answer = ask(stack, lambda_context, poll_id=poll.poll_id, bucket=16)
    assert isinstance(answer, VoteLogRefused)
    assert answer.reason == "no_such_bucket"
