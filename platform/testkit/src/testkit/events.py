"""Lambda events and the invocation context, in the format that AWS documents."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, Final
from urllib.parse import parse_qsl

from stacks import resolver

ACCOUNT: Final = resolver.ACCOUNT
REGION: Final = resolver.REGION

type Event = dict[str, Any]


@dataclass(frozen=True)
class LambdaContext:
    """The part of Lambda's context that Powertools and the handlers read."""

    function_name: str = "tot-test-function"
    remaining_ms: int = 300_000
    """Above any function's timeout, so that no deadline passes on a busy machine."""
    aws_request_id: str = "52fdfc07-2182-154f-163f-5f0f9a621d72"
    function_version: str = "live"
    memory_limit_in_mb: int = 512

    @property
    def invoked_function_arn(self) -> str:
        """The function's ARN, with its alias."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function_name}:{self.function_version}"

    def get_remaining_time_in_millis(self) -> int:
        """Return the remaining time of the invocation."""
        return self.remaining_ms


def lambda_context(function_name: str = "tot-test-function", *, remaining_ms: int = 300_000) -> LambdaContext:
    """Return the context of one invocation."""
    return LambdaContext(function_name, remaining_ms)


def http_event(
    method: str,
    path: str,
    body: object = None,
    *,
    headers: Mapping[str, str | None] | None = None,
    cookies: Iterable[str] = (),
    claims: Mapping[str, Any] | None = None,
    route: str | None = None,
    source_ip: str = "192.0.2.1",
) -> Event:
    """Return an HTTP API's event, payload format 2.0.

    `path` may have a query. A `body` of bytes is sent as base64, a string unchanged, any other value as JSON.
    A header of `None` is not sent. `claims` are those of a token that the JWT authorizer has verified.
    """
    path, _, query = path.partition("?")
    context: Event = {
        "accountId": ACCOUNT,
        "apiId": "api",
        "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": source_ip},
        "requestId": "request-1",
        "routeKey": route or f"{method} {path}",
        "stage": "$default",
    }
    if claims is not None:
        context["authorizer"] = {"jwt": {"claims": dict(claims), "scopes": ["polls/admin"]}}
    return {
        "version": "2.0",
        "routeKey": context["routeKey"],
        "rawPath": path,
        "rawQueryString": query,
        "queryStringParameters": dict(parse_qsl(query, keep_blank_values=True)),
        "headers": {name: value for name, value in (headers or {}).items() if value is not None},
        "cookies": list(cookies),
        "requestContext": context,
        "body": _as_sent(body),
        "isBase64Encoded": isinstance(body, bytes),
    }


def websocket_event(
    event_type: str,
    connection_id: str,
    *,
    authorizer: Mapping[str, str] | None = None,
    body: object = None,
) -> Event:
    """Return a WebSocket API's event: `CONNECT`, `DISCONNECT` or `MESSAGE`.

    `authorizer` is the context that the API's authorizer returned when the WebSocket was opened.
    """
    context: Event = {
        "apiId": "api",
        "connectionId": connection_id,
        "eventType": event_type,
        "requestId": "request-1",
        "routeKey": "$default" if event_type == "MESSAGE" else f"${event_type.lower()}",
        "stage": "ws",
    }
    if authorizer is not None:
        context["authorizer"] = dict(authorizer)
    event: Event = {"requestContext": context, "isBase64Encoded": False}
    return event if event_type != "MESSAGE" else event | {"body": _as_sent(body)}


def handshake_event(
    ticket: str | None, headers: Mapping[str, str] | None = None, connection_id: str = "c1"
) -> Event:
    """Return the event of a WebSocket API's REQUEST authorizer."""
    return {
        "type": "REQUEST",
        "methodArn": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:api/ws/$connect",
        "headers": dict(headers or {}),
        "queryStringParameters": None if ticket is None else {"ticket": ticket},
        "requestContext": {
            "eventType": "CONNECT",
            "connectionId": connection_id,
            "requestId": "r1",
            "stage": "ws",
        },
    }


_numbers: Final = count(1)


def stream_record(
    keys: Mapping[str, str],
    image: Mapping[str, Any] | None,
    *,
    name: str = "MODIFY",
    number: int | None = None,
    table: str = "table",
) -> Event:
    """Return a record of a DynamoDB stream of new images.

    `keys` are strings by attribute. `image` has the other attributes in DynamoDB's JSON; `None` gives the
    record of a removal. Without a `number`, sequence numbers grow from call to call.
    """
    number = next(_numbers) if number is None else number
    typed = {key: {"S": value} for key, value in keys.items()}
    change: Event = {
        "ApproximateCreationDateTime": 1_795_456_800.0,
        "Keys": typed,
        "SequenceNumber": f"{number:021d}",
        "SizeBytes": 300,
        "StreamViewType": "NEW_IMAGE",
    }
    if image is not None:
        change["NewImage"] = {**typed, **image}
    return {
        "eventID": f"event-{number}",
        "eventName": "REMOVE" if image is None else name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "eventSourceARN": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}/stream/2026-11-26T00:00:00.000",
        "dynamodb": change,
    }


def stream_event(*records: Event, shard: str | None = None) -> Event:
    """Return one batch of a stream's mapping; with a `shard`, one of a tumbling window."""
    event: Event = {"Records": list(records)}
    if shard is None:
        return event
    return event | {
        "shardId": shard,
        "state": {},
        "window": {"start": "2026-11-23T18:00:00Z", "end": "2026-11-23T18:01:00Z"},
        "isFinalInvokeForWindow": False,
        "isWindowTerminatedEarly": False,
    }


def queue_event(*bodies: object) -> Event:
    """Return one batch of a queue's messages, with ids `message-1` and so on."""
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": f"receipt-{number}",
                "body": _as_sent(body),
                "attributes": {"ApproximateReceiveCount": "1"},
                "eventSource": "aws:sqs",
            }
            for number, body in enumerate(bodies, start=1)
        ]
    }


def _as_sent(body: object) -> str | None:
    match body:
        case None | str():
            return body
        case bytes():
            return base64.b64encode(body).decode()
    return json.dumps(body)
