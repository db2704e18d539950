"""Who wins when several write at once, and what of it is on the stream."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.stub import Stubber
from contracts.events import POLL_EVENTS, PollArchived, PollClosed, PollClosing, PollCreated, PollOpened
from contracts.ids import PollStatus
from contracts.polls import CreatePoll
from contracts.refusal import Refused
from contracts.stream import event_attribute, read_record
from poll_service.domain import lifecycle
from poll_service.domain.clock import now
from poll_service.domain.lifecycle import Change
from poll_service.domain.poll import Poll
from poll_service.domain.refusals import AnotherPollActive, ChangedMeanwhile, Unavailable
from poll_service.store.change_poll import change_poll
from poll_service.store.closing_schedule import ClosingSchedule
from poll_service.store.polls import PollsStore

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Stream = Callable[[], list[dict[str, Any]]]
RACERS = 12
SECOND = timedelta(seconds=1)


class OneCallAtATime:
    """DynamoDB carries out each request as a whole; moto needs its callers to queue up."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self._client = client
        self._lock = threading.Lock()
        self.exceptions = client.exceptions

    def get_item(self, **request: Any) -> Any:
        with self._lock:
            return self._client.get_item(**request)

    def transact_write_items(self, **request: Any) -> Any:
        with self._lock:
            return self._client.transact_write_items(**request)


class NoSchedule:
    """Stands where the schedule would; the race is about the table."""

    def wake_at(self, poll_id: str, due_at: datetime) -> None:
        """Do nothing."""


@pytest.fixture
def race(dynamodb: "DynamoDBClient") -> Callable[..., list[Poll | Refused]]:
    """Let all steps start at once, each in a thread of its own; return what became of each."""

    def run(poll_ids: list[str], step: Callable[[Poll], Change]) -> list[Poll | Refused]:
        table = PollsStore(cast("DynamoDBClient", OneCallAtATime(dynamodb)), "tot-test-polls")
        start = threading.Barrier(len(poll_ids))

        def one(poll_id: str) -> Poll | Refused:
            start.wait()
            try:
                return change_poll(table, cast("ClosingSchedule", NoSchedule()), poll_id, step)
            except Refused as refused:
                return refused

        with ThreadPoolExecutor(len(poll_ids)) as threads:
            return list(threads.map(one, poll_ids))

    return run


def test_of_many_polls_opened_at_once_exactly_one_is_active(
    race: Callable[..., list[Poll | Refused]],
    polls: PollsStore,
    given_draft: Callable[..., Poll],
    stream: Stream,
) -> None:
    drafts = [given_draft() for _ in range(RACERS)]

    results = race(
        [draft.poll_id for draft in drafts], partial(lifecycle.open_poll, closes_at=None, now=now())
    )

    (winner,) = [result for result in results if isinstance(result, Poll)]
    losers = [result for result in results if isinstance(result, Refused)]
    assert len(losers) == RACERS - 1
    assert all(type(loser) is AnotherPollActive and winner.poll_id in str(loser) for loser in losers)
    assert [poll for poll in polls.page(100, None)[0] if poll.status is PollStatus.OPEN] == [winner]
    assert polls.opened_last() == winner
    assert [type(event) for event in events_on(stream)].count(PollOpened) == 1


def test_one_poll_opened_by_many_at_once_is_opened_once(
    race: Callable[..., list[Poll | Refused]], given_draft: Callable[..., Poll], stream: Stream
) -> None:
    draft = given_draft()

    results = race([draft.poll_id] * RACERS, partial(lifecycle.open_poll, closes_at=None, now=now()))

    assert sorted(type(result).__name__ for result in results) == ["Poll"] + ["WrongState"] * (RACERS - 1)
    assert [type(event) for event in events_on(stream)].count(PollOpened) == 1


def test_one_poll_closed_by_many_at_once_has_one_end(
    race: Callable[..., list[Poll | Refused]], given_open: Callable[..., Poll], stream: Stream
) -> None:
    poll = given_open()

    results = race([poll.poll_id] * RACERS, partial(lifecycle.close_poll, now=now()))

    assert len(set(results)) == 1
    assert [type(event) for event in events_on(stream)].count(PollClosing) == 1


def test_one_poll_archived_by_many_at_once_has_one_moment(
    race: Callable[..., list[Poll | Refused]], polls: PollsStore, given_open: Callable[..., Poll]
) -> None:
    poll = given_open(ends_in=-SECOND)
    polls.save(lifecycle.finish_poll(poll, now(), now()))

    results = race([poll.poll_id] * 3, partial(lifecycle.archive_poll, now=now()))

    assert {result.archived_at for result in results if isinstance(result, Poll)} == {
        polls.get(poll.poll_id).archived_at
    }
    assert len({result.revision for result in results if isinstance(result, Poll)}) == 3


