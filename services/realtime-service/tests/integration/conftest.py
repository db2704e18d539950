"""Fixtures: this service as its template builds it, on an AWS emulated in memory, with local sockets."""

import hmac
import importlib
import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from contracts.tally import TallyChanged
from contracts.visibility import Scope
from realtime_service.adapters import sockets as socket_posts
from realtime_service.adapters.broadcast_queue import ORDERS, BroadcastQueue
from realtime_service.adapters.connections import Connection, Connections
from realtime_service.adapters.sockets import Sockets
from realtime_service.domain.batch import Change
from realtime_service.domain.order import Order
from realtime_service.domain.subscriber import Subscriber
from realtime_service.domain.window import BroadcastLimits
from realtime_service.use_cases import broadcast
from realtime_service.use_cases.broadcast import Broadcaster
from realtime_service.use_cases.count_audience import AudienceCounter
from stacks.template import read_template
from testkit import moto_state
from testkit.aws import create_table, emulated_aws, forget_secrets
from testkit.events import ACCOUNT, REGION, LambdaContext, lambda_context

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
SITE = "https://vote.example.com"
TABLE = "tot-test-web-socket-connections"
QUEUE = "tot-test-results-stream-dead-letters"
BROADCASTS = "tot-test-broadcasts"
NOW = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
CREDENTIALS = Credentials("testing", "testing")


class SocketsApi:
    """The management API of a WebSocket API, for posts only: a real server for the real client.

    It records open sockets and the messages to each. `answers` are returned once, in order, before the usual
    200.
    """

    def __init__(self, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}/ws"
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Reset: every socket is open and has no messages."""
        self.arrived: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.audience: dict[str, list[int]] = defaultdict(list)
        """The audience sizes received, per connection; these messages belong to no poll."""
        self.gone: set[str] = set()
        self.answers: dict[str, list[int]] = defaultdict(list)
        self.tries: list[str] = []
        self.never_read: set[str] = set()
        """Sockets whose posts get no answer until `released`."""
        self.released = threading.Event()

    def take(self, connection_id: str, message: bytes) -> int:
        """Accept a post and return the status; 0 closes the connection without a response."""
        with self._lock:
            self.tries.append(connection_id)
            if connection_id in self.gone:
                return 410
        if connection_id in self.never_read:
            self.released.wait(60)
            return 0
        with self._lock:
            if self.answers[connection_id]:
                return self.answers[connection_id].pop(0)
            read = json.loads(message)
            if isinstance(read, dict) and read.get("type") == "audience":
                self.audience[connection_id].append(read["audience"])
            else:
                self.arrived[connection_id].append(read)
            return 200


@pytest.fixture(scope="module")
def sockets() -> Iterator[SocketsApi]:
    """Serve until the module's tests are over."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            prefix, connection_id = "/ws/%40connections/", unquote(self.path.rpartition("/")[2])
            if not self.path.startswith(prefix) or not self._signed(body):
                status = 403
            else:
                status = api.take(connection_id, body)
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _signed(self, body: bytes) -> bool:
            sent = self.headers["Authorization"]
            names = sent.partition("SignedHeaders=")[2].partition(",")[0].split(";")
            headers = {name: self.headers[name] for name in names}
            request = AWSRequest("POST", f"http://{self.headers['Host']}{self.path}", headers, body)
            request.context["timestamp"] = self.headers["X-Amz-Date"]
            signer = SigV4Auth(CREDENTIALS, "execute-api", REGION)
            signed = signer.string_to_sign(request, signer.canonical_request(request))
            return hmac.compare_digest(signer.signature(signed, request), sent.rpartition("Signature=")[2])

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 128
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    api = SocketsApi(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True)
class Aws:
    """The emulated AWS, and the names of this service's resources."""

    dynamodb: Any
    sqs: Any
    queue_url: str
    sockets: SocketsApi
    context: LambdaContext = field(default_factory=lambda_context)

    @property
    def connections(self) -> Connections:
        return Connections(self.dynamodb, TABLE)

    def broadcaster(self, window: timedelta = timedelta(), posts_per_second: int = 1_000_000) -> Broadcaster:
        """Return a broadcaster with a window of that length."""
        queue = BroadcastQueue(self.sqs, self.sqs.get_queue_url(QueueName=BROADCASTS)["QueueUrl"])
        sockets = Sockets(self.sockets.endpoint, boto3.Session())
        return Broadcaster.of(self.dynamodb, TABLE, queue, sockets, BroadcastLimits(window, posts_per_second))

    def ordered(self) -> list[tuple[Order, int]]:
        """Return the orders of broadcasts since the last call, and their delays in seconds."""
        queued = moto_state.take_messages(ACCOUNT, REGION, BROADCASTS)
        return [(ORDERS.validate_json(body), delay) for body, delay in queued]

    def items(self) -> list[dict[str, Any]]:
        """Return all items, in the order of their keys."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=TABLE)
        items = [item for page in pages for item in page["Items"]]
        return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))

    def connected(self) -> set[str]:
        return {connection.connection_id for connection in self.connections.everyone(NOW)}

    def messages(self) -> list[dict[str, Any]]:
        """Receive and delete up to ten messages of the queue."""
        found = self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in found]


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    return read_template(TEMPLATE)


@pytest.fixture(scope="module")
def stack(template: dict[str, Any], pass_keys: dict[str, str], sockets: SocketsApi) -> Iterator[Aws]:
    with emulated_aws() as variables:
        for name, value in template["Globals"]["Function"]["Environment"]["Variables"].items():
            if isinstance(value, str):
                variables.setenv(name, value)
        dynamodb, sqs, secrets = boto3.client("dynamodb"), boto3.client("sqs"), boto3.client("secretsmanager")
        create_table(dynamodb, template["Resources"]["WebSocketConnections"]["Properties"], TABLE)
        queue_url = sqs.create_queue(QueueName=QUEUE)["QueueUrl"]
        origin = secrets.create_secret(Name="origin", SecretString='{"current": "edge", "previous": "old"}')
        passes = secrets.create_secret(Name="passes", SecretString=json.dumps(pass_keys))
        variables.setenv("AWS_LAMBDA_FUNCTION_NAME", lambda_context().function_name)
        variables.setenv("SITE_ORIGIN", SITE)
        variables.setenv("CONNECTIONS_TABLE", TABLE)
        variables.setenv("CONNECTIONS_ENDPOINT", sockets.endpoint)
        variables.setenv("DEAD_LETTER_QUEUE_URL", queue_url)
        variables.setenv("BROADCAST_QUEUE_URL", sqs.create_queue(QueueName=BROADCASTS)["QueueUrl"])
        variables.setenv("BROADCAST_WINDOW_SECONDS", "0")
        variables.setenv("POSTS_PER_SECOND", "1000000")
        variables.setenv("MAX_CONNECTIONS", "3")
        variables.setenv("TICKETS_PER_NETWORK", "3")
        variables.setenv("ORIGIN_SECRET_ARN", origin["ARN"])
        variables.setenv("RESULTS_PASS_SECRET_ARN", passes["ARN"])
        yield Aws(dynamodb, sqs, queue_url, sockets)


@pytest.fixture
def aws(stack: Aws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """Return the empty stack, with a time limit that suffices for posts on a busy machine."""
    monkeypatch.setattr(socket_posts, "POST_SECONDS", 120.0)
    monkeypatch.setattr(broadcast, "ALL_POSTS_SECONDS", 120.0)
    monkeypatch.setattr(socket_posts, "RETRY_PAUSES_SECONDS", (0, 0))
    moto_state.clear(ACCOUNT, REGION)
    for name in (QUEUE, BROADCASTS):
        stack.sqs.create_queue(QueueName=name)
    stack.sockets.forget()
    return stack


@pytest.fixture
def pass_secret(aws: Aws, pass_keys: dict[str, str]) -> Iterator[Callable[[dict[str, str]], None]]:
    """Change the secret of passes and tickets, and clear the functions' cache of it."""

    def change(value: dict[str, str]) -> None:
        boto3.client("secretsmanager").put_secret_value(SecretId="passes", SecretString=json.dumps(value))
        forget_secrets()

    yield change
    change(pass_keys)


