"""Orders of the broadcast queue: a broadcast at the end of a window, and one shard of a broadcast."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from contracts.tally import TallyChanged
from realtime_service.adapters.connections import SHARDS, shard_of
from realtime_service.domain.order import DueBroadcast, ShardBroadcast
from realtime_service.use_cases import broadcast
from testkit.events import queue_event

from .conftest import NOW, SECOND, Happen, versions


def test_order_that_is_delivered_twice_is_carried_out_once(
    aws: Any, connected: Callable[..., str], load: Callable[[str], ModuleType], happen: Happen, poll_id: str
) -> None:
    connected("c1=")
    happen(1, -1)
    happen(2, -0.5)
    event = queue_event(DueBroadcast(poll_id=poll_id, window=1).model_dump())
    for _ in range(2):
        answer = load("broadcast_queue_handler").handler(event, aws.context)
        assert answer == {"batchItemFailures": []}
    assert versions(aws) == [1, 2]


def test_order_whose_function_died_after_it_had_begun_a_window_is_carried_out(
    aws: Any, connected: Callable[..., str], load: Callable[[str], ModuleType], happen: Happen, poll_id: str
) -> None:
    connected("c1=")
    happen(1, -1)
    happen(2, -0.5)
    broadcaster = aws.broadcaster(SECOND)
    assert broadcaster.windows.follow(poll_id, 1, NOW, SECOND, again=False)
    event = queue_event(DueBroadcast(poll_id=poll_id, window=1).model_dump())
    event["Records"][0]["attributes"]["ApproximateReceiveCount"] = "2"
    load("broadcast_queue_handler").handler(event, aws.context)
    assert versions(aws) == [1, 2]


def test_due_broadcast_to_a_large_audience_orders_its_shards(
    aws: Any, connected: Callable[..., str], load: Callable[[str], ModuleType], happen: Happen, poll_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    connected("c1=")
    happen(1, -1)
    happen(2, -0.5)
    aws.ordered()
    monkeypatch.setattr(broadcast, "MAX_IN_ONE_INVOCATION", 0)
    order = DueBroadcast(poll_id=poll_id, window=1).model_dump()
    load("broadcast_queue_handler").handler(queue_event(order), aws.context)
    shards = [order.shard for order, _ in aws.ordered() if isinstance(order, ShardBroadcast)]
    assert sorted(shards) == list(range(SHARDS))


def test_due_broadcast_deletes_a_connection_that_is_gone(
    aws: Any, connected: Callable[..., str], load: Callable[[str], ModuleType], happen: Happen, poll_id: str
) -> None:
    connected("c1=")
    happen(1, -1)
    happen(2, -0.5)
    aws.sockets.gone.add("c1=")
    order = DueBroadcast(poll_id=poll_id, window=1).model_dump()
    load("broadcast_queue_handler").handler(queue_event(order), aws.context)
    assert list(aws.broadcaster().connections.everyone(NOW)) == []


@pytest.mark.parametrize("body", ["", "{}", '{"type": "due", "poll_id": "x", "window": 1}'])
def test_invalid_order_returns_to_the_queue_and_sends_nothing(
    aws: Any, connected: Callable[..., str], load: Callable[[str], ModuleType], body: str
) -> None:
    """After 20 deliveries the queue moves it to the dead-letter queue."""
    connected("c1=")
    with pytest.raises(ValueError, match="validation error"):
        load("broadcast_queue_handler").handler(queue_event(body), aws.context)
    assert aws.sockets.tries == []


def test_worker_of_each_shard_posts_to_its_connections_and_a_newer_snapshot_replaces_an_older(
    aws: Any,
    connected: Callable[..., str],
    load: Callable[[str], ModuleType],
    happen: Happen,
    tally: Callable[..., TallyChanged],
    poll_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(broadcast, "MAX_IN_ONE_INVOCATION", 39)
    everyone = [connected(f"c{number}=") for number in range(40)]
    happen(1, 0)
    assert aws.sockets.tries == [], "the stream's function posts nothing itself"
    found = [order for order, _ in aws.ordered()]
    assert sorted(order.shard for order in found if isinstance(order, ShardBroadcast)) == list(range(SHARDS))
    handler = load("broadcast_queue_handler").handler
    last = {shard_of(each) for each in everyone}.pop()
    for order in sorted(found, key=lambda order: order.shard == last):
        if order.shard == last:
            aws.broadcaster().snapshots.keep(tally(poll_id, 2))
        for _ in range(2 if order.shard == 0 else 1):  # delivered twice: pages ignore a repeated version
            handler(queue_event(order.model_dump_json()), aws.context)
    assert set(aws.sockets.arrived) == set(everyone)
    for connection_id, messages in aws.sockets.arrived.items():
        expected = ["poll_opened", "results"] * (2 if shard_of(connection_id) == 0 else 1)
        assert [message["type"] for message in messages] == expected
        assert versions(aws, connection_id)[0] == (2 if shard_of(connection_id) == last else 1)
    assert {sizes[0] for sizes in aws.sockets.audience.values()} == {40}
    happen(3, 2)
    assert {order.before is None for order, _ in aws.ordered()} == {False}, "the opening is sent once"
