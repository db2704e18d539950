"""The audience size is sent with results at intervals, and in the answers to pings."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from contracts.tally import TallyChanged
from realtime_service.adapters.audience import Audience
from realtime_service.adapters.connections import SHARDS, Connections
from realtime_service.adapters.errors import StoreUnavailable
from realtime_service.domain.batch import Change
from realtime_service.domain.subscriber import ConnectionCount
from testkit.events import websocket_event

from .conftest import NOW

TABLE = "tot-test-web-socket-connections"

type Announce = Callable[..., None]


@pytest.fixture
def announce(aws: Any, tally: Callable[..., TallyChanged], poll_id: str) -> Announce:
    """Broadcast a newer snapshot, so many seconds from now."""

    def broadcast_at(version: int, seconds: float) -> None:
        aws.broadcaster().changed([Change(tally(poll_id, version), "1")], NOW + timedelta(seconds=seconds))

    return broadcast_at


@pytest.fixture
def ping(aws: Any, load: Callable[[str], ModuleType]) -> Callable[[], list[int]]:
    """Ping on a socket of its own and return the audience sizes received there."""
    handler = load("ping").handler

    def send() -> list[int]:
        role = {"scope": "public", "principalId": "public"}
        handler(websocket_event("MESSAGE", "p1=", authorizer=role, body={"action": "ping"}), aws.context)
        received: list[int] = aws.sockets.audience["p1="]
        return received

    return send


def test_audience_size_is_broadcast_without_organisers(
    aws: Any, connected: Callable[..., str], announce: Announce
) -> None:
    for name, scope in (("v1", "public"), ("v2", "public"), ("o1", "organiser")):
        connected(name, scope)
    announce(2, 0)
    assert aws.sockets.audience == {"v1": [2], "v2": [2], "o1": [2]}


def test_audience_size_is_broadcast_again_on_change_but_not_with_every_vote(
    aws: Any, connected: Callable[..., str], announce: Announce
) -> None:
    connected("v1")
    announce(2, 0)
    connected("v2")
    announce(3, 5)
    announce(4, 11)
    announce(5, 30)
    assert aws.sockets.audience == {"v1": [1, 2], "v2": [2]}
    assert [message["version"] for message in aws.sockets.arrived["v2"] if message["type"] == "results"] == [
        3,
        4,
        5,
    ]


def test_ping_is_answered_with_the_present_audience_size_before_anything_is_broadcast(
    aws: Any, connected: Callable[..., str], load: Callable[[str], ModuleType], ping: Callable[[], list[int]]
) -> None:
    for name, scope in (("v1", "public"), ("v2", "public"), ("o1", "organiser")):
        connected(name, scope)
    assert ping() == [2]
    connected("v3")
    assert ping() == [2, 3]
    load("disconnect").handler(websocket_event("DISCONNECT", "v1"), aws.context)
    load("disconnect").handler(websocket_event("DISCONNECT", "v1"), aws.context)
    assert ping() == [2, 3, 2], "a repeated event counts once"


def test_pings_correct_a_wrong_count_within_half_a_minute_and_list_each_shard_once(
    aws: Any, connected: Callable[..., str], ping: Callable[[], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        connected(f"v{number}")
    for shard in range(SHARDS):
        Audience(aws.dynamodb, TABLE).add(shard, 7, organiser=False)
    listed: list[int] = []
    in_shard = Connections.in_shard

    def recorded(self: Connections, shard: int, now: datetime) -> Any:
        listed.append(shard)
        return in_shard(self, shard, now)

    monkeypatch.setattr(Connections, "in_shard", recorded)
    sizes = [ping()[-1] for _ in range(SHARDS + 3)]
    assert sizes == [40 + 7 * left for left in range(SHARDS - 1, -1, -1)] + [40] * 3
    assert sorted(listed) == list(range(SHARDS))


def test_broadcast_corrects_a_wrong_count_and_counts_gone_connections(
    aws: Any, connected: Callable[..., str], announce: Announce, ping: Callable[[], list[int]]
) -> None:
    for name, scope in (("v1", "public"), ("v2", "public"), ("gone", "public"), ("o1", "organiser")):
        connected(name, scope)
    for shard in range(SHARDS):
        Audience(aws.dynamodb, TABLE).add(shard, -3, organiser=True)
        Audience(aws.dynamodb, TABLE).add(shard, 2, organiser=False)
    aws.sockets.gone = {"gone"}
    announce(2, 0)
    assert ping() == [2]


def test_count_that_changed_while_connections_were_listed_is_not_replaced(aws: Any) -> None:
    audience = Audience(aws.dynamodb, TABLE)
    (seen,) = audience.counts(1)
    audience.add(0, 1, organiser=False)
    audience.correct(seen, ConnectionCount(), NOW)
    assert audience.counts(1)[0].count == ConnectionCount(viewers=1)


def test_connection_opens_and_ping_is_answered_without_counting_if_the_table_rejects_the_count(
    aws: Any,
    load: Callable[[str], ModuleType],
    ping: Callable[[], list[int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unavailable(*_: object, **__: object) -> int:
        raise StoreUnavailable("no")

    for name in ("add", "counts"):
        monkeypatch.setattr(Audience, name, unavailable)
    event = websocket_event("CONNECT", "p1=", authorizer={"scope": "public"})
    assert load("connect").handler(event, aws.context) == {"statusCode": 200}
    assert ping() == []
    assert [message["type"] for message in aws.sockets.arrived["p1="]] == ["pong"]


def test_results_are_broadcast_if_storing_the_audience_size_fails(
    aws: Any, connected: Callable[..., str], announce: Announce, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object) -> int:
        raise StoreUnavailable("no")

    for name in ("moved", "correct"):
        monkeypatch.setattr(Audience, name, unavailable)
    connected("v1")
    announce(2, 0)
    assert [message["type"] for message in aws.sockets.arrived["v1"]][-1] == "results"
    assert aws.sockets.audience == {}
