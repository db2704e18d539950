"""A forward proxy for browsers that behaves like a bad network: it drops, delays and cuts connections.

A dropped request never arrives; a lost request arrives, but its answer does not. WebSockets use `CONNECT` and
are cut after a while. Each request has its own connection, and a fault closes it.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

LARGEST_HEAD: Final = 64 * 1024
BROKEN: Final = (OSError, EOFError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)


@dataclass
class BadNetwork:
    """The faults of a network, and their counts: `share` of the requests fails, a third of them in each way.

    The proxy forwards to `host` only, because browsers also make requests of their own.
    """

    host: bytes
    share: float
    socket_seconds: float
    slowest: float = 2.0
    seed: int = 0
    did: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    @asynccontextmanager
    async def proxy(self) -> AsyncIterator[str]:
        """Run the proxy for the duration of the block, and yield its address."""
        server = await asyncio.start_server(self._client, "127.0.0.1", 0, limit=LARGEST_HEAD)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            server.close_clients()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(*BROKEN):
            head = await reader.readuntil(b"\r\n\r\n")
            method, address, _ = head.split(b" ", 2)
            if method == b"CONNECT" and address == self.host:
                await self._socket(reader, writer)
            elif address.startswith(b"http://" + self.host + b"/"):
                await self._request(address, head, reader, writer)
        writer.close()

    async def _request(
        self, address: bytes, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        fate = self._fate()
        self.did[fate] += 1
        if fate == "dropped":
            return
        body = await reader.readexactly(_length(head))
        there, back = await _open(self.host)
        # One request per connection, so that each request meets its own fault.
        back.write(
            head.replace(address, b"/" + address.split(b"/", 3)[3], 1)[:-2]
            + b"Connection: close\r\n\r\n"
            + body
        )
        answer = await there.read()
        back.close()
        if fate == "delayed":
            await asyncio.sleep(self._random.uniform(0.2, self.slowest))
        if fate != "answer lost":
            writer.write(answer)
            await writer.drain()

    async def _socket(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.did["sockets opened"] += 1
        there, back = await _open(self.host)
        writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        ways = [asyncio.create_task(_pour(reader, back)), asyncio.create_task(_pour(there, writer))]
        life = self.socket_seconds * self._random.uniform(0.5, 1)
        done, ahead = await asyncio.wait(ways, timeout=life, return_when=asyncio.FIRST_COMPLETED)
        self.did["sockets cut"] += not done
        for way in ahead:
            way.cancel()
        back.close()

    def _fate(self) -> str:
        if self._random.random() >= self.share:
            return "passed"
        return self._random.choice(["dropped", "answer lost", "delayed"])


async def _open(host: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    name, _, port = host.decode().partition(":")
    return await asyncio.open_connection("127.0.0.1" if name == "localhost" else name, int(port))


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(*BROKEN):
        while content := await reader.read(LARGEST_HEAD):
            writer.write(content)
            await writer.drain()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
