"""Warm-up: calls every function on a vote's path until each has answered; records no vote.

A function's first call starts a process and imports its libraries, half a second of a core each. On a busy
machine some first calls time out and return 5xx, so each call is retried with exponential backoff and jitter,
until a deadline that scales with the machine's speed. Requests call the functions behind HTTP; the workflow
is started for a poll that does not exist; an empty batch calls the stream readers.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from botocore.exceptions import BotoCoreError, ClientError
from devkit.failure import Failure
from devkit.progress import Progress, Step
from devkit.time_limits import Allowance
from tenacity import RetryCallState, RetryError, Retrying, retry_if_exception_type, wait_random_exponential
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.typing import Origin

from laptop import function_logs
from laptop.aws import client, resources
from laptop.instance import ENVIRONMENT, Instance
from laptop.seed import sign_in
from laptop.seed.organiser import Organiser

NO_SUCH_POLL: Final = "0" * 26
REQUEST_SECONDS: Final = 60
WARM_UP_SECONDS: Final = 180.0
FIRST_PAUSE_SECONDS: Final = 0.2
MAX_PAUSE_SECONDS: Final = 5.0
# The emulator's error types for a process that did not reach the handler.
_NOT_STARTED: Final = ("Sandbox.Timedout", "Runtime.ExitError", "Runtime.ImportModuleError")


class NotYet(Exception):
    """A function has not answered yet; the message is its failure."""


@dataclass(frozen=True)
class Call:
    """One way to call a function; `make` returns once the function has answered, and raises otherwise."""

    function: str
    make: Callable[[], None]


@dataclass
class WarmUp:
    """Calls the functions in parallel, each until it answers, and reports the missing ones."""

    calls: list[Call]
    deadline: Allowance
    report: Callable[[str], None] = lambda _: None
    sleep: Callable[[float], None] = time.sleep
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> dict[str, str]:
        """Return the functions without an answer at the deadline, each with its last failure."""
        missing = dict.fromkeys((call.function for call in self.calls), "")

        def answered(call: Call) -> None:
            try:
                self._until_answered(call, missing)
            except RetryError:
                return
            with self._lock:
                missing.pop(call.function)
                self._report(missing)

        self._report(missing)
        # More parallel processes would only wait for the processors.
        with ThreadPoolExecutor(max(4, 2 * (os.cpu_count() or 1))) as pool:
            list(pool.map(answered, self.calls))
        return missing

    def _until_answered(self, call: Call, missing: dict[str, str]) -> None:
        def note(state: RetryCallState) -> None:
            with self._lock:
                missing[call.function] = str(state.outcome.exception() if state.outcome else "")

        for attempt in Retrying(
            retry=retry_if_exception_type(NotYet),
            wait=wait_random_exponential(multiplier=FIRST_PAUSE_SECONDS, max=MAX_PAUSE_SECONDS),
            stop=lambda _: self.deadline.passed(),
            after=note,
            sleep=self.sleep,
        ):
            with attempt:
                _attempt(call)

    def _report(self, missing: dict[str, str]) -> None:
        total = len(self.calls)
        line = f"{total - len(missing)} of {total} functions answered"
        self.report(line + (f"; missing: {', '.join(missing)}" if missing else ""))


def warm_up(instance: Instance, organiser: Organiser, progress: Progress, step: Step) -> None:
    """Return once each function on the vote's path has answered.

    Raises:
        Failure: a function has not answered at the deadline; with its name and its last log lines.
    """
    deadline = Allowance(WARM_UP_SECONDS)
    calls = [*functions_of_a_vote(instance, organiser), *stream_readers(instance)]
    missing = WarmUp(calls, deadline, lambda line: progress.note(step, line)).run()
    if missing:
        raise Failure(
            f"No answer within {deadline.elapsed():.0f} s from {', '.join(missing)}.",
            "\n\n".join(_described(instance, name, failure) for name, failure in missing.items()),
        )


def functions_of_a_vote(instance: Instance, organiser: Organiser) -> Iterable[Call]:
    """Yield a call for each function between a poll's draft and a page that shows its results."""
    pages = {
        "publish-site": ("GET", "/"),
        "get-active-poll": ("GET", "/polls/active"),
        "get-public-poll": ("GET", f"/polls/{NO_SUCH_POLL}"),
        "get-results": ("GET", f"/results/{NO_SUCH_POLL}"),
        "issue-voter-token": ("POST", "/voter-token"),
        "issue-ticket": ("POST", "/live/ticket"),
    }
    for function, (method, path) in pages.items():
        yield Call(function, lambda method=method, path=path: _page(instance, method, path))  # type: ignore[misc]
    yield Call("vote-wrapper", lambda: _vote(instance))
    yield Call("validate-vote", lambda: _workflow(instance))
    # The WebSocket's three functions answer in sequence, so one call covers all of them.
    yield Call("authorize-connection, connect, ping", lambda: _socket(instance))
    drafts = {"create-poll": "/admin/api/polls", "open-poll": f"/admin/api/polls/{NO_SUCH_POLL}/open"}
    for function, path in drafts.items():
        yield Call(function, lambda path=path: _as_organiser(instance, organiser, path))  # type: ignore[misc]


