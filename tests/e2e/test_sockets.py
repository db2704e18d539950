"""The WebSocket from outside: who gets in, and what it makes of messages that are none."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from .running import Organiser, Running

Frame = dict[str, Any]


@contextmanager
def opened(
    running: Running, ticket: str | None = None, origin: str | None = None
) -> Iterator[ClientConnection]:
    address = running.instance.websocket + (f"?ticket={ticket}" if ticket else "")
    with connect(address, origin=Origin(origin or running.site), open_timeout=30, proxy=None) as socket:
        yield socket


def next_frame(socket: ClientConnection, kind: str, poll_id: str | None = None) -> Frame:
    """Return the next frame of a kind, of one poll if given; others may come in between."""
    while True:
        frame: Frame = json.loads(socket.recv(timeout=30))
        if frame["type"] == kind and poll_id in {None, frame.get("poll_id")}:
            return frame


def ping(socket: ClientConnection, **more: Any) -> None:
    socket.send(json.dumps({"action": "ping", **more}))


def test_a_page_gets_the_snapshot_and_then_every_change(running: Running, poll_id: str) -> None:
    with opened(running, running.ticket()) as socket:
        ping(socket, poll_id=poll_id)
        snapshot = next_frame(socket, "results")
        assert snapshot["poll_id"] == poll_id
        assert running.voter().vote(poll_id, "a").status_code == 201
        changed = next_frame(socket, "results")
        assert changed["counts"]["a"] == snapshot["counts"]["a"] + 1
        assert changed["version"] > snapshot["version"]


def test_a_page_that_is_up_to_date_gets_only_a_pong(running: Running, poll_id: str) -> None:
    with opened(running, running.ticket()) as socket:
        ping(socket, poll_id=poll_id)
        version = next_frame(socket, "results")["version"]
        ping(socket, poll_id=poll_id, version=version)
        ping(socket, poll_id=poll_id, version=version - 1)
        kinds = [json.loads(socket.recv(timeout=30))["type"] for _ in range(3)]
        assert sorted(kinds) == ["pong", "pong", "results"]


def test_whoever_comes_without_a_ticket_is_refused(running: Running) -> None:
    with pytest.raises(InvalidStatus) as refused, opened(running):
        pass
    assert refused.value.response.status_code in {401, 403}


@pytest.mark.parametrize("ticket", ["garbage", "v1.k1.x.1.public.AAAA", "%00", "a" * 3000])
def test_a_made_up_ticket_is_refused(running: Running, ticket: str) -> None:
    with pytest.raises(InvalidStatus) as refused, opened(running, ticket):
        pass
    assert refused.value.response.status_code in {401, 403, 414}


def test_a_ticket_opens_one_socket_only(running: Running) -> None:
    ticket = running.ticket()
    with opened(running, ticket):
        pass
    with pytest.raises(InvalidStatus) as refused, opened(running, ticket):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null"])
def test_a_foreign_page_is_refused_even_with_a_ticket(running: Running, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, opened(running, running.ticket(), origin):
        pass
    assert refused.value.response.status_code == 403


MALFORMED: dict[str, str] = {
    "not-json": "not json",
    "empty-object": "{}",
    "a-list": "[1, 2]",
    "unknown-action": '{"action": "shout"}',
    "an-action-that-is-no-text": '{"action": {"ping": 1}}',
    "a-ping-for-no-poll": '{"action": "ping", "poll_id": "\' OR 1=1"}',
    "a-ping-with-a-negative-version": '{"action": "ping", "version": -1}',
    "a-ping-with-more-than-asked": '{"action": "ping", "admin": true}',
}


@pytest.mark.parametrize("message", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_message_is_answered_clearly_and_the_socket_lives_on(
    running: Running, poll_id: str, message: str
) -> None:
    with opened(running, running.ticket()) as socket:
        socket.send(message)
        error = next_frame(socket, "error")
        assert error["title"]
        assert "OR 1=1" not in json.dumps(error)
        ping(socket)
        assert next_frame(socket, "pong")["server_time"]


@pytest.mark.parametrize("action", ["$connect", "$disconnect", "$default"])
def test_a_message_cannot_play_the_gateway(running: Running, poll_id: str, action: str) -> None:
    with opened(running, running.ticket()) as socket:
        socket.send(json.dumps({"action": action}))
        ping(socket, poll_id=poll_id)
        assert next_frame(socket, "pong")
        assert running.voter().vote(poll_id, "b").status_code == 201
        assert next_frame(socket, "results")["poll_id"] == poll_id


def test_an_organiser_has_a_ticket_of_another_scope(running: Running, organiser: Organiser) -> None:
    answer = organiser.api.post("/admin/api/live/ticket", json={})
    assert answer.is_success, answer.text
    assert answer.json()["scope"] == "organiser"
    assert running.page().post("/live/ticket", json={}).json()["scope"] == "public"
    with opened(running, answer.json()["ticket"]) as socket:
        ping(socket)
        assert next_frame(socket, "pong")


def test_everybody_is_told_of_opening_and_closing(running: Running, organiser: Organiser) -> None:
    organiser.close_active()
    with opened(running, running.ticket()) as socket:
        ping(socket)
        next_frame(socket, "pong")
        poll_id = organiser.create("Told?")
        organiser.open(poll_id)
        assert next_frame(socket, "poll_opened", poll_id)["status"] == "open"
        organiser.close(poll_id)
        assert next_frame(socket, "poll_closed", poll_id)["status"] == "closed"
