"""CPU of each handler per event: recorded invocations, run again with the responses of their AWS calls.

The events are those of `test_repeated_requests`, which has a request of every route that writes, of the
streams that follow from them, and of one request of every other route.
"""

import ctypes
import io
import json
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from botocore.client import BaseClient
from stacks.catalogue import FUNCTION, load_stacks, slug_of
from testkit.events import websocket_event
from testkit.routes import http_routes
from testkit.world import World, deployed_world

from tests.contract.effects import FROM_OUR_PAGE, OWNER, add_owner
from tests.contract.test_repeated_requests import CASES, KEY, Poll

ROUNDS: Final = 50
ERROR: Final = 400
_SET_PTRACER: Final = 0x59616D61
_ANY_PROCESS: Final = ctypes.c_ulong(-1)


@dataclass(frozen=True, slots=True)
class Invocation:
    """An event of a function, and the responses of its AWS calls by operation."""

    slug: str
    event: Any
    calls: defaultdict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))


class Recorder:
    """Records the first successful invocation of each function."""

    def __init__(self, world: World, patched: pytest.MonkeyPatch) -> None:
        self.world = world
        self.found: dict[str, Invocation] = {}
        self._running: list[Invocation] = []
        self._replayed: defaultdict[str, Iterator[Any]] | None = None
        base: Any = BaseClient
        self._call = base._make_api_call
        self._invoke, self._nested = world.invoke, world._call
        patched.setattr(base, "_make_api_call", lambda client, *args: self._answer(client, *args))  # noqa: PLW0108 (a function, to bind)
        patched.setattr(world, "invoke", self.invoke)
        patched.setattr(world, "_call", self._call_nested)

    def invoke(self, slug: str, event: Any, **more: Any) -> Any:
        """Invoke a function, and remember the invocation."""
        with self._recorded(slug, event):
            return self._kept(self._invoke(slug, event, **more))

    def cpu_of(self, slug: str) -> float:
        """Return the median processor seconds of the recorded invocation, whose AWS calls return at once."""
        _first, *times = [self.run_again(slug) for _ in range(ROUNDS + 1)]
        return statistics.median(times)

    def run_again(self, slug: str) -> float:
        """Run a recorded invocation again; return its thread's processor seconds."""
        recorded = self.found[slug]
        calls, event = deepcopy(recorded.calls), deepcopy(recorded.event)
        self._replayed = defaultdict(
            lambda: iter(()), {name: _endless(given) for name, given in calls.items()}
        )
        try:
            began = time.thread_time()
            self._invoke(slug, event)
            return time.thread_time() - began
        finally:
            self._replayed = None

    def _call_nested(self, function: str, payload: str | bytes) -> Any:
        slug = self.world._slug_by_name[_name_in(function)]
        with self._recorded(slug, json.loads(payload)):
            return self._kept(self._nested(function, payload))

    @contextmanager
    def _recorded(self, slug: str, event: Any) -> Iterator[None]:
        self._running.append(Invocation(slug, deepcopy(event)))
        try:
            yield
        finally:
            self._running.pop()

    def _kept(self, answer: Any) -> Any:
        status = answer.get("statusCode", 200) if isinstance(answer, dict) else 200
        if status < ERROR:
            self.found.setdefault(self._running[-1].slug, self._running[-1])
        return answer

    def _answer(self, client: BaseClient, operation: str, parameters: Any) -> Any:
        if self._replayed is not None:
            return next(self._replayed[operation])
        answer = self._call(client, operation, parameters)
        if self._running:
            for name in ("Body", "Payload"):
                if hasattr(answer.get(name), "read"):
                    answer[name] = io.BytesIO(answer[name].read())
            self._running[-1].calls[operation].append(deepcopy(answer))
        return answer


def _name_in(function: str) -> str:
    """Return the name of a function that is called by its name or its ARN."""
    return function.split(":")[6] if function.startswith("arn:") else function


def _endless(given: list[Any]) -> Iterator[Any]:
    """Yield the responses in order, and the last one for further calls."""
    yield from given
    while True:
        yield given[-1]


@contextmanager
def recorder() -> Iterator[Recorder]:
    """Deploy all services, with a recorder."""
    with pytest.MonkeyPatch.context() as patched, deployed_world() as world:
        yield Recorder(world, patched)


def measure() -> dict[str, Any]:
    """Measure every function that the events reach, the slowest first; name those that none reaches."""
    seconds: dict[str, float] = {}
    with recorder() as found:
        for _ in _record(found):
            for slug in found.found.keys() - seconds.keys():
                seconds[slug] = found.cpu_of(slug)
    slugs = {slug_of(name) for stack in load_stacks() for name in stack.properties(FUNCTION)}
    ordered = sorted(seconds.items(), key=lambda one: -one[1])
    return {
        "seconds": {slug: round(taken, 6) for slug, taken in ordered},
        "not_measured": sorted(slugs - seconds.keys()),
    }


def repeat(slug: str, seconds: float, ready: Callable[[], None]) -> None:
    """Run one function's invocation again and again, for a profiler; `ready` is called before."""
    with recorder() as found:
        for _ in _record(found):
            if slug in found.found:
                break
        # Linux otherwise permits only a process's parents to profile it.
        ctypes.CDLL(None).prctl(_SET_PTRACER, _ANY_PROCESS, 0, 0, 0)
        ready()
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            found.run_again(slug)


def _record(found: Recorder) -> Iterator[None]:
    """Record invocations, and pause after each part, while its clock is set."""
    for prepare in (*_writes(), _reads, _sockets, _operators):
        found.world.reset()
        add_owner(found.world)
        prepare(found.world)
        found.world.pump_all()
        yield


def _writes() -> Iterator[Any]:
    for route, make in CASES.values():

        def send(world: World, route: str = route, make: Any = make) -> None:
            request = make(world)
            world.pump_all()
            sent = FROM_OUR_PAGE | {"idempotency-key": KEY, "content-type": request.content_type}
            sent |= {"cookie": request.cookie} if request.cookie else {}
            world.request(route.partition(" ")[0], request.path, sent, request.body, organiser=OWNER)

        yield send


def _reads(world: World) -> None:
    poll = Poll(world).open()
    for route in http_routes():
        if route.method in {"GET", "OPTIONS"}:
            path = route.path.replace("{poll_id}", poll.poll_id)
            world.request(route.method, path, FROM_OUR_PAGE, organiser=OWNER)


def _sockets(world: World) -> None:
    Poll(world).open()
    ticket = world.request("POST", "/live/ticket", FROM_OUR_PAGE, {}).json["ticket"]
    assert world.shake_hands(ticket, "page")
    world.say("page", {"action": "ping"}, {"scope": "public"})
    world.say("page", {"action": "unknown"}, {"scope": "public"})
    world.invoke("disconnect", websocket_event("DISCONNECT", "page", authorizer={"scope": "public"}))


def _operators(world: World) -> None:
    poll = Poll(world).closed()
    for slug in ("redrive", "rebuild"):
        world.invoke(slug, {"poll_id": poll.poll_id, "asked_by": "ada"})
    for slug in ("read_vote_log", "read_receipt_hashes"):
        world.invoke(slug, {"poll_id": poll.poll_id})