def test_what_was_read_before_somebody_else_wrote_is_not_written(
    polls: PollsStore, given_open: Callable[..., Poll]
) -> None:
    poll = given_open()
    early, late = lifecycle.close_poll(poll, now()), lifecycle.close_poll(poll, now() + SECOND)
    polls.save(early)

    with pytest.raises(ChangedMeanwhile):
        polls.save(late)
    assert polls.get(poll.poll_id) == early.poll


def test_a_poll_id_that_exists_is_not_written_over(
    polls: PollsStore, given_open: Callable[..., Poll]
) -> None:
    poll = given_open()
    event = PollCreated.model_validate(
        {
            **lifecycle.close_poll(poll, now()).event.model_dump(),  # type: ignore[union-attr]
            "type": "poll_created",
        }
    )

    with pytest.raises(ChangedMeanwhile):
        polls.save(Change(replace(poll, question="Another question?"), event))
    assert polls.get(poll.poll_id) == poll


def test_every_step_is_on_the_stream_as_the_contract_says(polls: PollsStore, stream: Stream) -> None:
    start = now() - timedelta(hours=1)
    created = lifecycle.create_poll(
        CreatePoll.model_validate(
            {"question": "Tea or coffee?", "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}}
        ),
        "0" * 26,
        "organiser-1",
        start,
    )
    opened = lifecycle.open_poll(created.poll, None, start)
    closing = lifecycle.close_poll(opened.poll, start + SECOND)
    closed = lifecycle.finish_poll(closing.poll, start + 4 * SECOND, start + 5 * SECOND)
    archived = lifecycle.archive_poll(closed.poll, start + 6 * SECOND)
    steps = [created, opened, closing, closed, archived]

    for step in steps:
        polls.save(step)

    records = [record for record in stream() if "event" in record["dynamodb"]["NewImage"]]
    assert events_on(stream) == [step.event for step in steps]
    for record, step in zip(records, steps, strict=True):
        assert step.event is not None
        assert record["dynamodb"]["NewImage"]["event"] == event_attribute(step.event)
    assert [type(step.event) for step in steps] == [
        PollCreated,
        PollOpened,
        PollClosing,
        PollClosed,
        PollArchived,
    ]
    assert [record["eventName"] for record in records] == ["INSERT", *["MODIFY"] * 4]
    assert [step.poll.revision for step in steps] == [1, 2, 3, 4, 5]


def test_the_pointer_is_on_the_stream_without_an_event(
    given_open: Callable[..., Poll], stream: Stream
) -> None:
    given_open()

    pointers = [r for r in stream() if r["dynamodb"]["Keys"]["poll_id"]["S"] == "#active"]
    assert pointers
    assert not any("event" in pointer["dynamodb"]["NewImage"] for pointer in pointers)


def test_the_end_of_the_open_poll_is_on_the_pointer_from_closing_on(
    polls: PollsStore, given_open: Callable[..., Poll], dynamodb: "DynamoDBClient"
) -> None:
    poll = given_open()
    closing = lifecycle.close_poll(poll, now())
    polls.save(closing)

    pointer = dynamodb.get_item(TableName="tot-test-polls", Key={"poll_id": {"S": "#active"}})["Item"]
    assert closing.poll.closes_at is not None
    assert datetime.fromisoformat(pointer["closes_at"]["S"]) == closing.poll.closes_at


@pytest.mark.parametrize(
    ("codes", "refusal"),
    [
        (["None", "TransactionConflict"], ChangedMeanwhile),
        (["TransactionConflict", "None"], ChangedMeanwhile),
        (["ConditionalCheckFailed", "ConditionalCheckFailed"], ChangedMeanwhile),
        (["ThrottlingError", "None"], Unavailable),
        (["None", "ProvisionedThroughputExceeded"], Unavailable),
    ],
    ids=str,
)
def test_each_reason_for_a_cancelled_transaction_has_its_meaning(
    given_draft: Callable[..., Poll], codes: list[str], refusal: type[Refused]
) -> None:
    client = boto3.client("dynamodb")
    with Stubber(client) as dynamodb:
        reasons = [{"Code": code} for code in codes]
        dynamodb.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            modeled_fields={"CancellationReasons": reasons},
        )

        with pytest.raises(refusal):
            PollsStore(client, "tot-test-polls").save(lifecycle.open_poll(given_draft(), None, now()))


@pytest.mark.parametrize(
    ("code", "status"),
    [("ThrottlingException", 400), ("InternalServerError", 500), ("TransactionInProgressException", 400)],
)
def test_a_table_that_cannot_answer_now_is_unavailable(code: str, status: int) -> None:
    client = boto3.client("dynamodb")
    with Stubber(client) as dynamodb:
        dynamodb.add_client_error("get_item", code, http_status_code=status)

        with pytest.raises(Unavailable):
            PollsStore(client, "tot-test-polls").get("0" * 26)


def events_on(stream: Stream) -> list[object]:
    return [
        read_record(record).event(POLL_EVENTS)
        for record in stream()
        if record["dynamodb"]["Keys"]["poll_id"]["S"] != "#active"
    ]
