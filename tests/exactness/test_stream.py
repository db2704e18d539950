"""The stream driver has the behaviour that AWS documents, and no other."""

from typing import Any

import pytest

from .faults import Fault, Interruptions, Kind
from .stream import After, Delivery, Mapping, Stream, Stuck


class Function:
    """A function that records its events and fails on request."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.answers: list[Any] = []

    def __call__(self, event: dict[str, Any], _context: Any) -> Any:
        self.events.append(event)
        answer = self.answers.pop(0) if self.answers else {"state": {}}
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def batches(self) -> list[list[int]]:
        return [[record["n"] for record in event.get("Records", [])] for event in self.events]


@pytest.fixture
def function() -> Function:
    return Function()


@pytest.fixture
def mapping(function: Function) -> Mapping:
    stream = Stream("votes", 1)
    for number in range(6):
        stream.add(stream.shards[0], {"n": number, "dynamodb": {}})
    return Mapping(stream, function, Interruptions(), windows=True, partial=True)


def test_records_come_in_order_and_once_without_faults(mapping: Mapping, function: Function) -> None:
    for _ in range(3):
        mapping.deliver(mapping.stream.shards[0], Delivery(size=2))
    assert function.batches == [[0, 1], [2, 3], [4, 5]]


@pytest.mark.parametrize(
    ("after", "again"), [(After.WHOLE, [0, 1, 2, 3]), (After.BISECT, [0, 1]), (After.REBATCHED, [0])]
)
def test_a_failed_batch_comes_again(
    mapping: Mapping, function: Function, after: After, again: list[int]
) -> None:
    function.answers = [RuntimeError()]
    mapping.deliver(mapping.stream.shards[0], Delivery(size=4, after=after))
    mapping.deliver(mapping.stream.shards[0], Delivery(size=1))
    assert function.batches == [[0, 1, 2, 3], again]


def test_delivery_resumes_at_the_named_record(mapping: Mapping, function: Function) -> None:
    named = mapping.stream.shards[0].records[2]["dynamodb"]["SequenceNumber"]
    function.answers = [{"state": {}, "batchItemFailures": [{"itemIdentifier": named}]}]
    mapping.deliver(mapping.stream.shards[0], Delivery(size=4))
    mapping.deliver(mapping.stream.shards[0], Delivery(size=9))
    assert function.batches == [[0, 1, 2, 3], [2, 3, 4, 5]]


def test_response_without_window_state_is_a_failure(mapping: Mapping, function: Function) -> None:
    function.answers = [{"batchItemFailures": []}]
    mapping.deliver(mapping.stream.shards[0], Delivery(size=2))
    mapping.deliver(mapping.stream.shards[0], Delivery(size=2))
    assert function.batches == [[0, 1], [0, 1]]


def test_a_window_hands_its_state_on_and_ends_with_an_event_without_records(
    mapping: Mapping, function: Function
) -> None:
    shard = mapping.stream.shards[0]
    function.answers = [{"state": {"kept": 1}}]
    mapping.deliver(shard, Delivery(size=2))
    mapping.deliver(shard, Delivery(size=2))
    mapping.end_window(shard)
    mapping.deliver(shard, Delivery(size=2))
    assert [event["state"] for event in function.events] == [{}, {"kept": 1}, {}, {}]
    assert function.events[2]["isFinalInvokeForWindow"]
    assert "Records" not in function.events[2]
    assert {event["shardId"] for event in function.events} == {shard.name}


def test_a_child_waits_for_its_parent(mapping: Mapping, function: Function) -> None:
    stream = mapping.stream
    stream.split(stream.shards[0])
    stream.add(stream.open[1], {"n": 6, "dynamodb": {}})
    mapping.deliver(stream.open[1], Delivery())
    assert function.batches == []
    mapping.deliver(stream.shards[0], Delivery())
    mapping.deliver(stream.open[1], Delivery())
    assert function.batches == [[0, 1, 2, 3, 4, 5], [6]]


def test_the_position_goes_back(mapping: Mapping, function: Function) -> None:
    mapping.deliver(mapping.stream.shards[0], Delivery(size=4))
    mapping.deliver(mapping.stream.shards[0], Delivery(size=3, back=3))
    mapping.deliver(mapping.stream.shards[0], Delivery(size=9))
    assert function.batches == [[0, 1, 2, 3], [1, 2, 3], [4, 5]]


def test_an_earlier_batch_comes_late_and_in_the_middle_of_another(
    mapping: Mapping, function: Function
) -> None:
    calls: list[str] = []

    def handler(event: dict[str, Any], context: Any) -> Any:
        calls.append("begin")
        mapping.interruptions.passing(lambda: None)
        calls.append("end")
        return function(event, context)

    mapping.handler = handler
    mapping.deliver(mapping.stream.shards[0], Delivery(size=2))
    mapping.deliver(mapping.stream.shards[0], Delivery(size=2, fault=Fault(Kind.OVERTAKEN, 0), earlier=1))
    mapping.deliver_late(1)
    assert function.batches == [[0, 1], [0, 1], [2, 3], [0, 1]]
    assert calls == ["begin", "end", "begin", "begin", "end", "end", "begin", "end"]


def test_numbers_grow_in_digits_too(mapping: Mapping) -> None:
    for number in range(60):
        mapping.stream.add(mapping.stream.shards[0], {"n": number, "dynamodb": {}})
    numbers = [record["dynamodb"]["SequenceNumber"] for record in mapping.stream.shards[0].records]
    assert {len(number) for number in numbers} == {21, 22}
    assert numbers == sorted(numbers, key=int)


def test_a_function_that_never_succeeds_is_reported(mapping: Mapping, function: Function) -> None:
    function.answers = [RuntimeError("no")] * 200
    with pytest.raises(Stuck):
        mapping.drain()
