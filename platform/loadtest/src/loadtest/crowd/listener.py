"""A WebSocket client that reconnects after every break and records the messages of one poll."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from contracts.api import Counts
from contracts.realtime import MESSAGES, Ping, ResultsMessage
from pydantic import ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from loadtest.crowd.latency import Observation
from loadtest.crowd.site import Site, SiteNotReady

PING_EVERY_SECONDS: Final = 20.0
PINGS_PER_SECOND: Final = 16
"""Of all listeners together: the emulator answers 60 to 80 requests a second."""

_PAUSE_SECONDS: Final = 1.0
_OPENING_AT_ONCE: Final = 16
_CONNECT_SECONDS: Final = 15.0
_CONNECT_SECONDS_EACH: Final = 0.2
"""The emulator starts three functions for each connection."""


class Listener:
    """Follows one poll: `observations` are its messages by arrival, `newest` that of highest version."""

    def __init__(
        self,
        site: Site,
        poll_id: str,
        room: asyncio.Semaphore,
        ping_every_seconds: float = PING_EVERY_SECONDS,
    ) -> None:
        self._site = site
        self._room = room
        self._ping_every_seconds = ping_every_seconds
        self._poll_id = poll_id
        self.observations: list[Observation] = []
        self.newest: ResultsMessage | None = None
        self.connected = asyncio.Event()

    async def listen(self) -> None:
        """Listen until cancelled."""
        while True:
            with suppress(OSError, WebSocketException, SiteNotReady, TimeoutError):
                await self._listen_once()
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _listen_once(self) -> None:
        async with self._room:
            address = self._site.origin.replace("http", "ws", 1) + f"/ws?ticket={await self._site.ticket()}"
            socket = await connect(address, origin=self._site.origin, ping_interval=None, proxy=None)  # type: ignore[arg-type]
        async with socket:
            self.connected.set()
            async with _pinging(socket, self._poll_id, self._ping_every_seconds):
                async for received in socket:
                    self._remember(received)

    def _remember(self, received: str | bytes) -> None:
        with suppress(ValidationError):
            message = MESSAGES.validate_json(received)
            if isinstance(message, ResultsMessage) and message.poll_id == self._poll_id:
                self.observations.append(Observation(time.monotonic(), message.total))
                if self.newest is None or message.version > self.newest.version:
                    self.newest = message


def last_counts(listeners: list[Listener]) -> Counts | None:
    """Return the newest counts that every listener has received; `None` if a listener received none."""
    newest = [listener.newest for listener in listeners]
    messages = [message for message in newest if message is not None]
    if not messages or len(messages) < len(newest):
        return None
    return min(messages, key=lambda message: message.version).counts


@asynccontextmanager
async def listening(site: Site, poll_id: str, count: int) -> AsyncIterator[list[Listener]]:
    """Keep `count` listeners open while the block runs.

    It starts when all are connected, or after 15 s and a fifth of a second for each.
    """
    room = asyncio.Semaphore(_OPENING_AT_ONCE)
    ping_every_seconds = max(PING_EVERY_SECONDS, count / PINGS_PER_SECOND)
    listeners = [Listener(site, poll_id, room, ping_every_seconds) for _ in range(count)]
    tasks = [asyncio.create_task(listener.listen()) for listener in listeners]
    with suppress(TimeoutError):
        async with asyncio.timeout(_CONNECT_SECONDS + count * _CONNECT_SECONDS_EACH):
            await asyncio.gather(*(listener.connected.wait() for listener in listeners))
    try:
        yield listeners
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def _pinging(socket: ClientConnection, poll_id: str, every_seconds: float) -> AsyncIterator[None]:
    async def ping() -> None:
        while True:
            with suppress(WebSocketException):
                await socket.send(Ping(action="ping", poll_id=poll_id).model_dump_json(exclude_none=True))
            await asyncio.sleep(every_seconds)

    task = asyncio.create_task(ping())
    try:
        yield
    finally:
        task.cancel()
