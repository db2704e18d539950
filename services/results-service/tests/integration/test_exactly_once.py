"""Random schedules of faults against the real handler: the log, the counters and the totals end up equal.

The driver delivers as AWS does: per shard in order the first time, at least once, in batches cut anew each
time; an earlier batch may come again at any time, even in the middle of another; the position may go back;
any call may be refused, or be done and its answer lost, or be sent again by the SDK, or be the last thing the
function does. It never does what AWS does not: skip a record, or deliver one for the first time out of order.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Final

import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from contracts.ids import new_poll_id
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from results_service import counting
from results_service.domain.errors import BatchFailed
from results_service.store import attention

type Build = Callable[..., dict[str, Any]]
type Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
type Tally = tuple[int, int, int]

# An invocation in the middle of another publishes the metrics of both.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
SHARDS: Final = ("shardId-1", "shardId-2", "shardId-3")
FAULTS: Final = ("refused", "answer lost", "killed before", "killed after", "sent again", "overtaken")
FEW: Final = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Killed(BaseException):
    """The function's process is gone: nothing in it can catch this."""


@dataclass(frozen=True)
class Delivery:
    """One invocation: how far back it goes first, how many records it takes, what happens at which call."""

    shard: int
    back: int
    size: int
    fault: str | None
    at_call: int
    earlier: int


deliveries = st.builds(
    Delivery,
    shard=st.integers(0, len(SHARDS) - 1),
    back=st.sampled_from([0, 0, 0, 1, 3]),
    size=st.integers(1, 5),
    fault=st.sampled_from([None, None, *FAULTS]),
    at_call=st.integers(0, 8),
    earlier=st.integers(0, 5),
)
logs = st.lists(
    st.tuples(
        st.integers(0, len(SHARDS) - 1), st.integers(0, 1), st.sampled_from(["a", "b", "poison", "MODIFY"])
    ),
    min_size=1,
    max_size=16,
)
schedules = st.lists(deliveries, min_size=1, max_size=10)


@dataclass
class Driver:
    """A stream of several shards and the mapping that reads it."""

    handler: Handler
    delivery: Build
    client: Any
    context: Any
    shards: dict[str, list[dict[str, Any]]]
    positions: Counter[str] = field(default_factory=Counter)
    earlier: dict[str, list[list[dict[str, Any]]]] = field(default_factory=dict)

    def run(self, schedule: Sequence[Delivery]) -> None:
        for step in schedule:
            self.deliver(step)
        for shard, records in self.shards.items():
            while self.positions[shard] < len(records):
                self.deliver(Delivery(SHARDS.index(shard), 0, 3, None, 0, 0))

    def deliver(self, step: Delivery) -> None:
        shard = SHARDS[step.shard]
        start = max(0, self.positions[shard] - step.back)
        batch = self.shards[shard][start : start + step.size]
        delivered = self.earlier.setdefault(shard, [])
        delivered.append(batch)
        event = self.delivery(shard, *batch)
        again = self.delivery(shard, *delivered[-1 - step.earlier % len(delivered)])
        try:
            with faulty(self.client, step, overtake=lambda: self.handler(again, self.context)):
                answer = self.handler(event, self.context)
        except (Killed, BatchFailed):
            self.positions[shard] = start
            return
        failures = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
        done = numbers.index(min(failures)) if failures else len(batch)
        self.positions[shard] = start + done


@contextmanager
def faulty(client: Any, step: Delivery, overtake: Callable[[], object]) -> Iterator[None]:
    """Let one call to the table go wrong, or let an earlier batch be handled in the middle of it."""
    calls = 0
    chosen = False

    def before(**_: Any) -> None:
        nonlocal calls, chosen
        chosen = calls == step.at_call
        calls += 1
        if chosen and step.fault == "refused":
            raise ConnectionClosedError(endpoint_url="table")
        if chosen and step.fault == "killed before":
            raise Killed
        if chosen and step.fault == "overtaken":
            overtake()

    def after(**_: Any) -> None:
        if chosen and step.fault == "answer lost":
            raise ReadTimeoutError(endpoint_url="table")
        if chosen and step.fault == "killed after":
            raise Killed

    def send_again(attempts: int, **_: Any) -> int | None:
        return 0 if chosen and attempts == 1 and step.fault == "sent again" else None

    hooks = {"before-call": before, "after-call": after, "needs-retry": send_again}
    for name, hook in hooks.items():
        client.meta.events.register_first(f"{name}.dynamodb.*", hook)
    try:
        yield
    finally:
        for name, hook in hooks.items():
            client.meta.events.unregister(f"{name}.dynamodb.*", hook)


