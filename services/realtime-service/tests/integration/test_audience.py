"""The audience size is sent with results at intervals, and in the answers to pings."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import boto3
import pytest
from contracts.tally import TallyChanged
from realtime_service.adapters.audience import AudienceSizes
from realtime_service.adapters.connections import Connections
from realtime_service.adapters.errors import StoreUnavailable
from realtime_service.adapters.results_snapshots import Snapshots
from realtime_service.adapters.sockets import Sockets
from realtime_service.domain.batch import Change
from realtime_service.use_cases.broadcast import broadcast
from testkit.events import websocket_event

from .conftest import NOW

TABLE = "tot-test-web-socket-connections"

type Announce = Callable[..., None]


@pytest.fixture
def announce(aws: Any, tally: Callable[..., TallyChanged], poll_id: str) -> Announce:
    """Broadcast a newer snapshot, so many seconds from now."""
    sizes = AudienceSizes(aws.dynamodb, TABLE)
    snapshots, connections = Snapshots(aws.dynamodb, TABLE), Connections(aws.dynamodb, TABLE)
    sockets = Sockets(aws.sockets.endpoint, boto3.Session())

    def broadcast_at(version: int, seconds: float, sizes: AudienceSizes = sizes) -> None:
        now = NOW + timedelta(seconds=seconds)
        broadcast([Change(tally(poll_id, version), "1")], snapshots, connections, sockets, now, sizes=sizes)

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


def test_later_page_gets_the_audience_size_by_its_ping(
    connected: Callable[..., str], announce: Announce, ping: Callable[[], list[int]]
) -> None:
    connected("v1")
    announce(2, 0)
    connected("v2")
    assert ping() == [1], "the size that was just broadcast"


def test_one_ping_counts_the_audience_for_the_pings_that_follow(
    connected: Callable[..., str], ping: Callable[[], list[int]]
) -> None:
    for name, scope in (("v1", "public"), ("v2", "public"), ("o1", "organiser")):
        connected(name, scope)
    assert ping() == [2]
    connected("v3")
    assert ping() == [2, 2], "the next count waits half a minute"


def test_old_audience_size_is_counted_again_and_expired_size_is_not_sent(
    aws: Any, connected: Callable[..., str], announce: Announce, ping: Callable[[], list[int]]
) -> None:
    connected("v1")
    announce(2, -31)
    connected("v2")
    assert ping() == [2]
    sizes, later = AudienceSizes(aws.dynamodb, TABLE), NOW + timedelta(seconds=601)
    assert sizes.known(later) is None
    assert sizes.claimed(later)
    assert not sizes.claimed(later + timedelta(seconds=1)), "of two pings in a row, one counts"


def test_counted_audience_size_is_sent_with_the_next_broadcast(
    aws: Any, connected: Callable[..., str], announce: Announce, ping: Callable[[], list[int]]
) -> None:
    connected("v1")
    announce(2, -40)
    connected("v2")
    ping()
    announce(3, 0)
    assert aws.sockets.audience["v1"] == [1, 2]


def test_ping_is_answered_if_counting_the_audience_fails(
    aws: Any, ping: Callable[[], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object) -> int:
        raise StoreUnavailable("no")

    monkeypatch.setattr(Connections, "everyone", unavailable)
    assert ping() == []
    assert [message["type"] for message in aws.sockets.arrived["p1="]] == ["pong"]


def test_results_are_broadcast_if_storing_the_audience_size_fails(
    aws: Any, connected: Callable[..., str], announce: Announce
) -> None:
    class Unavailable(AudienceSizes):
        def moved(self, audience: int, now: datetime) -> bool:
            raise StoreUnavailable(f"{audience} at {now}")

    connected("v1")
    announce(2, 0, sizes=Unavailable(aws.dynamodb, TABLE))
    assert [message["type"] for message in aws.sockets.arrived["v1"]][-1] == "results"
    assert aws.sockets.audience == {}
