"""A crowd listener against a real WebSocket server."""

import asyncio
import json
from typing import Any

from contracts.api import Counts
from loadtest.crowd.listener import last_counts, listening
from websockets.asyncio.server import ServerConnection, serve

PATIENCE_SECONDS = 240
POLL_ID = "0123456789abcdefghjkmnpqrs"
NOW = "2026-01-01T00:00:00.000Z"


class TicketOffice:
    """Replaces the site for a listener: provides the address and issues tickets."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://localhost:{port}"
        self.issued = 0

    async def ticket(self) -> str:
        self.issued += 1
        return f"ticket-{self.issued}"


def message(version: int, a: int, b: int, poll_id: str = POLL_ID) -> str:
    return json.dumps(
        {"type": "results", "poll_id": poll_id, "status": "open", "version": version,
         "counts": {"a": a, "b": b}, "total": a + b, "updated_at": NOW}
    )  # fmt: skip


async def listen_to(messages: list[list[str]]) -> tuple[Counts | None, list[int], list[dict[str, Any]], int]:
    """Serve one list of messages per connection, then close it; return the listener's results."""
    served: list[list[str]] = [*messages]
    requests: list[dict[str, Any]] = []
    all_served = asyncio.Event()

    async def page_side(socket: ServerConnection) -> None:
        assert socket.request is not None
        requests.append({"path": socket.request.path, "origin": socket.request.headers["Origin"]})
        requests[-1]["message"] = json.loads(await socket.recv())
        for text in served.pop(0) if served else []:
            await socket.send(text)
        if not served:
            all_served.set()
            await socket.wait_closed()

    async with serve(page_side, "localhost", 0, ping_interval=None) as server:
        office = TicketOffice(next(iter(server.sockets)).getsockname()[1])
        async with listening(office, POLL_ID, 1) as listeners:  # type: ignore[arg-type]
            await all_served.wait()
            # A listener keeps the messages of its poll, and receives all in order.
            expected = sum(POLL_ID in text for sent in messages for text in sent)
            async with asyncio.timeout(PATIENCE_SECONDS):
                while len(listeners[0].observations) < expected:  # noqa: ASYNC110 (a listener offers no event)
                    await asyncio.sleep(0.01)
        return last_counts(listeners), [g.total for g in listeners[0].observations], requests, office.issued


def test_a_listener_pings_its_poll_and_keeps_the_newest_message() -> None:
    newest, totals, requests, _ = asyncio.run(listen_to([[message(2, 3, 4), message(1, 1, 1)]]))
    assert newest == Counts(a=3, b=4)
    assert totals == [7, 2]
    assert requests[0]["path"] == "/ws?ticket=ticket-1"
    assert requests[0]["message"] == {"action": "ping", "poll_id": POLL_ID}


def test_a_listener_reconnects_with_a_new_ticket() -> None:
    async def broken_once() -> tuple[Counts | None, list[int], list[dict[str, Any]], int]:
        return await listen_to([[message(1, 1, 0)], [message(2, 2, 0)]])

    newest, totals, requests, issued = asyncio.run(broken_once())
    assert (newest, totals, issued) == (Counts(a=2, b=0), [1, 2], 2)
    assert [request["path"] for request in requests] == ["/ws?ticket=ticket-1", "/ws?ticket=ticket-2"]


def test_messages_of_other_polls_and_invalid_messages_are_ignored() -> None:
    other = message(9, 9, 9, poll_id="zzzzzzzzzzzzzzzzzzzzzzzzzz")

    async def mixed() -> tuple[Counts | None, list[int]]:
        newest, totals, *_ = await asyncio.wait_for(listen_to([[message(1, 1, 0)]]), PATIENCE_SECONDS)
        return newest, totals

    assert asyncio.run(mixed()) == (Counts(a=1, b=0), [1])

    async def foreign_only() -> Counts | None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return (await listen_to([[other, "not json", message(1, 1, 0)]]))[0]

    assert asyncio.run(foreign_only()) == Counts(a=1, b=0)
