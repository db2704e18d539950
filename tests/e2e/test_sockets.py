"""The WebSocket API: admission by tickets, messages, and malformed messages."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from contracts.key_ring import KeyRing
from contracts.visibility import Scope
from realtime_service.domain.subscriber import Subscriber
from realtime_service.domain.ticket import TICKET_TTL, mint_ticket
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from .live_stack import PATIENCE_SECONDS, Organiser, Running, secret_of
from .openapi_documents import check_message

Message = dict[str, Any]


@contextmanager
def opened(
    running: Running, ticket: str | None = None, origin: str | None = None
) -> Iterator[ClientConnection]:
    address = running.instance.websocket + (f"?ticket={ticket}" if ticket else "")
    with connect(
        address, origin=Origin(origin or running.site), open_timeout=PATIENCE_SECONDS, proxy=None
    ) as socket:
        yield socket


def received(socket: ClientConnection) -> Message:
    """Return the next message other than the audience count, validated against the AsyncAPI document."""
    while True:
        message: Message = json.loads(socket.recv(timeout=PATIENCE_SECONDS))
        check_message(message)
        if message["type"] != "audience":
            return message


def next_message(socket: ClientConnection, kind: str, poll_id: str | None = None) -> Message:
    """Return the next message of a type, optionally of one poll; other messages are skipped."""
    while True:
        message = received(socket)
        if message["type"] == kind and poll_id in {None, message.get("poll_id")}:
            return message


def ping(socket: ClientConnection, **more: Any) -> None:
    socket.send(json.dumps({"action": "ping", **more}))


def test_page_gets_the_snapshot_and_every_change(running: Running, poll_id: str) -> None:
    with opened(running, running.ticket()) as socket:
        ping(socket, poll_id=poll_id)
        snapshot = next_message(socket, "results")
        assert snapshot["poll_id"] == poll_id
        assert running.voter().vote(poll_id, "a").status_code == 201
        changed = next_message(socket, "results")
        assert changed["counts"]["a"] == snapshot["counts"]["a"] + 1
        assert changed["version"] > snapshot["version"]


def test_up_to_date_page_gets_only_a_pong(running: Running, poll_id: str) -> None:
    with opened(running, running.ticket()) as socket:
        ping(socket, poll_id=poll_id)
        version = next_message(socket, "results")["version"]
        ping(socket, poll_id=poll_id, version=version)
        ping(socket, poll_id=poll_id, version=version - 1)
        kinds = [received(socket)["type"] for _ in range(3)]
        assert sorted(kinds) == ["pong", "pong", "results"]


@pytest.mark.covers("R33")
def test_connection_without_a_ticket_is_rejected(running: Running) -> None:
    with pytest.raises(InvalidStatus) as refused, opened(running):
        pass
    assert refused.value.response.status_code in {401, 403}


@pytest.mark.parametrize("ticket", ["garbage", "v1.k1.x.1.public.AAAA", "%00", "a" * 3000])
def test_forged_ticket_is_rejected(running: Running, ticket: str) -> None:
    with pytest.raises(InvalidStatus) as refused, opened(running, ticket):
        pass
    assert refused.value.response.status_code in {401, 403, 414}


@pytest.mark.covers("R33")
def test_ticket_opens_one_socket_only(running: Running) -> None:
    ticket = running.ticket()
    with opened(running, ticket):
        pass
    with pytest.raises(InvalidStatus) as refused, opened(running, ticket):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.covers("R33")
def test_concurrent_connections_with_one_ticket_admit_exactly_one(running: Running) -> None:
    ticket, start = running.ticket(), Barrier(20)

    def come(_: int) -> int:
        start.wait()
        try:
            with opened(running, ticket):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code

    with ThreadPoolExecutor(20) as racers:
        assert sorted(racers.map(come, range(20))) == [101] + [403] * 19


@pytest.mark.covers("R33")
def test_expired_ticket_is_rejected(running: Running) -> None:
    """Signed with the stack's own key, and one second too old."""
    keys = KeyRing.read(secret_of(running, "results-pass"))
    moment = datetime.now(UTC) - TICKET_TTL
    expired, _ = mint_ticket(keys, Subscriber(Scope.PUBLIC), moment - timedelta(seconds=1))
    fresh, _ = mint_ticket(keys, Subscriber(Scope.PUBLIC), moment + TICKET_TTL)
    with pytest.raises(InvalidStatus) as refused, opened(running, expired):
        pass
    assert refused.value.response.status_code == 403
    with opened(running, fresh) as socket:
        ping(socket)
        assert next_message(socket, "pong")


