"""Faults by rule, between the functions and the emulator, and between a workflow and the tables it writes.

Why not a proxy such as microburst: a workflow's native `putItem`, the very write that makes a vote, runs
inside the emulator's process and passes no proxy, and neither does the reader of the streams. What a function
meets here is what its SDK meets on AWS: a modelled error, a connection that ends before its answer does.

Only requests signed with a role of the stack are struck; the root's own, such as an audit's, never are.
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

from devstack.emulator.patches.partial_failures import is_stream_batch

CONTROL_PATH: Final = "/_devstack/faults"
_CONNECTIONS: Final = re.compile(r"/@connections/|/%40connections/", re.IGNORECASE)


class Kind(StrEnum):
    """What happens to a call."""

    LOST = "lost"  # done, and the answer never arrives
    RESET = "reset"  # not done, the connection ends
    THROTTLED = "throttled"  # not done, refused as AWS refuses
    SLOW = "slow"  # done `seconds` later
    KILLED = "killed"  # a stream's batch is done, and its reader dies before it notes how far it is


class Rule(BaseModel):
    """Strikes a share of the calls of one operation. `*` is any; the first rule that strikes, does.

    `service` is as in a request's target, lower case (`dynamodb`, `awsstepfunctions`, `amazonsqs`,
    `secretsmanager`), `connections` for posts to sockets, `streams` for the reader of the streams.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str = "*"
    operation: str = "*"
    kind: Kind
    share: float = Field(ge=0, le=1)
    seconds: float = Field(default=0.5, ge=0, le=30)

    def strikes(self, service: str, operation: str, chance: float) -> bool:
        """Tell whether this call is one of the share."""
        matches = self.service in {"*", service} and self.operation in {"*", operation}
        # Whatever strikes anything means calls of functions; a stream's reader only dies when it is meant.
        return matches and (self.service == service or service != "streams") and chance < self.share


RULES: Final[TypeAdapter[tuple[Rule, ...]]] = TypeAdapter(tuple[Rule, ...])


class Faults:
    """The rules in force and what they did, as `service operation kind` and how often."""

    def __init__(self, root_key_id: str) -> None:
        self._root = f"Credential={root_key_id}/".encode()
        self.rules: tuple[Rule, ...] = ()
        self.struck: Counter[str] = Counter()
        self._lock = threading.Lock()

    def draw(self, service: str, operation: str) -> Rule | None:
        """Return the rule that strikes this call, if any, and count it."""
        for rule in self.rules:
            if rule.strikes(service, operation, random.random()):  # noqa: S311 (chance, no secret)
                with self._lock:
                    self.struck[f"{service} {operation} {rule.kind}"] += 1
                return rule
        return None

    async def serve(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Serve one request to the emulator, or what becomes of it."""
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
        """Answer the control path: PUT sets the rules, DELETE ends them, both and GET tell what was struck.

        Raises `ValidationError`.
        """
        if method in {"PUT", "DELETE"}:
            self.rules = RULES.validate_json(body) if method == "PUT" else ()
            if method == "PUT":
                self.struck.clear()
        said = {"rules": RULES.dump_python(self.rules, mode="json"), "struck": dict(self.struck)}
        return 200, {"Content-Type": "application/json"}, json.dumps(said).encode()

    def reach_inside(self) -> None:
        """Let rules for `dynamodb` strike workflows' native calls, and rules for `streams` their reader."""
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
                raise SystemExit  # ends this thread, before it notes how far it has read
            return result

        stepfunctions._invoke_dynamodb = invoke_or_fail
        lambda_svc._execute_function = execute_or_die


def _restart_reader() -> None:
    with lambda_svc._poller_lock:
        lambda_svc._poller_started = False
    # The reader that is about to die must be gone before the next one reads the same position.
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
