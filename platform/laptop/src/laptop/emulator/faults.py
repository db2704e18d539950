"""Fault injection by rule, between the functions and the emulator, and in the workflow's own writes.

A proxy such as microburst would not suffice: a workflow's native `putItem`, the write that records a vote,
runs inside the emulator's process and passes no proxy, and neither does the stream reader. A function sees
the faults that its SDK would see on AWS: a modelled error, or a connection that ends before its answer. Only
requests signed with a role of the stack are affected; requests of the root key, such as a consistency check,
never are.
"""

import asyncio
import json
import random
import re
import threading
import time
from collections import Counter
from enum import StrEnum
from typing import Any, Final

from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope
from ministack import app as ministack
from ministack.services import lambda_svc, stepfunctions
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from laptop.emulator.patches.partial_failures import is_stream_batch

CONTROL_PATH: Final = "/_laptop/faults"
_CONNECTIONS: Final = re.compile(r"/@connections/|/%40connections/", re.IGNORECASE)


class Kind(StrEnum):
    """Kinds of faults."""

    LOST = "lost"  # processed, and the answer never arrives
    RESET = "reset"  # not processed, the connection ends
    THROTTLED = "throttled"  # not processed, rejected as AWS rejects
    SLOW = "slow"  # processed `seconds` later
    KILLED = "killed"  # a stream's batch is processed, and its reader dies before it stores its position


class Rule(BaseModel):
    """A fault rule for a share of the calls of one operation. `*` matches any; the first match applies.

    `service` is the lower-case service of a request's target (`dynamodb`, `awsstepfunctions`, `amazonsqs`,
    `secretsmanager`), `connections` for posts to WebSockets, or `streams` for the stream reader.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str = "*"
    operation: str = "*"
    kind: Kind
    share: float = Field(ge=0, le=1)
    seconds: float = Field(default=0.5, ge=0, le=30)

    def strikes(self, service: str, operation: str, chance: float) -> bool:
        """Return whether the rule strikes this call."""
        matches = self.service in {"*", service} and self.operation in {"*", operation}
        # `*` covers the functions' calls only; the stream reader dies only by a rule for `streams`.
        return matches and (self.service == service or service != "streams") and chance < self.share


RULES: Final[TypeAdapter[tuple[Rule, ...]]] = TypeAdapter(tuple[Rule, ...])


class Faults:
    """The active rules, and the number of injected faults by `service operation kind`."""

    def __init__(self, root_key_id: str) -> None:
        self._root = f"Credential={root_key_id}/".encode()
        self.rules: tuple[Rule, ...] = ()
        self.struck: Counter[str] = Counter()
        self._lock = threading.Lock()

    def draw(self, service: str, operation: str) -> Rule | None:
        """Return the rule that strikes this call, if any, and count the fault."""
        for rule in self.rules:
            if rule.strikes(service, operation, random.random()):  # noqa: S311 (chance, no secret)
                with self._lock:
                    self.struck[f"{service} {operation} {rule.kind}"] += 1
                return rule
        return None

    async def serve(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Serve one request to the emulator, with a fault if a rule strikes it."""
        rule = self.draw(*_call(scope)) if self.rules and self._of_a_role(scope) else None
        if rule is None:
            await ministack.app(scope, receive, send)
            return
        match rule.kind:
            case Kind.SLOW:
                await asyncio.sleep(rule.seconds)
                await ministack.app(scope, receive, send)
            case Kind.THROTTLED:
                await ministack._send_response(send, *_refusal(scope))
            case Kind.LOST:
                await ministack.app(scope, receive, _nowhere)
                await _break_off(send)
            case _:
                await _break_off(send)

    def _of_a_role(self, scope: HTTPScope) -> bool:
        signed = _header(scope, b"authorization")
        return bool(signed) and self._root not in signed

    async def control(self, method: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Serve the control path: PUT sets the rules, DELETE removes them; all return rules and counts.

        Raises `ValidationError`.
        """
        if method in {"PUT", "DELETE"}:
            self.rules = RULES.validate_json(body) if method == "PUT" else ()
            if method == "PUT":
                self.struck.clear()
        said = {"rules": RULES.dump_python(self.rules, mode="json"), "struck": dict(self.struck)}
        return 200, {"Content-Type": "application/json"}, json.dumps(said).encode()

    def install(self) -> None:
        """Patch ministack to apply `dynamodb` rules to workflows and `streams` rules to the stream reader."""
        invoke, execute = stepfunctions._invoke_dynamodb, lambda_svc._execute_function

        def invoke_or_fail(operation: str, call: Any) -> Any:
            rule = self.draw("dynamodb", operation[0].upper() + operation[1:]) if self.rules else None
            if rule is not None and rule.kind is Kind.THROTTLED:
                raise stepfunctions._ExecutionError("DynamoDB.ThrottlingException", "Rate exceeded")
            if rule is not None and rule.kind is Kind.RESET:
                raise stepfunctions._ExecutionError("DynamoDB.SdkClientException", "Connection reset")
            if rule is not None and rule.kind is Kind.SLOW:
                time.sleep(rule.seconds)
            answer = invoke(operation, call)
            if rule is not None and rule.kind is Kind.LOST:
                raise stepfunctions._ExecutionError("DynamoDB.SdkClientException", "Connection reset")
            return answer

        def execute_or_die(function: Any, event: Any, *args: Any, **named: Any) -> Any:
            result = execute(function, event, *args, **named)
            if self.rules and is_stream_batch(event) and self.draw("streams", "Batch"):
                _restart_reader()
                raise SystemExit  # ends this thread before it stores its position
            return result

        stepfunctions._invoke_dynamodb = invoke_or_fail
        lambda_svc._execute_function = execute_or_die


def _restart_reader() -> None:
    with lambda_svc._poller_lock:
        lambda_svc._poller_started = False
    # The dying reader must be gone before the next one reads the same position.
    threading.Timer(0.2, lambda_svc._ensure_poller).start()


def _call(scope: HTTPScope) -> tuple[str, str]:
    if _CONNECTIONS.search(scope["path"]):
        return "connections", "PostToConnection"
    target = _header(scope, b"x-amz-target").decode("latin-1")
    service, _, operation = target.rpartition(".")
    return service.partition("_")[0].lower(), operation


def _header(scope: HTTPScope, wanted: bytes) -> bytes:
    return next((value for name, value in scope["headers"] if name.lower() == wanted), b"")


def _refusal(scope: HTTPScope) -> tuple[int, dict[str, str], bytes]:
    status = 400 if _header(scope, b"x-amz-target") else 429
    body = {"__type": "ThrottlingException", "message": "Rate exceeded"}
    return status, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(body).encode()


async def _nowhere(_message: Any) -> None:
    pass


async def _break_off(send: ASGISendCallable) -> None:
    """End the connection in the middle of an answer."""
    headers = [(b"content-type", b"application/x-amz-json-1.0"), (b"content-length", b"64")]
    await send({"type": "http.response.start", "status": 200, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})
