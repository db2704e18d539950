"""Handlers in their templates' environment, AWS that never answers, and a fake clock without real waits."""

import importlib
import json
import os
import sys
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from time import monotonic
from types import ModuleType, SimpleNamespace
from typing import Any, Final

import boto3
import botocore.endpoint
import chassis.aws
import chassis.secret
import pytest
from aws_lambda_powertools.utilities import parameters
from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError
from botocore.httpsession import URLLib3Session
from chassis.members import PRESENTER_COOKIE
from chassis.operation import PRESENTER, Operation, operation_of
from contracts.ids import new_poll_id
from contracts.key_ring import KeyRing
from contracts.results_pass import mint_results_pass
from PIL import Image
from stacks.catalogue import FUNCTION, Stack, slug_of
from stacks.resolver import Resolver
from vote_service.domain.voter_token import VoterToken, write_voter_token

POLL: Final = new_poll_id()
OPTIONS: Final = {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}
SITE: Final = "https://vote.example.com"
SECRET: Final = {"current": "k1", "k1": "a key of a test, thirty-two bytes long"}
KEYS: Final = KeyRing.read(SECRET)


@dataclass(frozen=True)
class Function:
    """A function of a template."""

    stack: Stack
    logical_id: str

    @property
    def slug(self) -> str:
        return slug_of(self.logical_id)

    @property
    def timeout(self) -> float:
        """Seconds after which Lambda ends the function."""
        return float(self.stack.properties(FUNCTION)[self.logical_id]["Timeout"])

    @property
    def serves_http(self) -> bool:
        """Whether a route of an HTTP API leads to it: integrations of WebSocket APIs have no payload
        format."""
        return any(
            str(integration["IntegrationUri"].get("Ref", "")).startswith(f"{self.logical_id}Alias")
            for integration in self.stack.properties("AWS::ApiGatewayV2::Integration").values()
            if integration.get("PayloadFormatVersion") == "2.0"
        )

    @contextmanager
    def started(self, monkeypatch: pytest.MonkeyPatch) -> Iterator["Started"]:
        """Import the handler with its template's environment, and record the AWS clients that it creates."""
        clients: list[BaseClient] = []
        make: Any = boto3.client

        def noted(*args: Any, **kwargs: Any) -> Any:
            clients.append(make(*args, **kwargs))
            return clients[-1]

        path = f"{self.stack.package}.handlers.{self.slug}"
        with monkeypatch.context() as patch, without_module(path):
            for name in [name for name in os.environ if name.startswith("AWS_")]:
                patch.delenv(name)
            aws = {
                "AWS_LAMBDA_FUNCTION_NAME": self.slug,
                "AWS_DEFAULT_REGION": "eu-west-1",
                "AWS_ACCESS_KEY_ID": "x",
                "AWS_SECRET_ACCESS_KEY": "x",
            }
            given = Resolver().environment(self.slug) | {"SITE_ORIGIN": SITE} | aws
            for name, value in given.items():
                patch.setenv(name, value)
            patch.setattr(boto3, "client", noted)
            yield Started(importlib.import_module(path), clients)


@dataclass(frozen=True)
class Started:
    """An imported handler module and the AWS clients that it created."""

    module: ModuleType
    clients: list[BaseClient]

    @property
    def budgets(self) -> dict[str, Config]:
        """The configuration of each client, or of the package if the handler creates clients later."""
        kept = {
            f"{name}.{constant}": value
            for name, module in sys.modules.items()
            if name.split(".")[0] == self.module.__name__.split(".")[0]
            for constant, value in vars(module).items()
            if isinstance(value, Config)
        }
        # Most handlers create their clients at import; then the package's constants are irrelevant.
        return (
            kept
            if not self.clients
            else {
                f"client of {client.meta.service_model.service_name}, {number}": client.meta.config
                for number, client in enumerate(self.clients)
            }
        )


@contextmanager
def without_module(path: str) -> Iterator[None]:
    """Import a module again within the block, and restore the previous one afterwards."""
    before = sys.modules.pop(path, None)
    try:
        yield
    finally:
        sys.modules.pop(path, None)
        if before is not None:
            sys.modules[path] = before


def functions(stacks: Iterable[Stack]) -> list[Function]:
    """Return every function of every template."""
    return [Function(stack, name) for stack in stacks for name in stack.resources(FUNCTION)]


def http_routes(stacks: Iterable[Stack]) -> set[str]:
    """Return every route of the HTTP APIs, in the format of the functions' resolvers."""
    keys = [
        str(route["RouteKey"])
        for stack in stacks
        for route in stack.properties("AWS::ApiGatewayV2::Route").values()
    ]
    written = (key.replace("{proxy+}", ".*").replace("{", "<").replace("}", ">") for key in keys)
    return {key for key in written if " /" in key}


def longest_call(config: Config) -> float:
    """Return the maximum seconds of one call: all attempts with both timeouts, and the pauses."""
    settings: Any = config
    attempts = settings.retries["total_max_attempts"]
    pauses = sum(min(2.0**number, 20) for number in range(attempts - 1))
    return float(attempts * (settings.connect_timeout + settings.read_timeout) + pauses)


class Clock:
    """A clock that advances only while a call waits for AWS, or during the SDK's pauses."""

    now: float = 1_000.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class RealClock(Clock):
    """The real clock."""

    @property
    def now(self) -> float:  # type: ignore[override]
        return monotonic()


