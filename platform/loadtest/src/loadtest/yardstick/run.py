"""One run of all checks against a poll on this machine."""

import random
from collections.abc import Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from loadtest.crowd.site import loopback_origin
from loadtest.yardstick.adapter import Adapter
from loadtest.yardstick.checks import ANSWER_SECONDS, CHECKS, Poll, Result, run_check, run_close


async def run_yardstick(
    url: str,
    adapter: Adapter,
    voters: int,
    *,
    at_once: int,
    seed: int,
    show: Callable[[Result], None],
    patience: float = 90.0,
    close: bool = False,
) -> list[Result]:
    """Run all checks, each with new voters; `close` closes the poll in a last one.

    Raises `NotLoopback` for a site that is not on this machine.
    """
    loopback_origin(url)
    async with open_http(url, at_once * 8) as http:
        poll = Poll(adapter, http, await adapter.find_poll(http), at_once, random.Random(seed))  # noqa: S311
        results = []
        for name in CHECKS:
            result = await run_check(poll, name, voters, patience)
            results.append(result)
            show(result)
        if close:
            result = await run_close(poll, patience)
            results.append(result)
            show(result)
    return results


def open_http(url: str, connections: int) -> httpx.AsyncClient:
    """Return a client without cookies; each voter sends its own."""
    return httpx.AsyncClient(
        base_url=url.rstrip("/") + "/",
        timeout=httpx.Timeout(ANSWER_SECONDS, connect=10),
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        headers={"Origin": loopback_origin(url)} if "/_aws/" not in url else {},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        trust_env=False,
    )
