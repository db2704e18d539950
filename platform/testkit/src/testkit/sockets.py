"""A fake of the WebSocket API's management endpoint that records each posted message."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote

from contracts.realtime import MESSAGES, Message


@dataclass
class Sockets:
    """The posted messages by connection, and the connections that are gone."""

    address: str
    posted: list[tuple[str, Message]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    """A post to one of these returns 410."""
    on_post: Callable[[str, bytes], None] | None = None
    """Called with each message, in the server's thread."""

    def messages(self, connection_id: str) -> list[Message]:
        """Return the messages of one connection, in order, validated by their contract."""
        return [message for connection, message in self.posted if connection == connection_id]

    def clear(self) -> None:
        """Delete all messages."""
        self.posted.clear()
        self.gone.clear()
        self.on_post = None


@contextmanager
def serve_sockets() -> Iterator[Sockets]:
    """Serve the management endpoint on a free port of the loopback interface."""

    class Posts(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            connection = unquote(self.path.rpartition("/")[2])
            if connection in found.gone:
                self._answer(410)
                return
            found.posted.append((connection, MESSAGES.validate_json(body)))
            if found.on_post is not None:
                found.on_post(connection, body)
            self._answer(200)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Log nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 128
        daemon_threads = True

    with Server(("127.0.0.1", 0), Posts) as server:
        found = Sockets(f"http://127.0.0.1:{server.server_port}/ws")
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()