def stream_readers(instance: Instance) -> Iterable[Call]:
    """Yield a call for each function that reads a stream or a queue."""
    pages = client(instance, "lambda").get_paginator("list_event_source_mappings").paginate()
    arns = [mapping["FunctionArn"] for page in pages for mapping in page["EventSourceMappings"]]
    for name in sorted({arn.split(":function:")[1] for arn in arns}):
        short = name.removeprefix(f"tot-{ENVIRONMENT}-")
        yield Call(short, lambda name=name: _empty_batch(instance, name))  # type: ignore[misc]


def _attempt(call: Call) -> None:
    try:
        call.make()
    except (OSError, httpx.TransportError, WebSocketException, ClientError, BotoCoreError, Failure) as error:
        raise NotYet(f"{type(error).__name__}: {error}") from error


def _browser(instance: Instance, **headers: str) -> httpx.Client:
    same_site = {"Sec-Fetch-Site": "same-origin", "Origin": instance.site}
    return httpx.Client(
        base_url=instance.site, headers=same_site | headers, timeout=REQUEST_SECONDS, trust_env=False
    )


def _page(instance: Instance, method: str, path: str) -> None:
    with _browser(instance) as browser:
        _answered(browser.request(method, path, json=None if method == "GET" else {}))


def _vote(instance: Instance) -> None:
    with _browser(instance) as browser:
        voter_token = _answered(browser.post("/voter-token", json={}))
        # The cookie is Secure; httpx would not send it back over http, a browser does on localhost.
        cookie = voter_token.headers.get("set-cookie", "").split(";")[0]
        vote = {"poll_id": NO_SUCH_POLL, "choice": "a"}
        _answered(browser.post("/vote", json=vote, headers={"Cookie": cookie}))


def _workflow(instance: Instance) -> None:
    # The function before it rejects an unknown poll, so the workflow is started directly, as root.
    vote = {
        "poll_id": NO_SUCH_POLL,
        "choice": "a",
        "bucket": 0,
        "voter_key": "A" * 43,
        "voter_token": "A" * 43,
    }
    question = json.dumps(vote | {"receipt": "0000-0000-0000-0000", "policy": "device", "entitled": True})
    stack = f"tot-{ENVIRONMENT}-vote-service"
    for resource in resources(instance, stack, "AWS::StepFunctions::StateMachine"):
        done = client(instance, "stepfunctions").start_sync_execution(
            stateMachineArn=resource["PhysicalResourceId"], input=question
        )
        if done["status"] != "SUCCEEDED":
            raise NotYet(f"the workflow {done['status']}: {done.get('error')}: {done.get('cause')}")


def _socket(instance: Instance) -> None:
    with _browser(instance) as browser:
        ticket = _answered(browser.post("/live/ticket", json={})).json().get("ticket", "")
    address, origin = f"{instance.websocket}?ticket={ticket}", Origin(instance.site)
    with connect(address, origin=origin, open_timeout=REQUEST_SECONDS, proxy=None) as socket:
        socket.send('{"action": "ping"}')
        socket.recv(timeout=REQUEST_SECONDS)


def _as_organiser(instance: Instance, organiser: Organiser, path: str) -> None:
    # An empty body is not a valid poll, and the poll to open does not exist: nothing is written.
    token = sign_in.access_token(instance, organiser)
    with _browser(instance, Authorization=f"Bearer {token}") as browser:
        _answered(browser.post(path, json={}))


def _empty_batch(instance: Instance, function: str) -> None:
    done = client(instance, "lambda").invoke(FunctionName=function, Payload=b'{"Records": []}')
    said: Any = json.loads(done["Payload"].read() or b"null")
    # A function that rejects the empty batch has started, which is sufficient.
    if done.get("FunctionError") and isinstance(said, dict) and said.get("errorType") in _NOT_STARTED:
        raise NotYet(f"{said['errorType']}: {said.get('errorMessage')}")


def _answered(answer: httpx.Response) -> httpx.Response:
    if answer.is_server_error:
        raise NotYet(f"{answer.request.url.path} answered {answer.status_code}: {answer.text[:300]}")
    return answer


def _described(instance: Instance, call: str, failure: str) -> str:
    lines = [f"{call}: {failure}"]
    for function in call.split(", "):
        try:
            logged = function_logs.tail(instance, function)
        except (ClientError, BotoCoreError) as error:
            logged = f"its log cannot be read: {error}"
        lines.append(f"Last lines of {function} (all of them: ./dev logs {function}):\n{logged}")
    return "\n".join(lines)
