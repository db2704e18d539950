"""This service as its template builds it, on an AWS emulated in memory, with sockets on a local port."""

import hmac
import importlib
import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import boto3
import pytest
from aws_lambda_powertools.utilities import parameters
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from contracts.visibility import Scope
from moto import mock_aws
from realtime_service.domain.viewer import Viewer
from realtime_service.store.connections import Connection, Connections
from samtranslator.yaml_helper import yaml_parse

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
SITE = "https://vote.example.com"
TABLE = "web-socket-connections"
QUEUE = "set-aside"
REGION = "eu-central-1"
CREDENTIALS = Credentials("testing", "testing")


class SocketsApi:
    """The management API of a WebSocket API, for posting only: a real server, so that the real client runs.

    Open sockets and what arrived on each. `answers` are given once, in order, before the usual 200.
    """

    def __init__(self, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}/ws"
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Begin anew: every socket is open, nothing has arrived."""
        self.arrived: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.viewers: dict[str, list[int]] = defaultdict(list)
        """How many were told to watch: the one thing that is told besides polls."""
        self.gone: set[str] = set()
        self.answers: dict[str, list[int]] = defaultdict(list)
        self.tries: list[str] = []

    def take(self, connection_id: str, frame: bytes) -> int:
        """Take a post and return the status; 0 breaks the connection without an answer."""
        with self._lock:
            self.tries.append(connection_id)
            if connection_id in self.gone:
                return 410
            if self.answers[connection_id]:
                return self.answers[connection_id].pop(0)
            read = json.loads(frame)
            if isinstance(read, dict) and read.get("type") == "viewers":
                self.viewers[connection_id].append(read["viewers"])
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
class Context:
    """What Powertools wants to know of an invocation."""

    function_name: str = "tot-test-function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:tot-test-function"
    aws_request_id: str = "52fdfc07-2182-154f-163f-5f0f9a621d72"

    def get_remaining_time_in_millis(self) -> int:
        return 300_000


@dataclass(frozen=True)
class Aws:
    """The emulated AWS, and the names of this service's things in it."""

    dynamodb: Any
    sqs: Any
    queue_url: str
    sockets: SocketsApi
    context: Context = field(default_factory=Context)

    @property
    def connections(self) -> Connections:
        return Connections(self.dynamodb, TABLE)

    def items(self) -> list[dict[str, Any]]:
        """Return all items, in the order of their keys."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=TABLE)
        items = [item for page in pages for item in page["Items"]]
        return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))

    def connected(self) -> set[str]:
        return {connection.connection_id for connection in self.connections.everyone(datetime.now(UTC))}

    def messages(self) -> list[dict[str, Any]]:
        """Take up to ten messages off the queue."""
        found = self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages", [])
        for message in found:
            self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in found]


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml_parse(TEMPLATE.read_text())
    return parsed


@pytest.fixture(scope="module")
def stack(template: dict[str, Any], pass_keys: dict[str, str], sockets: SocketsApi) -> Iterator[Aws]:
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        for name in ("AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
            patch.delenv(name, raising=False)
        for name, value in template["Globals"]["Function"]["Environment"]["Variables"].items():
            if isinstance(value, str):
                patch.setenv(name, value)
        dynamodb, sqs, secrets = boto3.client("dynamodb"), boto3.client("sqs"), boto3.client("secretsmanager")
        properties = template["Resources"]["WebSocketConnections"]["Properties"]
        dynamodb.create_table(
            TableName=TABLE,
            BillingMode=properties["BillingMode"],
            AttributeDefinitions=properties["AttributeDefinitions"],
            KeySchema=properties["KeySchema"],
        )
        queue_url = sqs.create_queue(QueueName=QUEUE)["QueueUrl"]
        origin = secrets.create_secret(Name="origin", SecretString='{"current": "edge", "previous": "old"}')
        passes = secrets.create_secret(Name="passes", SecretString=json.dumps(pass_keys))
        patch.setenv("AWS_LAMBDA_FUNCTION_NAME", Context.function_name)
        patch.setenv("SITE_ORIGIN", SITE)
        patch.setenv("CONNECTIONS_TABLE", TABLE)
        patch.setenv("CONNECTIONS_ENDPOINT", sockets.endpoint)
        patch.setenv("SET_ASIDE_QUEUE_URL", queue_url)
        patch.setenv("ORIGIN_SECRET_ARN", origin["ARN"])
        patch.setenv("RESULTS_PASS_SECRET_ARN", passes["ARN"])
        parameters.clear_caches()  # type: ignore[no-untyped-call]
        yield Aws(dynamodb, sqs, queue_url, sockets)
        parameters.clear_caches()  # type: ignore[no-untyped-call]


@pytest.fixture
def aws(stack: Aws) -> Aws:
    """Return the stack without anything in it."""
    for item in stack.items():
        stack.dynamodb.delete_item(TableName=TABLE, Key={"pk": item["pk"], "sk": item["sk"]})
    stack.sqs.create_queue(QueueName=QUEUE)
    stack.messages()
    stack.sockets.forget()
    return stack


@pytest.fixture
def pass_secret(aws: Aws, pass_keys: dict[str, str]) -> Iterator[Callable[[dict[str, str]], None]]:
    """Change the secret of passes and tickets, as if the functions' cache of it had run out."""

    def change(value: dict[str, str]) -> None:
        boto3.client("secretsmanager").put_secret_value(SecretId="passes", SecretString=json.dumps(value))
        parameters.clear_caches()  # type: ignore[no-untyped-call]

    yield change
    change(pass_keys)


@pytest.fixture
def load(aws: Aws) -> Callable[[str], ModuleType]:
    """Import a handler anew, in the environment and with the clients of now."""

    def load_handler(slug: str) -> ModuleType:
        return importlib.reload(importlib.import_module(f"realtime_service.handlers.{slug}"))

    return load_handler


@pytest.fixture
def connected(aws: Aws) -> Callable[..., str]:
    """Let somebody be connected since `ago` in a role; return the connection's id."""

    def add(
        connection_id: str,
        scope: str = "public",
        poll_id: str | None = None,
        ago: timedelta = timedelta(hours=1),
    ) -> str:
        viewer = Viewer(Scope(scope), poll_id)
        aws.connections.add(Connection(connection_id, viewer, datetime.now(UTC) - ago))
        return connection_id

    return add
