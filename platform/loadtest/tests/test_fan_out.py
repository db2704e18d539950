"""A worker of a large broadcast: its memory does not grow with the audience, and each connection gets one."""

import tracemalloc
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from contracts.ids import new_poll_id
from contracts.visibility import Scope
from costs.units import item_size
from loadtest.bench import fan_out
from loadtest.bench.broadcast_plot import plot
from loadtest.bench.fan_out import PAGE, ConnectionTable, FanOut, Worker, broadcaster, order
from realtime_service.adapters.connections import Connection, Connections
from realtime_service.adapters.sockets import Delivery, Posted
from realtime_service.domain.subscriber import Subscriber
from realtime_service.use_cases.broadcast import RESERVE_SECONDS, Broadcaster

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


class Drain:
    """Sockets that take every post and keep none."""

    sent = 0
    limits: Mapping[str, float]

    def post(self, deliveries: Iterable[Delivery], **limits: float) -> Posted:
        self.limits = limits
        for _ in deliveries:
            self.sent += 1
        return Posted(self.sent, frozenset(), {})


def peak_of(connections: int, monkeypatch: pytest.MonkeyPatch, drain: Any = None) -> tuple[int, int]:
    """Return the posts of a worker, and the peak of its memory in bytes."""
    drain = drain or Drain()
    monkeypatch.setattr(fan_out, "Sockets", lambda *_: drain)
    monkeypatch.setattr(boto3, "Session", lambda: None)
    worker = broadcaster(ConnectionTable(connections), "http://127.0.0.1:1/ws")
    tracemalloc.start()
    try:
        worker.post_shard(order(), datetime.now(UTC))
        return drain.sent, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_of_a_worker_does_not_grow_with_its_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    few, small = peak_of(2 * PAGE, monkeypatch)
    many, large = peak_of(8 * PAGE, monkeypatch)
    assert (few, many) == (2 * PAGE, 8 * PAGE)
    assert large < 1.2 * small


def test_memory_grows_if_a_worker_lists_all_connections_before_it_posts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    post = Broadcaster._post

    def listing_first(self: Any, connections: Any, *given: Any, **limits: Any) -> None:
        post(self, deque(connections), *given, **limits)

    monkeypatch.setattr(Broadcaster, "_post", listing_first)
    assert peak_of(8 * PAGE, monkeypatch)[1] > 1.5 * peak_of(2 * PAGE, monkeypatch)[1]


def test_worker_has_more_time_than_its_window_for_the_last_posts(monkeypatch: pytest.MonkeyPatch) -> None:
    """At its rate, the posts take the whole window; a slow answer must not give up the last ones."""
    drain = Drain()
    peak_of(10, monkeypatch, drain)
    assert drain.limits["seconds"] == fan_out.MIN_SECONDS + RESERVE_SECONDS


def test_time_limit_grows_with_the_connections() -> None:
    assert fan_out.seconds_for(1_000) == fan_out.MIN_SECONDS
    assert fan_out.seconds_for(200_000) == 200_000 / fan_out.POSTS_PER_SECOND > fan_out.MIN_SECONDS


def test_fan_out_is_as_claimed_if_all_are_reached_and_memory_stays_within_the_bound() -> None:
    def of(posts: int, growth: float) -> FanOut:
        return FanOut(10, (Worker(5, 0, 0.1, 2, 80, 1), Worker(posts, 0, 0.1, 3, 80, growth)))

    assert of(5, fan_out.MAX_GROWTH_MB).as_claimed
    assert not of(4, 1).as_claimed
    assert of(4, 1).missed == 1
    assert not of(5, fan_out.MAX_GROWTH_MB + 1).as_claimed
    assert of(5, 7).as_json() | {"workers": 0, "connections": 0} == {
        "connections": 0, "workers": 0, "seconds": 3, "growth": 7, "cpu_per_post": pytest.approx(0.02),
        "missed": 0, "limit_seconds": fan_out.MIN_SECONDS,
    }  # fmt: skip


def test_plot_has_a_line_for_each_audience_and_a_dashed_one_without_a_window() -> None:
    messages = [
        {"rate": rate, "audience": audience, "messages_per_vote": audience / rate}
        for audience in (10, 1_000)
        for rate in (1, 100)
    ]
    drawn = plot(messages)
    assert [name in drawn for name in ("10 open pages", "1,000 open pages", "1,000, no window")] == [True] * 3


def test_worker_reads_the_counts_a_snapshot_and_each_connection_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """27 connections or more take one read unit, so a broadcast to `n` reads at most `n / 27 + 26` units."""
    calls: list[str] = []

    def recorded(name: str) -> None:
        real = getattr(ConnectionTable, name)

        def call(self: ConnectionTable, **given: Any) -> Any:
            calls.append(name)
            return real(self, **given)

        monkeypatch.setattr(ConnectionTable, name, call)

    for name in ("query", "get_item", "paginate"):
        recorded(name)
    assert peak_of(3 * PAGE, monkeypatch)[0] == 3 * PAGE
    assert sorted(calls) == ["get_item", "paginate", "query"]
    stored: list[Any] = []
    table: Any = SimpleNamespace(put_item=lambda **call: stored.append(call["Item"]))
    subscriber = Subscriber(Scope.VOTER, new_poll_id())
    Connections(table, "connections").add(Connection("L0SM9cOFvHcCIAM=", subscriber, datetime.now(UTC)))
    assert 4096 // item_size(stored[0]) >= 27
