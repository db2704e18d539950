"""A ping is answered with a pong and with the snapshot that the page has missed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from contracts.ids import new_poll_id
from contracts.realtime import MESSAGES, ErrorMessage, PongMessage
from contracts.tally import TallyChanged
from realtime_service.adapters.results_snapshots import Snapshots, StaleSnapshot
from testkit.events import websocket_event

from .conftest import NOW

type MakeTally = Callable[..., TallyChanged]
type Ping = Callable[..., list[dict[str, Any]]]

OPENED = datetime(2026, 11, 23, 18, tzinfo=UTC)


@pytest.fixture
def ping(aws: Any, load: Callable[[str], ModuleType]) -> Ping:
    """Send a ping (or any body) and return the messages that arrive on the socket."""
    handler = load("ping").handler

    def send(
        role: dict[str, str] | None = None, body: str | None = None, **fields: Any
    ) -> list[dict[str, Any]]:
        sent = {"action": "ping", **fields} if body is None else body
        aws.sockets.arrived.clear()
        authorizer = role or {"scope": "public", "principalId": "public"}
        event = websocket_event("MESSAGE", "c1=", authorizer=authorizer, body=sent)
        assert handler(event, aws.context) == {"statusCode": 200}
        messages: list[dict[str, Any]] = aws.sockets.arrived["c1="]
        for message in messages:
            MESSAGES.validate_python(message)
        return messages

    return send


@pytest.fixture
def snapshots(aws: Any) -> Snapshots:
    return Snapshots(aws.dynamodb, "tot-test-web-socket-connections")


def types(messages: list[dict[str, Any]]) -> list[str]:
    return [message["type"] for message in messages]


def test_the_first_ping_is_answered_with_the_snapshot(
    ping: Ping, snapshots: Snapshots, tally: MakeTally, poll_id: str
) -> None:
    snapshots.keep(tally(poll_id, 4))
    for fields in ({}, {"poll_id": poll_id}):
        pong, snapshot = ping(**fields)
        assert PongMessage.model_validate(pong).server_time == NOW
        assert snapshot["poll_id"] == poll_id
        assert (snapshot["counts"], snapshot["total"], snapshot["version"]) == ({"a": 2, "b": 3}, 5, 4)


def test_ping_returns_a_missed_snapshot_or_only_the_pong(
    ping: Ping, snapshots: Snapshots, tally: MakeTally, poll_id: str
) -> None:
    snapshots.keep(tally(poll_id, 4))
    assert types(ping(version=3)) == ["pong", "results"]
    assert types(ping(version=4)) == ["pong"]
    assert types(ping(poll_id=poll_id, version=5)) == ["pong"]


def test_ping_for_an_unknown_poll_returns_only_the_pong(ping: Ping, poll_id: str) -> None:
    assert types(ping()) == ["pong"]
    assert types(ping(poll_id=poll_id)) == ["pong"]


def test_ping_answer_depends_on_the_scope(
    ping: Ping, snapshots: Snapshots, tally: MakeTally, poll_id: str
) -> None:
    snapshots.keep(tally(poll_id, visibility="after_vote"))
    assert types(ping({"scope": "public"})) == ["pong", "results_hidden"]
    assert types(ping({"scope": "voter", "poll_id": poll_id})) == ["pong", "results"]
    assert types(ping({"scope": "voter", "poll_id": new_poll_id()})) == ["pong", "results_hidden"]
    assert types(ping({"scope": "organiser"})) == ["pong", "results"]


def test_current_poll_is_the_one_that_opened_last(ping: Ping, snapshots: Snapshots, tally: MakeTally) -> None:
    older, newer = new_poll_id(), new_poll_id()
    before = OPENED - timedelta(hours=1)
    snapshots.keep(tally(older, 10, opens_at=before))
    snapshots.keep(tally(newer, 3, opens_at=OPENED))
    snapshots.keep(tally(older, 99, status="closed", opens_at=before))
    snapshots.keep(tally(new_poll_id(), 5, status="draft", opens_at=None))
    assert ping()[1]["poll_id"] == newer
    assert ping(poll_id=older)[1]["version"] == 99
    snapshots.keep(tally(newer, 4, opens_at=OPENED, votes=(7, 7)))
    assert ping()[1]["counts"] == {"a": 7, "b": 7}


def test_scheduled_poll_does_not_replace_the_running_one(
    ping: Ping, snapshots: Snapshots, tally: MakeTally
) -> None:
    running, planned = new_poll_id(), new_poll_id()
    later = OPENED + timedelta(days=1)
    snapshots.keep(tally(planned, 3, opens_at=later))
    assert ping()[1]["poll_id"] == planned
    snapshots.keep(tally(running, 1, opens_at=OPENED))
    snapshots.keep(tally(planned, 4, opens_at=later))
    assert ping()[1]["poll_id"] == running
    assert ping(poll_id=planned)[1]["version"] == 4


def test_ping_for_a_poll_that_became_a_draft_is_answered_as_for_an_unknown_one(
    ping: Ping, snapshots: Snapshots, tally: MakeTally, poll_id: str
) -> None:
    snapshots.keep(tally(poll_id, 4, status="closed"))
    snapshots.keep(tally(poll_id, 5, status="draft", votes=(0, 0)))
    for role in ({"scope": "public"}, {"scope": "voter", "poll_id": poll_id}, {"scope": "organiser"}):
        assert types(ping(role)) == types(ping(role, poll_id=poll_id)) == ["pong"]
    other = new_poll_id()
    snapshots.keep(tally(other, 3, opens_at=OPENED - timedelta(days=9)))
    assert ping()[1]["poll_id"] == other


@pytest.mark.covers("R5")
def test_a_stored_snapshot_never_moves_back(
    ping: Ping, snapshots: Snapshots, tally: MakeTally, poll_id: str
) -> None:
    snapshots.keep(tally(poll_id, 5))
    with pytest.raises(StaleSnapshot):
        snapshots.keep(tally(poll_id, 4, votes=(1, 1)))
    for fields in ({}, {"poll_id": poll_id}):
        assert ping(**fields)[1]["version"] == 5


@pytest.mark.parametrize(
    "body",
    [
        '{"action": "ping", "poll_id": "x"}',
        '{"action": "ping", "version": -1}',
        '{"action": "ping", "version": "many"}',
        '{"action": "ping", "admin": true}',
        '{"action": "ping"',
        '{"action": "fly"}',
        "",
        "null",
    ],
)
def test_malformed_ping_returns_an_error_and_writes_nothing(ping: Ping, aws: Any, body: str) -> None:
    (message,) = ping(body=body)
    assert ErrorMessage.model_validate(message).errors
    assert aws.items() == []


def test_ping_from_a_closed_socket_is_no_error(ping: Ping, aws: Any) -> None:
    aws.sockets.gone = {"c1="}
    assert ping() == []
    assert aws.sockets.tries == ["c1="]
