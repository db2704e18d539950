"""What contract tests share."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from contracts.realtime import FRAMES, Frame
from moto import mock_aws
from template_lint.stack import Stack, load_stacks

from .world import World


@pytest.fixture(scope="session")
def stacks() -> list[Stack]:
    """Return all stacks, in the order in which they are deployed."""
    return load_stacks()


@dataclass
class Sockets:
    """Stands for the WebSocket API's management endpoint: keeps what is posted, by connection."""

    address: str
    posted: list[tuple[str, Frame]] = field(default_factory=list)

    def frames(self, connection_id: str) -> list[Frame]:
        """Return the frames that one connection was sent, in order, each read by its contract."""
        return [frame for connection, frame in self.posted if connection == connection_id]


@pytest.fixture
def sockets() -> Iterator[Sockets]:
    """Serve the management endpoint on a port of its own."""

    class Posts(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.posted.append((self.path.rpartition("/")[2], FRAMES.validate_json(body)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Posts) as server:
        found = Sockets(f"http://127.0.0.1:{server.server_port}/ws")
        Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()


@pytest.fixture
def world(stacks: list[Stack], sockets: Sockets, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """All stacks' data, with nothing in it yet."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        yield World(stacks, sockets.address, monkeypatch)
