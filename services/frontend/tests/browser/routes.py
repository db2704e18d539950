"""Answer a browser page's requests with the services' real handlers, unless a test plans another answer.

Tests plan failures, delays and answers that concern the page alone. Playwright routes the WebSockets; their
messages come from the real handlers. A test may also inject a message or close the sockets.
"""

import json
import re
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from contracts.api import CastVote, Counts, VoteRecorded
from contracts.enums import PollStatus
from contracts.polls import Poll
from contracts.problem import MEDIA_TYPE, Problem, ProblemType
from contracts.realtime import MESSAGES, Message, ResultsMessage
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import BrowserContext, Error, Page, Request, Route, WebSocketRoute
from pydantic import BaseModel
from stacks.resolver import SITE
from testkit.world import Response

from .backend import Backend, Organiser, now

type Answer = Callable[[Route, Request], None]

SERVED: Final = re.compile(
    r"https?://[^/]+/(polls|voter-token|vote|results|live|images|(embed|p)/\w{26}(?=\?|$))\b(?!\.)"
)
"""The addresses that the distribution routes to services; all others are files of the site."""

VOTERS: Final = {"/voter-token", "/voter-token/challenge", "/vote"}
PRESENTER: Final = "/admin/api/presenter/"
_SOCKETS: Final = SITE.replace("https", "wss")
_CONNECTIONS: Final = count(1)


def answer_with(answer: Response) -> Answer:
    headers = dict(answer.headers) | ({"set-cookie": "\n".join(answer.cookies)} if answer.cookies else {})
    return lambda route, _request: route.fulfill(status=answer.status, headers=headers, body=answer.body)


def problem(kind: ProblemType, **more: Any) -> Answer:
    """Return a problem document of the API."""
    body = Problem.of(kind, **more)
    headers = {"content-type": MEDIA_TYPE}
    if body.retry_after is not None:
        headers["retry-after"] = str(body.retry_after)
    return answer_with(Response(body.status, headers, (), body.model_dump_json(exclude_none=True).encode()))


def says(model: BaseModel, status: int = 200) -> Answer:
    """Return a planned answer of a service."""
    return answer_with(
        Response(status, {"content-type": "application/json"}, (), model.model_dump_json().encode())
    )


def bare(status: int) -> Answer:
    """Return a gateway's error, without a problem document."""
    return lambda route, _request: route.fulfill(status=status, json={"message": "Service Unavailable"})


def no_network(route: Route, _request: Request) -> None:
    route.abort("connectionreset")


def lost(api: "Api") -> Answer:
    """Handle the request, but lose its answer."""

    def answer(route: Route, request: Request) -> None:
        api.carry_out(request)
        route.abort("connectionreset")

    return answer


def never(_route: Route, _request: Request) -> None:
    """Never answer."""


def results_of(poll: Poll, a: int, b: int, version: int = 1) -> ResultsMessage:
    """Return a results message to inject; by default its version is old."""
    return ResultsMessage(
        poll_id=poll.poll_id,
        status=PollStatus(poll.status),
        opens_at=poll.opens_at,
        closes_at=poll.closes_at,
        counts=Counts(a=a, b=b),
        total=a + b,
        version=version,
        updated_at=now(),
    )


def body_of(request: Request) -> dict[str, Any]:
    return dict(json.loads(request.post_data or "{}"))


