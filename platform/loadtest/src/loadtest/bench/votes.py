"""Benchmark: voters a second through the running stack, ours and the literal design in turn.

Both designs are called at their APIs' own addresses in the emulator, without the distribution. A voter takes
two requests in both: ours a voter token and the vote, the literal one the browser's preflight request and the
vote. The same number of pages is open on each. A round ends when every page has shown its last vote: a design
that answers votes faster than it counts and shows them only postpones the work, into the other one's round.
"""

import asyncio
import json
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import httpx
from contracts.edge import ORIGIN_VERIFY_HEADER, VIEWER_ADDRESS_HEADER
from devkit.failure import Failure
from laptop.aws import client, outputs
from laptop.baseline import NAME
from laptop.instance import ENVIRONMENT, Instance
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from loadtest.bench.machine_load import cpu_seconds_of, watch_machine
from loadtest.crowd.latency import Percentiles, spread
from loadtest.crowd.listener import listening
from loadtest.crowd.site import Site
from loadtest.yardstick.adapter import Adapter, load_adapter
from loadtest.yardstick.adapters.literal import POLL
from loadtest.yardstick.checks import Poll, Result, run_check
from loadtest.yardstick.run import open_http

__all__ = ("POLL", "double_taps", "measure")

DESIGNS: Final = ("ours", "literal")
MIN_RATIO: Final = 2.0
MAX_SPREAD: Final = 1.5
"""The largest ratio of two rounds, divided by the smallest, that is still one result."""

CROWDS: Final = (500, 600)
SHOWN_WITHIN_SECONDS: Final = 300.0
_LOOK_EVERY_SECONDS: Final = 0.02


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of voters of a round, of concurrent ones, and of rounds."""

    voters: int
    at_once: int
    rounds: int


@dataclass(frozen=True, slots=True)
class Round:
    """One round of voters of one design, and the emulator's and the functions' CPU seconds of a voter."""

    design: str
    voters_a_second: float
    """Until every open page has shown the last vote."""
    answered_a_second: float
    cpu: float
    vote: Percentiles
    errors: int


@dataclass(frozen=True, slots=True)
class AtOnce:
    """So many requests at once from one address; times in milliseconds."""

    name: str
    requests: int
    times: Percentiles
    errors: int


@dataclass(frozen=True, slots=True)
class Votes:
    """The rounds in turn, the crowds at once, and the share of the processors that other programs used."""

    rounds: list[Round]
    crowds: list[AtOnce]
    others: float
    is_quiet: bool

    @property
    def ratios(self) -> list[float]:
        """Our voters a second, divided by those of the literal design's next round."""
        pairs = zip(self.rounds[::2], self.rounds[1::2], strict=True)
        return [ours.voters_a_second / literal.voters_a_second for ours, literal in pairs]

    @property
    def cpu_ratio(self) -> float:
        """CPU seconds of a voter of the literal design, divided by ours: the median of the pairs."""
        pairs = zip(self.rounds[::2], self.rounds[1::2], strict=True)
        return statistics.median(literal.cpu / ours.cpu for ours, literal in pairs)

    @property
    def ratio(self) -> float | None:
        """The median ratio; None if this machine was too busy, or its rounds too different."""
        if not self.is_quiet or max(self.ratios) > MAX_SPREAD * min(self.ratios):
            return None
        return statistics.median(self.ratios)


def measure(
    instance: Instance,
    literal_url: str,
    *,
    voters: int,
    at_once: int,
    rounds: int,
    pages: int,
    crowds: bool,
) -> Votes:
    """Let voters vote through the running stack, the designs in turn."""
    targets = {"ours": _our_gateway(instance), "literal": _Target(literal_url, {}, _literal_socket(instance))}
    pid = instance.pid()
    with watch_machine([pid] if pid else []) as load:
        found, many = asyncio.run(
            _measure(instance, targets, pages, Counts(voters, at_once, rounds), crowds=crowds)
        )
    return Votes(found, many, load.others, load.is_quiet)


@dataclass(frozen=True, slots=True)
class _Target:
    """The address of an API in the emulator, the headers of the distribution, and the WebSocket's address."""

    url: str
    headers: dict[str, str]
    socket: str = ""

    def open(self, connections: int) -> httpx.AsyncClient:
        http = open_http(self.url, connections)
        http.headers.update(self.headers)
        return http


def _our_gateway(instance: Instance) -> _Target:
    stack = outputs(instance, f"tot-{ENVIRONMENT}-platform")
    url = f"{instance.endpoint}/_aws/execute-api/{stack['PublicApiId']}/$default"
    secret = client(instance, "secretsmanager").get_secret_value(SecretId=stack["OriginSecretArn"])
    current: str = json.loads(secret["SecretString"])["current"]
    return _Target(url, {ORIGIN_VERIFY_HEADER: current, VIEWER_ADDRESS_HEADER: "127.0.0.1:46532"})


def _literal_socket(instance: Instance) -> str:
    api = outputs(instance, f"tot-{ENVIRONMENT}-{NAME}")["WebSocketApiId"]
    return f"{instance.endpoint.replace('http', 'ws', 1)}/_aws/execute-api/{api}/ws"


def double_taps(instance: Instance, literal_url: str, voters: int = 20) -> dict[str, Result]:
    """Let voters tap twice in both designs."""

    async def run(design: str, url: str) -> Result:
        adapter = load_adapter(design)
        async with open_http(url, 2 * voters) as http:
            poll = Poll(adapter, http, await adapter.find_poll(http), at_once=8)
            return await run_check(poll, "double taps", voters, patience=90)

    urls = {"ours": instance.site, "literal": literal_url}
    return {design: asyncio.run(run(design, url)) for design, url in urls.items()}


