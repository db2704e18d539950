"""Smoke tests of exactly-once counting with boto3 and an emulated table.

`tests/exactness` drives the same handlers through thousands of faulty schedules, on a table that it models
itself. These tests confirm the result with boto3, its retries and the emulator's expressions.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import ModuleType
from typing import Any, Final

import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from contracts.ids import new_poll_id

type Build = Callable[..., dict[str, Any]]
type Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
type Tally = tuple[int, int, int]

# An invocation in the middle of another publishes the metrics of both.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
SHARD: Final = "shardId-1"
FAULTS: Final = ("refused", "answer lost", "killed before", "killed after", "sent again", "overtaken")
CALLS: Final = 7
"""A fault hits one of the first so many calls of an invocation, which makes about as many."""
TRUE_TALLY: Final = (2, 1, 1)


class Killed(BaseException):
    """The function's process has ended; no code in it can catch this."""


@contextmanager
def faulty(client: Any, fault: str, at_call: int, overtake: Callable[[], object]) -> Iterator[None]:
    """Make one call to the table fail, or run another invocation during it."""
    calls = 0
    chosen = False

    def before(**_: Any) -> None:
        nonlocal calls, chosen
        chosen = calls == at_call
        calls += 1
        if chosen and fault == "refused":
            raise ConnectionClosedError(endpoint_url="table")
        if chosen and fault == "killed before":
            raise Killed
        if chosen and fault == "overtaken":
            overtake()

    def after(**_: Any) -> None:
        if chosen and fault == "answer lost":
            raise ReadTimeoutError(endpoint_url="table")
        if chosen and fault == "killed after":
            raise Killed

    def send_again(attempts: int, **_: Any) -> int | None:
        return 0 if chosen and attempts == 1 and fault == "sent again" else None

    hooks = {"before-call": before, "after-call": after, "needs-retry": send_again}
    for name, hook in hooks.items():
        client.meta.events.register_first(f"{name}.dynamodb.*", hook)
    try:
        yield
    finally:
        for name, hook in hooks.items():
            client.meta.events.unregister(f"{name}.dynamodb.*", hook)


@pytest.fixture(scope="module")
def count_votes(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("count_votes")


@pytest.fixture
def count(aws: Any, count_votes: ModuleType, vote: Build, poison: Build, delivery: Build) -> Any:
    """Return the tally of a new poll of four records, counted with one fault in the second of two batches.

    Like a stream, it delivers a batch again until the function has succeeded. A fault may deliver the first
    batch during the second.
    """
    client = count_votes.vote_counter.results._client

    def count(handler: Handler, fault: str, at_call: int) -> Tally | None:
        poll = new_poll_id()
        first = delivery(SHARD, vote(poll, "a", 1), poison(f"{poll}#2", 2))
        second = delivery(SHARD, vote(poll, "b", 3), vote(poll, "a", 4))
        assert not handler(first, aws.context)["batchItemFailures"]
        try:
            with faulty(client, fault, at_call, overtake=lambda: handler(first, aws.context)):
                done = not handler(second, aws.context)["batchItemFailures"]
        except (Killed, ConnectionClosedError, ReadTimeoutError):
            done = False
        if not done:
            assert not handler(second, aws.context)["batchItemFailures"]
        tally: Tally | None = aws.counts(poll)
        aws.forget(poll)
        return tally

    return count


@pytest.mark.covers("T2", "R2")
def test_the_counting_function_absorbs_any_fault_at_any_call(count_votes: ModuleType, count: Any) -> None:
    tallies = {
        (fault, at_call): count(count_votes.handler, fault, at_call)
        for fault in FAULTS
        for at_call in range(CALLS)
    }
    assert {found: tally for found, tally in tallies.items() if tally != TRUE_TALLY} == {}


def test_a_counter_of_plain_additions_is_right_without_faults_and_wrong_with_each_fault(
    aws: Any, count_votes: ModuleType, count: Any
) -> None:
    def plain_additions(event: dict[str, Any], _context: Any) -> dict[str, Any]:
        """Count as the samples do: one ADD per batch."""
        images = [record["dynamodb"]["NewImage"] for record in event["Records"]]
        found = Counter(image["event"]["M"]["choice"]["S"] for image in images)
        poll = event["Records"][0]["dynamodb"]["Keys"]["pk"]["S"].partition("#")[0]
        count_votes.vote_counter.results._client.update_item(
            TableName=aws.table,
            Key={"pk": {"S": poll}, "sk": {"S": "totals"}},
            UpdateExpression="ADD a :a, b :b, i :i",
            ExpressionAttributeValues={
                f":{name}": {"N": str(found[kind])} for name, kind in (("a", "a"), ("b", "b"), ("i", "c"))
            },
        )
        return {"batchItemFailures": []}

    assert count(plain_additions, "none", 0) == TRUE_TALLY
    for fault in ("answer lost", "killed after", "sent again", "overtaken"):
        assert count(plain_additions, fault, 0) != TRUE_TALLY, fault


@pytest.mark.covers("R7")
def test_a_close_in_the_middle_of_counting_neither_is_lost_nor_loses_votes(
    aws: Any, count_votes: ModuleType, load: Any, vote: Build, delivery: Build, poll_record: Build
) -> None:
    """`tests/exactness` interrupts a function by its own earlier batch only, not by another function."""
    close = load("track_poll_status").handler
    client = count_votes.vote_counter.results._client
    for at_call in range(5):
        poll = new_poll_id()
        closed = {"Records": [poll_record(poll, "closed", 3)]}
        with faulty(client, "overtaken", at_call, overtake=partial(close, closed, aws.context)):
            count_votes.handler(delivery(SHARD, vote(poll, "a", 1), vote(poll, "b", 2)), aws.context)
        assert aws.counts(poll) == (1, 1, 0), at_call
        assert aws.item(poll, "totals")["event"]["M"]["status"] == {"S": "closed"}, at_call