class Api:
    """Public API and WebSocket of one browser page, or of all pages of a browser."""

    def __init__(self, page: Page | BrowserContext, backend: Backend) -> None:
        self.backend = backend
        self.poll_id = ""
        self.codes: list[str] = []
        """Codes for the poll's voters, where a test needs them."""
        self.requests: list[tuple[str, str]] = []
        self.sent: list[CastVote] = []
        self.recorded: list[VoteRecorded] = []
        self.planned: dict[str, deque[Answer]] = {}
        self.sockets: list[WebSocketRoute] = []
        self.pings: list[dict[str, Any]] = []
        self.sockets_work = True
        self.sockets_answer = True
        self.lost_messages: set[str] = set()
        """Types of messages that are dropped."""
        self.unanswered: list[Route] = []
        self._context = page if isinstance(page, BrowserContext) else page.context
        page.route(SERVED, self._dispatch)
        page.route_web_socket(lambda url: "/ws?" in url, self._connect)

    # --- Setup

    def given(self, a: int | None = None, b: int | None = None, **facts: Any) -> Poll:
        """Create the test's current poll; with `a` and `b`, it has that many votes of others."""
        counts = None if a is None or b is None else (a, b)
        poll = self.backend.given(counts, **facts)
        self.poll_id = poll.poll_id
        return poll

    @property
    def poll(self) -> Poll:
        """The test's current poll, in its current state."""
        return self.backend.poll(self.poll_id)

    def count_votes(self, a: int, b: int) -> None:
        """Set the votes of others."""
        self.backend.count(self.poll_id, a, b)

    def close_poll(self, *counts: int) -> None:
        """Close the poll now, after setting the votes of others if `counts` are given."""
        if counts:
            self.backend.count(self.poll_id, *counts)
        self.backend.close(self.poll_id)

    def switch_poll(self, *counts: int, **facts: Any) -> Poll:
        """Close the current poll, if there is one, and open the next one at the same moment."""
        if not self.poll_id:
            return self.given(*counts, **facts)
        poll = self.backend.switch(self.poll_id, (counts[0], counts[1]) if counts else None, **facts)
        self.poll_id = poll.poll_id
        return poll

    def has_voted(self, choice: str) -> None:
        """Vote with a voter token of this browser, without the page's knowledge."""
        name, _, value = self.backend.vote(self.poll_id, choice).partition("=")
        kept: SetCookieParam = {
            "name": name,
            "value": value,
            "url": "https://localhost",
            "httpOnly": True,
            "secure": True,
        }
        self._context.add_cookies([kept])

    def mint_codes(self, number: int) -> list[str]:
        """Create codes of the poll for this browser."""
        return self.backend.codes(self.poll_id, number)

    @property
    def votes(self) -> list[str]:
        """The poll's choices in the vote log, sorted."""
        return sorted(self.backend.votes(self.poll_id))

    @property
    def version(self) -> int:
        """The current version of the poll's results."""
        return self.backend.version(self.poll_id)

    @property
    def receipt(self) -> str:
        """The receipt of the vote that was recorded last."""
        return self.recorded[-1].receipt

    # --- Planned answers and observations

    def plan(self, call: str, *answers: Answer) -> None:
        """Plan the next answers to `call`, such as `POST /vote`; later calls get the real answer."""
        self.planned.setdefault(call, deque()).extend(answers)

    def forever(self, call: str, answer: Answer) -> None:
        """Plan every answer to `call` from now on."""
        self.planned[call] = deque([answer] * 10_000)

    def plant(self, message: Message) -> None:
        """Inject a message into every open socket."""
        for socket in self.sockets:
            socket.send(MESSAGES.dump_json(message).decode())

    def cut_sockets(self) -> None:
        cut, self.sockets = self.sockets, []
        for socket in cut:
            socket.close(code=1001)

    def leave(self) -> None:
        """Abort the requests that still wait for an answer, at the end of the test."""
        for route in self.unanswered:
            with suppress(Error):
                route.abort()

    def count(self, call: str) -> int:
        return sum(f"{method} {path}" == call for method, path in self.requests)

    # --- Routes

    def carry_out(self, request: Request) -> Response:
        """Handle a request with the real services, and record votes and receipts."""
        if request.method == "POST" and urlsplit(request.url).path == "/vote":
            self.sent.append(CastVote.model_validate(body_of(request)))
        answered = self.ask(request)
        if answered.status in {200, 201} and urlsplit(request.url).path == "/vote":
            self.recorded.append(VoteRecorded.model_validate_json(answered.body))
        return answered

    def ask(self, request: Request, organiser: Organiser | None = None, address: str = "") -> Response:
        """Send a page's request on, with the cookies of its browser."""
        parts = urlsplit(address or request.url)
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = dict(request.headers)
        if parts.path in VOTERS or parts.path.startswith(
            PRESENTER
        ):  # these calls carry cookies: take those of the browser
            kept = self._context.cookies(request.url)
            headers["cookie"] = "; ".join(f"{each.get('name')}={each.get('value')}" for each in kept)
        content = request.post_data_buffer
        binary = headers.get("content-type", "").startswith("image/")
        body = content.decode() if content and not binary else content
        return self.backend.request(request.method, address, body, headers, organiser)

    def _dispatch(self, route: Route, request: Request) -> None:
        if not self._note(route, request):
            answered = self.carry_out(request)
            answer_with(_from_here(answered, request.url))(route, request)

    def _note(self, route: Route, request: Request) -> bool:
        """Record a request; return whether a planned answer was sent."""
        call = f"{request.method} {(path := urlsplit(request.url).path)}"
        self.requests.append((request.method, path))
        if not self.planned.get(call):
            return False
        answer = self.planned[call].popleft()
        if answer is never:
            self.unanswered.append(route)
        answer(route, request)
        return True

    def _connect(self, socket: WebSocketRoute) -> None:
        connection = f"connection-{next(_CONNECTIONS)}"
        ticket = parse_qs(urlsplit(socket.url).query)["ticket"][0]

        def hear(text: str) -> None:
            lost = json.loads(text)["type"] in self.lost_messages
            if self.sockets_answer and not lost and socket in self.sockets:
                socket.send(text)

        if not (self.sockets_work and self.backend.connect(connection, ticket, hear)):
            socket.close(code=1011)
            return
        self.sockets.append(socket)
        socket.on_message(lambda message: self._hear(connection, str(message)))
        socket.on_close(lambda _code, _reason: self._closed(connection, socket))

    def _closed(self, connection: str, socket: WebSocketRoute) -> None:
        socket.close()
        self.backend.disconnect(connection)

    def _hear(self, connection: str, message: str) -> None:
        self.pings.append(json.loads(message))
        if self.sockets_answer:
            self.backend.say(connection, json.loads(message))


def _from_here(answered: Response, address: str) -> Response:
    """Replace the site's address in a service's own page with the test server's."""
    if not answered.headers.get("content-type", "").startswith("text/html"):
        return answered
    host = "/".join(address.split("/", 3)[:3])

    def here(text: str) -> str:
        return text.replace(SITE, host).replace(_SOCKETS, host.replace("http", "ws", 1))

    headers = {name: here(value) for name, value in answered.headers.items()}
    return Response(answered.status, headers, (), here(answered.body.decode()).encode())
