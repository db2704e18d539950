"""All services connected in memory: the real handlers with the tables, queues and streams of their templates.

moto emulates AWS. The World adds the connections: it delivers streams and queues, each through its mapping's
own filter, runs schedules, runs the workflow's tasks with the real handlers, and posts to WebSockets through
a fake server. `platform/testkit/README.md` lists the time of each step.
"""

import asyncio
import base64
import importlib
import inspect
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import RLock
from types import ModuleType
from typing import Any, Final
from urllib.parse import unquote
from uuid import uuid4

import boto3
import pytest
import time_machine
from aws_lambda_powertools.utilities import parameters
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.models import stepfunctions_parser_backends
from privileges.calls import running
from stacks.catalogue import Stack, load_stacks, slug_of
from stacks.reference import target
from stacks.resolver import SITE, Resolver
from stacks.template import Json
from template_lint.rules.event_source_mappings import MAPPING, stream_mappings

from testkit import moto_state
from testkit.aws import create_table, emulated_aws, generated_secret
from testkit.events import (
    ACCOUNT,
    REGION,
    Event,
    handshake_event,
    http_event,
    lambda_context,
    queue_event,
    stream_event,
    websocket_event,
)
from testkit.handler_state import HandlerState
from testkit.routes import http_routes
from testkit.signing_key import SigningKey
from testkit.sockets import Sockets, serve_sockets
from testkit.workflows import run_at_once

OWNER: Final = "[owner]"
# moto starts a thread per execution, and on a busy machine exceeds the workflow's own timeout.
_WORKFLOW_SECONDS: Final = 200


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP API's response. `headers` are in lower case; `cookies` are whole `Set-Cookie` values."""

    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class _Stream:
    slug: str
    mapping: Json
    arn: str
    table: str