@pytest.fixture(scope="module")
def handlers(stack: Aws) -> Callable[[str], ModuleType]:
    """Import a handler once, in the environment of this module's tests."""

    @cache
    def load_handler(slug: str) -> ModuleType:
        return importlib.reload(importlib.import_module(f"realtime_service.handlers.{slug}"))

    return load_handler


class Clock(datetime):
    """A clock fixed at `NOW`."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        return NOW.astimezone(tz)


@pytest.fixture
def load(
    aws: Aws, handlers: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], ModuleType]:
    """Return a handler's module with its clock fixed at `NOW`."""

    def load_handler(slug: str) -> ModuleType:
        module = handlers(slug)
        if hasattr(module, "datetime"):
            monkeypatch.setattr(module, "datetime", Clock)
        return module

    return load_handler


@pytest.fixture
def connected(aws: Aws) -> Callable[..., str]:
    """Store and count a connection since `ago` with a scope; return its id."""

    def add(
        connection_id: str,
        scope: str = "public",
        poll_id: str | None = None,
        ago: timedelta = timedelta(hours=1),
    ) -> str:
        subscriber = Subscriber(Scope(scope), poll_id)
        aws.connections.add(Connection(connection_id, subscriber, NOW - ago))
        counter = AudienceCounter.of(aws.dynamodb, TABLE)
        counter.opened(connection_id, organiser=subscriber.is_organiser)
        return connection_id

    return add


type Happen = Callable[[int, float], None]


@pytest.fixture
def happen(aws: Aws, tally: Callable[..., TallyChanged], poll_id: str) -> Happen:
    """Deliver a change with that version, so many seconds from now; the window is one second."""
    broadcaster = aws.broadcaster(SECOND)

    def deliver(version: int, seconds: float) -> None:
        now = NOW + timedelta(seconds=seconds)
        assert broadcaster.changed([Change(tally(poll_id, version), str(version))], now) == ()

    return deliver


def versions(aws: Aws, connection_id: str = "c1=") -> list[int]:
    """Return the versions of the results that a connection has received."""
    return [message["version"] for message in aws.sockets.arrived[connection_id] if "counts" in message]