@dataclass
class Hanging:
    """AWS that never answers: each attempt ends by its client's own timeouts."""

    clock: Clock
    answering: frozenset[str]
    calls: list[str] = field(default_factory=list)

    def send(self, session: URLLib3Session, request: Any) -> AWSResponse:
        service = request.url.split("//")[1].split(".")[0]
        if service in self.answering:
            body = json.dumps({"ARN": "arn", "Name": "name", "SecretString": json.dumps(SECRET)}).encode()
            return AWSResponse(request.url, 200, HTTPHeaders(), SimpleNamespace(stream=lambda: [body]))
        self.calls.append(service)
        timeouts: Any = session
        self.clock.now += timeouts._timeout.connect_timeout + timeouts._timeout.read_timeout
        raise ReadTimeoutError(endpoint_url=request.url)

    def sender(self) -> Callable[[URLLib3Session, Any], AWSResponse]:
        """Return a replacement for the method that sends a request."""
        return lambda session, request: self.send(session, request)  # noqa: PLW0108 (a method of the session)

    @classmethod
    @contextmanager
    def put(cls, monkeypatch: pytest.MonkeyPatch, *answering: str) -> Iterator["Hanging"]:
        """Let every call hang, except for those of the services in `answering`."""
        clock = Clock()
        hanging = cls(clock, frozenset(answering))
        with monkeypatch.context() as patch:
            parameters.clear_caches()  # type: ignore[no-untyped-call]
            patch.setattr(URLLib3Session, "send", hanging.sender())
            patch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=clock.sleep))
            patch.setattr(chassis.aws, "monotonic", lambda: clock.now)
            patch.setattr(chassis.secret, "monotonic", lambda: clock.now)
            yield hanging
        parameters.clear_caches()  # type: ignore[no-untyped-call]


def context(function: Function, clock: Clock) -> Any:
    """Return the Lambda context of an invocation that begins now."""
    ends_at = clock.now + function.timeout
    return SimpleNamespace(
        function_name="function",
        memory_limit_in_mb=512,
        invoked_function_arn="arn:aws:lambda:eu-west-1:123456789012:function:function",
        aws_request_id="52fdfc07-2182-154f-163f-5f0f9a621d72",
        get_remaining_time_in_millis=lambda: int((ends_at - clock.now) * 1000),
    )


def events(module: ModuleType, now: Any) -> dict[str, dict[str, Any]]:
    """Return a valid request for each route of an HTTP function, by route."""
    found = {}
    for route in module.app.routes:
        operation: Operation[Any] | None = operation_of(route.func)
        path = route.path.replace("<poll_id>", POLL).replace("<name>", "0" * 64 + ".webp")
        path = path.replace("<member>", "somebody")
        found[f"{route.method} {route.path}"] = _event(route.method, path, operation, now)
    return found


def _event(method: str, path: str, operation: Operation[Any] | None, now: Any) -> dict[str, Any]:
    claims = {"sub": "subject", "username": "owner", "cognito:groups": "[owner]"}
    event: dict[str, Any] = {
        "version": "2.0",
        "rawPath": path,
        "headers": {
            "x-origin-verify": SECRET["current"],
            "cloudfront-viewer-address": "192.0.2.1:443",
            "sec-fetch-site": "same-origin",
            "origin": SITE,
            "content-type": "application/json",
        },
        "requestContext": {
            "stage": "$default",
            "http": {"method": method, "path": path},
            "authorizer": {"jwt": {"claims": claims}},
        },
        "isBase64Encoded": False,
    }
    if operation is not None and operation.cookie:
        event["cookies"] = [f"{operation.cookie}={write_voter_token(VoterToken.new(now), KEYS)}"]
    if path.startswith(PRESENTER):
        event["cookies"] = [f"{PRESENTER_COOKIE}=token"]
    if operation is not None and operation.takes_image:
        picture = BytesIO()
        Image.new("RGB", (8, 8)).save(picture, "PNG")
        event["headers"]["content-type"] = "image/png"
        return event | {"body": b64encode(picture.getvalue()).decode(), "isBase64Encoded": True}
    if operation is None or operation.request_model is None:
        return event
    sample = _samples(now).get(operation.request_model.__name__, {})
    if method in {"GET", "HEAD", "DELETE"}:
        return event | {"queryStringParameters": sample}
    return event | {"body": json.dumps(sample)}


def _samples(now: Any) -> dict[str, dict[str, Any]]:
    """A valid body or query, by request model."""
    return {
        "CastVote": {"poll_id": POLL, "choice": "a"},
        "RequestChallenge": {"poll_id": POLL},
        "MintCodes": {"count": 1},
        "CreatePoll": {"question": "Tea or coffee?", "options": OPTIONS},
        "EditPoll": {"revision": 1, "question": "Coffee or tea?"},
        "MoveEnd": {"closes_at": "2100-01-01T00:00:00Z"},
        "LiveResults": {"results_pass": mint_results_pass(KEYS, POLL, now)},
        "AskExport": {"what": "totals"},
        "InviteMember": {"name": "somebody", "email": "somebody@example.com", "role": "viewer"},
        "ChangeRole": {"role": "viewer"},
    }