@dataclass
class World:
    """All deployed services. `deployed_world` creates one; `reset` empties it in a few milliseconds."""

    resolver: Resolver
    sockets: Sockets
    variables: pytest.MonkeyPatch
    origin_secret: str = ""
    _modules: dict[str, ModuleType] = field(default_factory=dict)
    _states: dict[str, HandlerState] = field(default_factory=dict)
    _clients: dict[str, Any] = field(default_factory=dict)
    _read: dict[str, int] = field(default_factory=dict)
    _turn: RLock = field(default_factory=RLock)
    _clock: Any = None

    def __post_init__(self) -> None:
        """Create tables, queues, buckets, secrets and the user pool."""
        resolver = self.resolver
        dynamodb, sqs, s3 = boto3.client("dynamodb"), boto3.client("sqs"), boto3.client("s3")
        for properties in resolver.resources("AWS::DynamoDB::Table").values():
            create_table(dynamodb, properties)
        for name, properties in resolver.resources("AWS::SQS::Queue").items():
            url = sqs.create_queue(QueueName=properties["QueueName"])["QueueUrl"]
            resolver.made[name] = {"Ref": url}
        for properties in resolver.resources("AWS::S3::Bucket").values():
            where: Any = {"LocationConstraint": REGION}
            s3.create_bucket(Bucket=properties["BucketName"], CreateBucketConfiguration=where)
        secrets = boto3.client("secretsmanager")
        for name, properties in resolver.resources("AWS::SecretsManager::Secret").items():
            value = generated_secret(properties)
            arn = secrets.create_secret(Name=properties["Name"], SecretString=value)["ARN"]
            resolver.made[name] = {"Ref": arn, "Arn": arn, "Id": arn}
            if name == "OriginSecret":
                self.origin_secret = json.loads(value)["current"]
        self._create_pool()
        resolver.made["WebSocketApi"] = {"Ref": "sockets"}
        self._streams = tuple(self._stream_readers())
        self._secrets = moto_state.secrets()
        self._pool = ThreadPoolExecutor(1)
        self._intercept()

    # The deployment

    def environment(self, slug: str) -> dict[str, str]:
        """Return a function's environment variables from its template."""
        found = self.resolver.environment(slug)
        if "CONNECTIONS_ENDPOINT" in found:
            found["CONNECTIONS_ENDPOINT"] = self.sockets.address
            found |= {"BROADCAST_WINDOW_SECONDS": "0", "POSTS_PER_SECOND": "1000000"}  # broadcast at once
        return found

    def client(self, service: str) -> Any:
        """Return a cached client for a test's own calls; creating one takes longer than most calls."""
        if service not in self._clients:
            self._clients[service] = boto3.client(service)  # type: ignore[call-overload]
        return self._clients[service]

    def table(self, logical_id: str) -> str:
        """Return a table's name."""
        return self.resolver.name(logical_id)

    def handler(self, slug: str) -> ModuleType:
        """Return a handler's module, imported with the environment from its template."""
        if slug not in self._modules:
            path = f"{self.resolver.stack_of(slug).package}.handlers.{slug}"
            with pytest.MonkeyPatch.context() as variables:
                for name, value in self.environment(slug).items():
                    variables.setenv(name, value)
                variables.setenv("AWS_LAMBDA_FUNCTION_NAME", f"tot-test-{slug.replace('_', '-')}")
                sys.modules.pop(path, None)
                self._modules[slug] = importlib.import_module(path)
            self._states[slug] = HandlerState.of(self._modules[slug])
        return self._modules[slug]

    def reset(self) -> None:
        """Empty tables, streams, queues, buckets, user pool and caches; restore secrets and the clock."""
        moto_state.clear(ACCOUNT, REGION)
        moto_state.put_back(self._secrets)
        parameters.clear_caches()  # type: ignore[no-untyped-call]
        for state in self._states.values():
            state.put_back()
        self._read.clear()
        self.sockets.clear()
        self.stop_clock()

    def close(self) -> None:
        """Unload the handlers, so that the next import reads its own environment."""
        self.stop_clock()
        self._pool.shutdown()
        for module in self._modules.values():
            sys.modules.pop(module.__name__, None)

    # Time

    def pass_time(self, delta: timedelta) -> None:
        """Move the clock of the whole process, which keeps running. `reset` restores it."""
        if self._clock is None:
            self._traveller = time_machine.travel(datetime.now(UTC), tick=True)
            self._clock = self._traveller.start()
        self._clock.shift(delta)

    def stop_clock(self) -> None:
        """Restore the clock."""
        if self._clock is not None:
            self._traveller.stop()
            self._clock = None

    # Requests

    def invoke(self, slug: str, event: object, *, remaining_ms: int = 300_000) -> Any:
        """Call a handler as Lambda would."""
        handler = self.handler(slug).handler
        context = lambda_context(f"tot-test-{slug.replace('_', '-')}", remaining_ms=remaining_ms)
        with running(slug):
            if asyncio._get_running_loop() is None:
                return handler(event, context)
            # Playwright's event loop runs in this thread; a handler that posts to WebSockets runs its own.
            return self._pool.submit(copy_context().run, handler, event, context).result()

    def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: object = None,
        *,
        organiser: str | Mapping[str, Any] | None = None,
        address: str = "192.0.2.1",
    ) -> Response:
        """Send a request through edge and gateway; the templates' routes choose the function.

        `organiser` is the claims of a valid access token, or the subject of an owner's token.
        """
        known = [route for route in http_routes() if route.matches(method, path.partition("?")[0])]
        if not known:
            return _said_by_the_gateway(404, "Not Found")
        if known[0].needs_token and organiser is None:
            return _said_by_the_gateway(401, "Unauthorized")
        sent: dict[str, str] = {name.lower(): value for name, value in (headers or {}).items()}
        sent |= {"x-origin-verify": self.origin_secret, "cloudfront-viewer-address": f"{address}:46532"}
        cookies = [cookie for cookie in sent.pop("cookie", "").split("; ") if cookie]
        claims = _claims_of(organiser) if known[0].needs_token else None
        route = f"{method} {known[0].path}"
        event = http_event(
            method, path, body, headers=sent, cookies=cookies, claims=claims, route=route, source_ip=address
        )
        return _response(self.invoke(known[0].slug, event))

    def http(
        self,
        slug: str,
        request: str,
        body: object = None,
        *,
        headers: Mapping[str, str | None] | None = None,
        organiser: str | Mapping[str, Any] | None = None,
    ) -> tuple[int, Event, Event]:
        """Send `METHOD /path` to a function as one of our pages, without edge and gateway.

        Returns status, body and the whole response.
        """
        method, _, path = request.partition(" ")
        sent = {
            "x-origin-verify": self.origin_secret, "sec-fetch-site": "same-origin", "origin": SITE,
            "content-type": "application/json", **(headers or {}),
        }  # fmt: skip
        cookie = sent.pop("cookie", None)
        claims = _claims_of(organiser)
        event = http_event(
            method, path, body, headers=sent, cookies=[cookie] if cookie else [], claims=claims, route=request
        )
        answer = self.invoke(slug, event)
        text = answer.get("body") or ""
        return answer["statusCode"], json.loads(text) if text.startswith("{") else {}, answer

    def connect(self, connection_id: str, scope: str = "public", **subscriber: str) -> None:
        """Open a WebSocket; `sockets` records the messages posted to it."""
        event = websocket_event("CONNECT", connection_id, authorizer={"scope": scope, **subscriber})
        assert self.invoke("connect", event)["statusCode"] == 200

    def shake_hands(self, ticket: str | None, connection_id: str) -> bool:
        """Open a WebSocket with a ticket, as our pages do; return whether it opened."""
        headers = {"Origin": SITE, "X-Origin-Verify": self.origin_secret}
        answer = self.invoke("authorize_connection", handshake_event(ticket, headers, connection_id))
        (statement,) = answer["policyDocument"]["Statement"]
        if statement["Effect"] != "Allow":
            return False
        self.connect(connection_id, **answer["context"])
        return True

    def say(self, connection_id: str, message: object, authorizer: Mapping[str, str]) -> None:
        """Route a page's message to a function by its `action`, as the WebSocket API does."""
        known = isinstance(message, dict) and message.get("action") == "ping"
        event = websocket_event("MESSAGE", connection_id, authorizer=authorizer, body=message)
        self.invoke("ping" if known else "reject_message", event)

    # Streams, queues, schedules

    def pump(self, slug: str) -> int:
        """Deliver the new records of a function's stream, with its mapping's filter; return their number."""
        return sum(self._deliver(stream) for stream in self._streams if stream.slug == slug)

    def pump_all(self) -> None:
        """Deliver all streams to all functions until there are no new records."""
        while sum(map(self._deliver, self._streams)):
            pass

    def deliver_again(self) -> None:
        """Reset all stream positions, so that all records are delivered again."""
        self._read.clear()

    def work_off(self, slug: str, *, remaining_ms: int = 60_000) -> int:
        """Deliver the messages of a function's queue, one by one; return the number processed."""
        stack = self.resolver.stack_of(slug)
        (mapping,) = [
            mapping
            for name, mapping in stack.properties(MAPPING).items()
            if name not in stream_mappings(stack) and _function_of(mapping) == slug
        ]
        url = self.resolver.name(target(mapping["EventSourceArn"]) or "")
        sqs, done = self.client("sqs"), 0
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            if not self.invoke(slug, queue_event(message["Body"]), remaining_ms=remaining_ms)[
                "batchItemFailures"
            ]:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                done += 1
        return done

    def fire_schedules(self, *, due: bool = False) -> int:
        """Invoke the targets of all one-time schedules, or only of due ones; return their number."""
        groups = moto_state.schedules(ACCOUNT, REGION)
        fired = [
            schedule
            for schedule in groups
            if not due or _moment_of(schedule.schedule_expression) <= datetime.now(UTC)
        ]
        for schedule in fired:
            moto_state.remove_schedule(ACCOUNT, REGION, schedule)
            name = schedule.target["Arn"].split(":")[6]
            self.invoke(self._slug_by_name[name], json.loads(schedule.target["Input"]))
        return len(fired)

    def _deliver(self, stream: _Stream) -> int:
        items = moto_state.stream_items(ACCOUNT, REGION, stream.table)
        start, self._read[stream.slug] = self._read.get(stream.slug, 0), len(items)
        fresh = [_as_lambda_gets_it(item.record, stream.arn) for item in items[start:]]
        records = [record for record in fresh if _passes(stream.mapping, record)]
        if records:
            windowed = "TumblingWindowInSeconds" in stream.mapping
            event = stream_event(*records, shard="shardId-000000000001" if windowed else None)
            answer = self.invoke(stream.slug, event) or {}
            assert not answer.get("batchItemFailures"), answer
        return len(records)

    def _stream_readers(self) -> Iterator[_Stream]:
        for stack in self.resolver.stacks:
            for mapping in stream_mappings(stack).values():
                arn = self.resolver.text(stack, mapping["EventSourceArn"])
                yield _Stream(_function_of(mapping), mapping, arn, arn.split("/")[1])

    # The workflow, and functions that invoke each other

    def _intercept(self) -> None:
        """Intercept the calls that moto cannot process, for all clients created from now on."""
        events: Any = boto3._get_default_session().events
        events.register("before-call.sfn.StartSyncExecution", self._start_sync)
        events.register("before-call.lambda.Invoke", self._invoke_function)
        self.signing_key = SigningKey()
        self.variables.setattr(lambda_eval_utils, "_invoke_lambda_function", self._run_task)
        run_at_once(self.variables)
        self._slug_by_name = {
            properties["FunctionName"]: slug_of(name)
            for name, properties in self.resolver.resources("AWS::Lambda::Function").items()
            if "FunctionName" in properties
        }

    def _start_sync(self, params: Event, **_: Any) -> tuple[AWSResponse, Event]:
        sent = json.loads(params["body"])
        backend = stepfunctions_parser_backends[ACCOUNT][REGION]
        execution = backend.start_execution(self._workflow(), sent.get("name") or uuid4().hex, sent["input"])
        return _http_200(), dict(execution.to_describe_output())

    def _workflow(self) -> str:
        """Return the state machine's ARN; the first vote creates it, because parsing the ASL is slow."""
        arn, definition = self.resolver.workflow()
        backend = stepfunctions_parser_backends[ACCOUNT][REGION]
        if not backend.state_machines:
            text = json.dumps(definition | {"TimeoutSeconds": _WORKFLOW_SECONDS})
            backend.create_state_machine(
                arn.rpartition(":")[2], text, f"arn:aws:iam::{ACCOUNT}:role/workflow"
            )
        return arn

    def _run_task(self, parameters: Event, **_: Any) -> Event:
        return {"StatusCode": 200, "Payload": self._call(parameters["FunctionName"], parameters["Payload"])}

    def _invoke_function(self, params: Event, **_: Any) -> tuple[AWSResponse, Event]:
        name = unquote(params["url_path"].split("/functions/")[1].split("/")[0])
        answer = json.dumps(self._call(name, params["body"])).encode()
        return _http_200(), {"StatusCode": 200, "Payload": io.BytesIO(answer)}

    def _call(self, function: str, payload: str | bytes) -> Any:
        """Invoke a function from within another invocation, and return its result as Lambda does."""
        name = function.split(":")[6] if ":" in function else function
        slug = self._slug_by_name[name]
        with self._turn, running(slug):
            # Without its decorators, which would flush the metrics of the caller in the same process.
            answer = inspect.unwrap(self.handler(slug).handler)(json.loads(payload), lambda_context(name))
        return json.loads(json.dumps(answer))

    def _create_pool(self) -> None:
        client = boto3.client("cognito-idp")
        for name, properties in self.resolver.resources("AWS::Cognito::UserPool").items():
            settings = {key: properties[key] for key in ("AliasAttributes", "AutoVerifiedAttributes")}
            pool = client.create_user_pool(PoolName=properties["UserPoolName"], **settings)["UserPool"]["Id"]
            self.resolver.made[name] = {"Ref": pool}
        for properties in self.resolver.resources("AWS::Cognito::UserPoolGroup").values():
            client.create_group(UserPoolId=properties["UserPoolId"], GroupName=properties["GroupName"])