@pytest.mark.covers("T23")
def test_pass_ticket_and_voter_token_are_not_interchangeable(running: Running, poll_id: str) -> None:
    recorded = running.voter().vote(poll_id, "a").json()
    results_pass, ticket = recorded["results_pass"], running.ticket()
    with pytest.raises(InvalidStatus) as refused, opened(running, results_pass):
        pass
    assert refused.value.response.status_code == 403
    page = running.page()
    for answer in (
        page.post(f"/live/results/{poll_id}", json={"results_pass": ticket}),
        page.post("/live/ticket", json={"results_pass": ticket}),
    ):
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/invalid-results-pass")
    for shown in (results_pass, ticket):
        stranger = running.http(Authorization=f"Bearer {shown}", Origin=running.site)
        assert stranger.post("/admin/api/live/ticket", json={}).status_code == 401
        assert stranger.get(f"/admin/api/results/{poll_id}").status_code == 401


@pytest.mark.covers("T23")
def test_hidden_results_are_hidden_from_the_public_and_other_voters(
    running: Running, organiser: Organiser
) -> None:
    """The poll shows counts to its voters; each endpoint is tried with every kind of ticket and pass."""
    first = organiser.open_new("Before?")
    foreign = running.voter().vote(first, "a").json()["results_pass"]
    poll_id = organiser.open_new("Hidden?", result_visibility="after_vote")
    own = running.voter().vote(poll_id, "b").json()["results_pass"]
    public, outsider, insider = running.ticket(), running.ticket(foreign), running.ticket(own)
    with (
        opened(running, public) as everybody, opened(running, outsider) as other,
        opened(running, insider) as voter,
    ):  # fmt: skip
        for socket in (everybody, other, voter):
            ping(socket, poll_id=poll_id)
        shown = next_message(voter, "results", poll_id)
        assert running.voter().vote(poll_id, "a").status_code == 201
        while shown["total"] < 2:
            shown = next_message(voter, "results", poll_id)
        for socket in (everybody, other):
            message = next_message(socket, "results_hidden", poll_id)  # by the ping; a vote sends none
            assert "counts" not in message
            assert message["total"] is None
            ping(socket, poll_id=poll_id, version=0)
            kinds = {received(socket)["type"] for _ in range(2)}
            assert "results" not in kinds
    page = running.page()
    assert page.get(f"/results/{poll_id}").json()["type"] == "/problems/results-hidden"
    refused = page.post(f"/live/results/{poll_id}", json={"results_pass": foreign})
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/invalid-results-pass")
    assert page.post(f"/live/results/{poll_id}", json={"results_pass": own}).json()["total"] == 2
    organiser.close(poll_id)


@pytest.mark.covers("T15", "R33")
@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null"])
def test_foreign_page_is_rejected_even_with_a_ticket(running: Running, origin: str) -> None:
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


@pytest.mark.covers("R34")
def test_malformed_message_gets_an_error_and_the_socket_stays_open(running: Running, poll_id: str) -> None:
    with opened(running, running.ticket()) as socket:
        for kind, message in MALFORMED.items():
            socket.send(message)
            error = next_message(socket, "error")
            assert error["title"], kind
            assert "OR 1=1" not in json.dumps(error), kind
            ping(socket)
            assert next_message(socket, "pong")["server_time"], kind


@pytest.mark.covers("T15", "R34")
def test_message_cannot_imitate_gateway_routes(running: Running, poll_id: str) -> None:
    with opened(running, running.ticket()) as socket:
        for action in ("$connect", "$disconnect", "$default"):
            socket.send(json.dumps({"action": action}))
        ping(socket, poll_id=poll_id)
        assert next_message(socket, "pong")
        assert running.voter().vote(poll_id, "b").status_code == 201
        assert next_message(socket, "results")["poll_id"] == poll_id


def test_organiser_ticket_has_the_organiser_scope(running: Running, organiser: Organiser) -> None:
    answer = organiser.api.post("/admin/api/live/ticket", json={})
    assert answer.is_success, answer.text
    assert answer.json()["scope"] == "organiser"
    assert running.page().post("/live/ticket", json={}).json()["scope"] == "public"
    with opened(running, answer.json()["ticket"]) as socket:
        ping(socket)
        assert next_message(socket, "pong")


def test_opening_and_closing_are_broadcast(running: Running, organiser: Organiser) -> None:
    organiser.close_active()
    with opened(running, running.ticket()) as socket:
        ping(socket)
        next_message(socket, "pong")
        poll_id = organiser.create("Told?")
        organiser.open(poll_id)
        assert next_message(socket, "poll_opened", poll_id)["status"] == "open"
        organiser.close(poll_id)
        assert next_message(socket, "poll_closed", poll_id)["status"] == "closed"
