"""Client of the public API that sends the same headers, bodies and cookie as the site's pages."""

import asyncio
import ipaddress
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final

import httpx
from contracts.api import CastVote, RequestTicket, Results, TicketIssued
from contracts.polls import ActivePoll, PublicPoll
from laptop.cookies import to_browser

VOTER_COOKIE: Final = "__Host-voter"
_SET_AS: Final = (VOTER_COOKIE, to_browser(VOTER_COOKIE))
_TIMEOUT: Final = httpx.Timeout(35.0, connect=5.0)
_FIRST_PAUSE_SECONDS: Final = 0.3
_LONGEST_PAUSE_SECONDS: Final = 5.0


class NotLoopback(ValueError):
    """The address is not on this machine; load tests run only against this machine."""


class SiteNotReady(RuntimeError):
    """The site cannot be used for a load test; the message gives the reason."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a request; `status` 0 means that none arrived within the waiting time."""

    status: int
    body: dict[str, Any]
    voter_token: str | None = None
    retry_after: float | None = None
    attempts: int = 1


def loopback_origin(site: str) -> str:
    """Return the origin of a site on this machine, such as `http://localhost:8080`.

    Raises `NotLoopback` for any other host, so that a load test cannot hit a foreign site.
    """
    url = httpx.URL(site)
    try:
        is_loopback = url.host == "localhost" or ipaddress.ip_address(url.host.strip("[]")).is_loopback
    except ValueError:
        is_loopback = False
    if url.scheme not in {"http", "https"} or not is_loopback:
        raise NotLoopback(
            f"{site}: load tests run only against a site on this machine, such as http://localhost:8080"
        )
    port = f":{url.port}" if url.port else ""
    return f"{url.scheme}://{url.host}{port}"


def open_client(origin: str, at_once: int) -> httpx.AsyncClient:
    """Return a client for all voters. It stores no cookies: each voter sends its own voter token."""
    return httpx.AsyncClient(
        base_url=origin,
        timeout=_TIMEOUT,
        limits=httpx.Limits(max_connections=at_once + 8, max_keepalive_connections=at_once + 8),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        trust_env=False,
    )


class Site:
    """The public API of one site. `patience` is the number of seconds to retry a request."""

    def __init__(self, client: httpx.AsyncClient, origin: str, patience: float) -> None:
        self.origin = origin
        self._client = client
        self._patience = patience

    async def find_poll(self, poll_id: str | None) -> PublicPoll:
        """Return this poll, or the active one. Raises `SiteNotReady` if there is no poll or no site."""
        path = f"/polls/{poll_id}" if poll_id else "/polls/active"
        answer = await self._get_once(path)
        if answer.status != httpx.codes.OK:
            raise SiteNotReady(f"{self.origin}{path} answered {_described(answer)}")
        poll = (
            PublicPoll.model_validate(answer.body) if poll_id else ActivePoll.model_validate(answer.body).poll
        )
        if poll is None:
            raise SiteNotReady(f"no poll is open at {self.origin}: open one on the dashboard")
        return poll

    async def results(self, poll_id: str) -> Results:
        """Return the public results. Raises `SiteNotReady` if they are hidden or unavailable."""
        answer = await self._patiently(lambda: self._client.get(f"/results/{poll_id}"))
        if answer.status != httpx.codes.OK:
            raise SiteNotReady(f"the results of {poll_id} cannot be read: {_described(answer)}")
        return Results.model_validate(answer.body)

    async def issue_voter_token(self) -> Answer:
        """Request a voter token, with retries."""
        return await self._patiently(
            lambda: self._client.post("/voter-token", headers=self._page_headers(), json={})
        )

    async def cast(self, vote: CastVote, voter_token: str) -> Answer:
        """Send one vote, and retry it while it is not confirmed."""
        headers = self._page_headers() | {"Cookie": f"{VOTER_COOKIE}={voter_token}"}
        body = vote.model_dump(mode="json")
        return await self._patiently(lambda: self._client.post("/vote", headers=headers, json=body))

    async def ticket(self) -> str:
        """Return a ticket for one WebSocket. Raises `SiteNotReady`."""
        body = RequestTicket().model_dump(mode="json", exclude_none=True)
        answer = await self._patiently(
            lambda: self._client.post("/live/ticket", headers=self._page_headers(), json=body)
        )
        if not httpx.codes.is_success(answer.status):
            raise SiteNotReady(f"no ticket for the WebSocket: {_described(answer)}")
        return TicketIssued.model_validate(answer.body).ticket

    def _page_headers(self) -> dict[str, str]:
        return {"Origin": self.origin, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}

    async def _get_once(self, path: str) -> Answer:
        try:
            return _read(await self._client.get(path), attempts=1)
        except httpx.TransportError as error:
            raise SiteNotReady(f"nothing answers at {self.origin}: start it with ./dev up") from error

    async def _patiently(self, send: Callable[[], Awaitable[httpx.Response]]) -> Answer:
        """Retry until the answer is final: throttled, unconfirmed and failed requests are sent again."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience
        attempts, pause = 0, _FIRST_PAUSE_SECONDS
        while True:
            attempts += 1
            answer = await _attempt(send, attempts)
            if 0 < answer.status < httpx.codes.INTERNAL_SERVER_ERROR and not _asks_to_wait(answer):
                return answer
            wait = max(answer.retry_after or 0.0, pause * random.uniform(0.5, 1.5))  # noqa: S311 (jitter)
            if loop.time() + wait > deadline:
                return answer
            await asyncio.sleep(wait)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)


async def _attempt(send: Callable[[], Awaitable[httpx.Response]], attempts: int) -> Answer:
    try:
        return _read(await send(), attempts)
    except httpx.TransportError:
        return Answer(0, {}, attempts=attempts)


def _asks_to_wait(answer: Answer) -> bool:
    return (
        answer.status == httpx.codes.TOO_MANY_REQUESTS or answer.body.get("type") == "/problems/not-open-yet"
    )


def _read(response: httpx.Response, attempts: int) -> Answer:
    try:
        body = response.json()
    except ValueError:
        body = {}
    after = response.headers.get("Retry-After", "")
    return Answer(
        status=response.status_code,
        body=body if isinstance(body, dict) else {},
        voter_token=_voter_token_in(response.headers.get_list("Set-Cookie")),
        retry_after=float(after) if after.isdecimal() else None,
        attempts=attempts,
    )


def _voter_token_in(set_cookies: list[str]) -> str | None:
    for line in set_cookies:
        try:
            cookie = SimpleCookie(line)
        except CookieError:
            continue
        for name in _SET_AS:
            if name in cookie:
                return cookie[name].value
    return None


def _described(answer: Answer) -> str:
    if not answer.status:
        return "nothing"
    title, detail = answer.body.get("title"), answer.body.get("detail")
    return ": ".join(str(part) for part in (answer.status, title, detail) if part)