@contextmanager
def deployed_world(parts: Iterable[Stack] | None = None) -> Iterator[World]:
    """Deploy all stacks, or those given, to an emulated account, with a WebSocket endpoint on a free port.

    A process can have only one emulated account at a time; `testkit.shared` gives one to each folder's tests.
    """
    with emulated_aws(workflows=True) as variables, serve_sockets() as sockets:
        world = World(Resolver(tuple(parts or load_stacks())), sockets, variables)
        try:
            yield world
        finally:
            world.close()


def _claims_of(organiser: str | Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if isinstance(organiser, str):
        return {"sub": organiser, "username": organiser, "cognito:groups": OWNER}
    return organiser


def _response(answer: Event) -> Response:
    headers = {name.lower(): str(value) for name, value in (answer.get("headers") or {}).items()}
    for name, values in (answer.get("multiValueHeaders") or {}).items():
        headers[name.lower()] = ", ".join(values)
    text = answer.get("body") or ""
    body = base64.b64decode(text) if answer.get("isBase64Encoded") else text.encode()
    return Response(int(answer["statusCode"]), headers, tuple(answer.get("cookies") or ()), body)


def _said_by_the_gateway(status: int, message: str) -> Response:
    return Response(
        status, {"content-type": "application/json"}, (), json.dumps({"message": message}).encode()
    )


def _http_200() -> AWSResponse:
    return AWSResponse("", 200, HTTPHeaders(), None)


def _function_of(mapping: Json) -> str:
    return slug_of((target(mapping["FunctionName"]) or "").removesuffix("Aliaslive"))


def _moment_of(expression: str) -> datetime:
    """Parse a schedule expression such as `at(2026-11-26T18:00:00)`."""
    return datetime.fromisoformat(expression.removeprefix("at(").removesuffix(")")).replace(tzinfo=UTC)


def _as_lambda_gets_it(record: Any, stream: str) -> Event:
    """Return a record in the JSON that Lambda receives, with times in seconds."""
    shown: Event = json.loads(json.dumps(record, default=datetime.timestamp))
    return shown | {"eventSource": "aws:dynamodb", "eventSourceARN": stream}


def _passes(mapping: Event, record: Event) -> bool:
    filters = mapping.get("FilterCriteria", {}).get("Filters", [])
    return not filters or any(_matches(json.loads(each["Pattern"]), record) for each in filters)


def _matches(pattern: Any, value: Any) -> bool:
    """Return whether a value matches an event filter pattern with lists of allowed values as leaves."""
    if isinstance(pattern, list):
        assert all(isinstance(allowed, str) for allowed in pattern), "the World does not support this filter"
        return value in pattern
    return isinstance(value, dict) and all(
        name in value and _matches(part, value[name]) for name, part in pattern.items()
    )