@dataclass
class World:
    """A log of two new polls over several shards, and what it amounts to."""

    polls: tuple[str, str]
    shards: dict[str, list[dict[str, Any]]]

    def tally(self, poll: str, shards: Sequence[str]) -> Tally:
        found = Counter(
            kind_of(record) for shard in shards for record in self.shards[shard] if of(record, poll)
        )
        return found["a"], found["b"], found["c"]


def kind_of(record: Mapping[str, Any]) -> str | None:
    if record["eventName"] != "INSERT":
        return None
    choice: str = record["dynamodb"]["NewImage"]["event"]["M"]["choice"]["S"]
    return choice


@pytest.fixture(scope="module")
def make_world(vote: Build, poison: Build) -> Callable[[Sequence[tuple[int, int, str]]], World]:
    def make(log: Sequence[tuple[int, int, str]]) -> World:
        polls = new_poll_id(), new_poll_id()
        shards: dict[str, list[dict[str, Any]]] = {shard: [] for shard in SHARDS}
        for number, (shard, poll, kind) in enumerate(log, start=1):
            if kind == "poison":
                record = poison(f"{polls[poll]}#{number}", number)
            elif kind == "MODIFY":
                record = vote(polls[poll], "a", number, kind)
            else:
                record = vote(polls[poll], kind, number)
            shards[SHARDS[shard]].append(record)
        return World(polls, shards)

    return make


@pytest.fixture(scope="module")
def count_votes(load: Callable[[str], ModuleType], aws: Any) -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("POWERTOOLS_LOG_LEVEL", "CRITICAL")
        module = load("count_votes")
        loggers = module.logger, counting.logger, attention.logger
        for logger in loggers:
            logger.setLevel("CRITICAL")
        yield module
        for logger in loggers:
            logger.setLevel("INFO")


@pytest.fixture(scope="module")
def drive(
    aws: Any, delivery: Build, count_votes: ModuleType
) -> Callable[[Handler, World, Sequence[Delivery]], None]:
    client = count_votes.counting.results._client

    def run(handler: Handler, world: World, schedule: Sequence[Delivery]) -> None:
        Driver(handler, delivery, client, aws.context, world.shards).run(schedule)

    return run


@FEW
@given(log=logs, schedule=schedules)
def test_log_shard_counters_and_totals_agree_after_any_faults(
    aws: Any, count_votes: ModuleType, drive: Any, make_world: Any, log: Any, schedule: Any
) -> None:
    world = make_world(log)
    drive(count_votes.handler, world, schedule)
    for poll in world.polls:
        mine = [record for records in world.shards.values() for record in records if of(record, poll)]
        if not mine:
            continue
        assert aws.counts(poll) == world.tally(poll, SHARDS)
        for shard in SHARDS:
            counted = aws.counts(poll, f"counter#0001#{shard}") or (0, 0, 0)
            assert counted == world.tally(poll, [shard])
        kept = {json.dumps(json.loads(item["record"]["S"])) for item in aws.items(poll, "invalid#")}
        assert kept == {json.dumps(record, sort_keys=True) for record in mine if kind_of(record) == "c"}
        aws.forget(poll)


def of(record: Mapping[str, Any], poll: str) -> bool:
    return str(record["dynamodb"]["Keys"]["pk"]["S"]).startswith(poll)


@pytest.mark.parametrize("fault", FAULTS)
def test_every_single_fault_at_every_call_is_absorbed(
    aws: Any, count_votes: ModuleType, drive: Any, make_world: Any, fault: str
) -> None:
    for at_call in range(9):
        world = make_world([(0, 0, "a"), (0, 0, "poison"), (0, 0, "b"), (0, 0, "a")])
        schedule = [
            Delivery(0, 0, 2, None, 0, 0),
            Delivery(0, 0, 2, fault, at_call, 1),
            Delivery(0, 3, 3, None, 0, 0),
        ]
        drive(count_votes.handler, world, schedule)
        assert aws.counts(world.polls[0]) == (2, 1, 1), at_call
        aws.forget(world.polls[0])