async def _measure(
    instance: Instance,
    targets: dict[str, _Target],
    pages: int,
    counts: Counts,
    *,
    crowds: bool,
) -> tuple[list[Round], list[AtOnce]]:
    found: list[Round] = []
    for number in range(counts.rounds + 1):
        for design, target in targets.items():
            async with _open_pages(instance, design, target, pages) as shown:
                one = await _round(design, target, counts, shown, instance.pid())
            if number:  # the first round starts the functions' processes
                found.append(one)
    many = [each for size in CROWDS for each in await _crowd(targets, size)] if crowds else []
    return found, many


@asynccontextmanager
async def _open_pages(
    instance: Instance, design: str, target: _Target, pages: int
) -> AsyncIterator[Callable[[], int]]:
    """Keep pages open that receive the results of one design; yield the smallest total that one shows."""
    async with AsyncExitStack() as opened:
        if design == "ours":
            http = await opened.enter_async_context(open_http(instance.site, 8))
            site = Site(http, instance.site, patience=60)
            poll = await site.find_poll(None)
            listeners = await opened.enter_async_context(listening(site, poll.poll_id, pages))
            yield lambda: min(one.newest.total if one.newest else 0 for one in listeners)
        else:
            totals = [0] * pages
            for page in range(pages):
                socket = await opened.enter_async_context(connect(target.socket, proxy=None))
                reading = asyncio.create_task(_read(socket, totals, page))
                opened.callback(reading.cancel)
            yield lambda: min(totals)


async def _read(socket: ClientConnection, totals: list[int], page: int) -> None:
    with suppress(WebSocketException):
        async for message in socket:
            totals[page] = sum(map(int, json.loads(message)["counts"].values()))


async def _round(
    design: str, target: _Target, counts: Counts, shown: Callable[[], int], pid: int | None
) -> Round:
    seconds, errors, left = list[float](), Counter[str](), iter(range(counts.voters))
    adapter = _DIRECT if design == "ours" else load_adapter(design)
    async with target.open(counts.at_once) as http:
        poll = await adapter.find_poll(http)
        before = sum((await adapter.counts(http, poll)).values())

        async def work() -> None:
            for _ in left:
                if design == "literal":
                    await http.options("vote")
                voter = await adapter.new_voter(http, poll)
                taken, done = await _timed(adapter, http, poll, voter)
                seconds.append(taken)
                errors["vote"] += not done

        began, used = time.monotonic(), cpu_seconds_of({pid} if pid else ())
        await asyncio.gather(*(work() for _ in range(counts.at_once)))
        answered = time.monotonic() - began
        await _until(lambda: shown() >= before + counts.voters - errors["vote"], design)
        whole, cpu = time.monotonic() - began, cpu_seconds_of({pid} if pid else ()) - used
    return Round(
        design,
        counts.voters / whole,
        counts.voters / answered,
        cpu / counts.voters,
        _percentiles(seconds),
        errors["vote"],
    )


async def _until(is_shown: Callable[[], bool], design: str) -> None:
    """Wait until every page shows the last vote. Raises `Failure` after five minutes."""
    try:
        async with asyncio.timeout(SHOWN_WITHIN_SECONDS):
            while not is_shown():  # noqa: ASYNC110 (pages have no event of their own)
                await asyncio.sleep(_LOOK_EVERY_SECONDS)
    except TimeoutError:
        raise Failure(f"The open pages of {design} do not show all votes.", "See ./dev status.") from None


async def _new_voter(http: httpx.AsyncClient, _poll: str) -> str:
    # Without the header Origin: the emulator's own port answers no page.
    answer = await http.post("voter-token", headers={"Sec-Fetch-Site": "same-origin"}, json={})
    return answer.raise_for_status().headers["set-cookie"].partition(";")[0].partition("=")[2]


async def _active_poll(http: httpx.AsyncClient) -> str:
    return str((await http.get("polls/active")).raise_for_status().json()["poll"]["poll_id"])


_OURS: Final = load_adapter("ours")
_DIRECT: Final = Adapter(_active_poll, _new_voter, _OURS.vote, _OURS.counts)


async def _crowd(targets: dict[str, _Target], size: int) -> list[AtOnce]:
    """Send so many votes at once, and so many requests to a function that does nothing."""
    adapter = _DIRECT
    async with targets["ours"].open(size) as http:
        poll = await adapter.find_poll(http)
        room = asyncio.Semaphore(8)

        async def issued() -> Any:
            async with room:
                return await adapter.new_voter(http, poll)

        everyone = await asyncio.gather(*(issued() for _ in range(size)))
        votes = await asyncio.gather(*(_timed(adapter, http, poll, voter) for voter in everyone))
    async with targets["literal"].open(size) as http:
        empty = await asyncio.gather(*(_timed_empty(http) for _ in range(size)))
    return [_at_once("votes", votes), _at_once("empty function", empty)]


async def _timed(adapter: Adapter, http: httpx.AsyncClient, poll: str, voter: Any) -> tuple[float, bool]:
    began = time.monotonic()
    try:
        done = await adapter.vote(http, poll, voter, "a") is True
    except httpx.TransportError:
        done = False
    return time.monotonic() - began, done


async def _timed_empty(http: httpx.AsyncClient) -> tuple[float, bool]:
    began = time.monotonic()
    try:
        done = (await http.options("vote")).is_success
    except httpx.TransportError:
        done = False
    return time.monotonic() - began, done


def _at_once(name: str, answers: list[tuple[float, bool]]) -> AtOnce:
    seconds = [taken for taken, _ in answers]
    return AtOnce(name, len(answers), _percentiles(seconds), sum(not done for _, done in answers))


def _percentiles(seconds: list[float]) -> Percentiles:
    found = spread(seconds)
    if found is None:
        raise ValueError("no vote was sent")
    return found