@pytest.mark.parametrize("at_call", range(5))
def test_a_close_in_the_middle_of_counting_neither_is_lost_nor_loses_votes(
    aws: Any, count_votes: ModuleType, load: Any, vote: Build, delivery: Build, news: Build, at_call: int
) -> None:
    poll = new_poll_id()
    close = load("track_poll_status").handler
    event = delivery("shardId-1", vote(poll, "a", 1), vote(poll, "b", 2))
    client = count_votes.counting.results._client
    step = Delivery(0, 0, 2, "overtaken", at_call, 0)
    with faulty(client, step, overtake=lambda: close({"Records": [news(poll, "closed", 3)]}, aws.context)):
        count_votes.handler(event, aws.context)
    assert aws.counts(poll) == (1, 1, 0)
    assert aws.item(poll, "totals")["event"]["M"]["status"] == {"S": "closed"}


def naive_counter(client: Any, table: str) -> Handler:
    """Count as the samples do: one plain ADD per batch and poll."""

    def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
        kinds = [
            (record["dynamodb"]["Keys"]["pk"]["S"].partition("#")[0], kind_of(record))
            for record in event["Records"]
        ]
        for poll in dict.fromkeys(poll for poll, _ in kinds):
            found = Counter(kind for of_poll, kind in kinds if of_poll == poll)
            client.update_item(
                TableName=table,
                Key={"pk": {"S": poll}, "sk": {"S": "totals"}},
                UpdateExpression="ADD a :a, b :b, i :i",
                ExpressionAttributeValues={
                    f":{name}": {"N": str(found[kind])} for name, kind in (("a", "a"), ("b", "b"), ("i", "c"))
                },
            )
        return {"batchItemFailures": []}

    def answering(event: dict[str, Any], context: Any) -> dict[str, Any]:
        try:
            return handler(event, context)
        except (ConnectionClosedError, ReadTimeoutError) as error:
            raise BatchFailed(str(error)) from error

    return answering


@pytest.fixture(scope="module")
def naive_is_wrong(
    aws: Any, count_votes: ModuleType, drive: Any, make_world: Any
) -> Callable[[Any, Any], bool]:
    naive = naive_counter(count_votes.counting.results._client, aws.table)

    def wrong(log: Any, schedule: Any) -> bool:
        world = make_world(log)
        drive(naive, world, schedule)
        counted = {poll: aws.counts(poll) or (0, 0, 0) for poll in world.polls}
        for poll in world.polls:
            aws.forget(poll)
        return counted != {poll: world.tally(poll, SHARDS) for poll in world.polls}

    return wrong


def test_without_faults_even_a_plain_add_is_right(naive_is_wrong: Callable[[Any, Any], bool]) -> None:
    assert not naive_is_wrong([(0, 0, "a"), (1, 0, "b"), (0, 1, "poison"), (2, 1, "a")], [])


@pytest.mark.parametrize("fault", ["answer lost", "killed after", "sent again", "overtaken"])
def test_each_of_these_faults_alone_makes_a_plain_add_wrong(
    naive_is_wrong: Callable[[Any, Any], bool], fault: str
) -> None:
    assert naive_is_wrong([(0, 0, "a")], [Delivery(0, 0, 1, fault, 0, 0)])


def test_a_position_that_goes_back_makes_a_plain_add_wrong(
    naive_is_wrong: Callable[[Any, Any], bool],
) -> None:
    again = [Delivery(0, 0, 2, None, 0, 0), Delivery(0, 1, 1, None, 0, 0)]
    assert naive_is_wrong([(0, 0, "a"), (0, 0, "b")], again)


def test_random_schedules_find_a_plain_add_wrong(naive_is_wrong: Callable[[Any, Any], bool]) -> None:
    find(
        st.tuples(logs, schedules),
        lambda case: naive_is_wrong(*case),
        settings=settings(FEW, phases=[Phase.generate]),
    )
