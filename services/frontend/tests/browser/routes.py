"""What a browser page asks for, answered by the services' real handlers, unless a test has planned otherwise.

Planned are failures, delays, and answers of which a test is about the page alone. WebSockets are
Playwright's; what is sent on them comes from the real handlers, and a test may plant a frame or close them.
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
from contracts.ids import PollStatus
from contracts.polls import PollV4
from contracts.problem import MEDIA_TYPE, Problem, ProblemType
from contracts.realtime import FRAMES, Frame, ResultsFrame
from playwright._impl._api_structures import SetCookieParam
from playwright.sync_api import BrowserContext, Error, Page, Request, Route, WebSocketRoute
from pydantic import BaseModel
from testkit.templates import SITE
from testkit.world import Response

from .backend import Backend, Organiser, now

type Answer = Callable[[Route, Request], None]

SERVED: Final = re.compile(
    r"https?://[^/]+/(polls|voter_token|vote|results|live|images|(embed|p)/\w{26}(?=\?|$))\b(?!\.)"
)
"""The addresses that the distribution gives to services; everything else is a file of the site."""

VOTERS: Final = {"/voter-token", "/voter-token/challenge", "/vote"}
_SOCKETS: Final = SITE.replace("https", "wss")
_CONNECTIONS: Final = count(1)


def answer_with(answer: Response) -> Answer:
    headers = dict(answer.headers) | ({"set-cookie": "\n".join(answer.cookies)} if answer.cookies else {})
    return lambda route, _request: route.fulfill(status=answer.status, headers=headers, body=answer.body)


def problem(kind: ProblemType, **more: Any) -> Answer:
    """One of our own errors."""
    body = Problem.of(kind, **more)
    headers = {"content-type": MEDIA_TYPE}
    if body.retry_after is not None:
        headers["retry-after"] = str(body.retry_after)
    return answer_with(Response(body.status, headers, (), body.model_dump_json(exclude_none=True).encode()))


def says(model: BaseModel, status: int = 200) -> Answer:
    """What a service would say, had it come to that."""
    return answer_with(
        Response(status, {"content-type": "application/json"}, (), model.model_dump_json().encode())
    )


def bare(status: int) -> Answer:
    """A gateway's error: no body worth reading."""
    return lambda route, _request: route.fulfill(status=status, json={"message": "Service Unavailable"})


def no_network(route: Route, _request: Request) -> None:
    route.abort("connectionreset")


def lost(api: "Api") -> Answer:
    """The request arrives and is carried out, its answer does not."""

    def answer(route: Route, request: Request) -> None:
        api.carry_out(request)
        route.abort("connectionreset")

    return answer


def never(_route: Route, _request: Request) -> None:
    """No answer at all, for as long as anybody looks."""


def results_of(poll: PollV4, a: int, b: int, version: int = 1) -> ResultsFrame:
    """A frame to plant: with no more said, one of long ago."""
    return ResultsFrame(
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
        """What voters of the poll are given, where a test needs it."""
        self.requests: list[tuple[str, str]] = []
        self.sent: list[CastVote] = []
        self.recorded: list[VoteRecorded] = []
        self.planned: dict[str, deque[Answer]] = {}
        self.sockets: list[WebSocketRoute] = []
        self.pings: list[dict[str, Any]] = []
        self.sockets_work = True
        self.sockets_answer = True
        self.lost_frames: set[str] = set()
        """The types of frames that never arrive."""
        self.unanswered: list[Route] = []
        self._context = page if isinstance(page, BrowserContext) else page.context
        page.route(SERVED, self._dispatch)
        page.route_web_socket(lambda url: "/ws?" in url, self._connect)

    # --- the scene

    def given(self, a: int | None = None, b: int | None = None, **facts: Any) -> PollV4:
        """Make a poll; with so many votes of others, if said. It is the one that the test is about now."""
        counts = None if a is None or b is None else (a, b)
        poll = self.backend.given(counts, **facts)
        self.poll_id = poll.poll_id
        return poll

    @property
    def poll(self) -> PollV4:
        """The poll that the test is about, as it is now."""
        return self.backend.poll(self.poll_id)

    def count_votes(self, a: int, b: int) -> None:
        """Let so many others have voted by now."""
        self.backend.count(self.poll_id, a, b)

    def close_poll(self, *counts: int) -> None:
        """End the poll this moment, after so many votes of others, if said."""
        if counts:
            self.backend.count(self.poll_id, *counts)
        self.backend.close(self.poll_id)

    def switch_poll(self, *counts: int, **facts: Any) -> PollV4:
        """End the poll, if there is one, and open the next one, both this moment."""
        if not self.poll_id:
            return self.given(*counts, **facts)
        poll = self.backend.switch(self.poll_id, (counts[0], counts[1]) if counts else None, **facts)
        self.poll_id = poll.poll_id
        return poll

    def has_voted(self, choice: str) -> None:
        """Vote with a voter token that this browser then has, though the page knows nothing of it."""
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
        """Make codes for the poll, for this browser to use."""
        return self.backend.codes(self.poll_id, number)

    @property
    def votes(self) -> list[str]:
        """What the log of votes has of the poll, by choice."""
        return sorted(self.backend.votes(self.poll_id))

    @property
    def version(self) -> int:
        """Of the results that the services have."""
        return self.backend.version(self.poll_id)

    @property
    def receipt(self) -> str:
        """What the vote that was recorded last can be proved by."""
        return self.recorded[-1].receipt

    # --- what a test plans and sees

    def plan(self, call: str, *answers: Answer) -> None:
        """The next answers to `call`, such as `POST /vote`; after them, the real one again."""
        self.planned.setdefault(call, deque()).extend(answers)

    def forever(self, call: str, answer: Answer) -> None:
        """Every answer to `call` from now on."""
        self.planned[call] = deque([answer] * 10_000)

    def plant(self, frame: Frame) -> None:
        """Send a frame on every open socket that no service has sent."""
        for socket in self.sockets:
            socket.send(FRAMES.dump_json(frame).decode())

    def cut_sockets(self) -> None:
        cut, self.sockets = self.sockets, []
        for socket in cut:
            socket.close(code=1001)

    def leave(self) -> None:
        """Abort the requests that still wait for an answer: the test is over."""
        for route in self.unanswered:
            with suppress(Error):
                route.abort()

    def count(self, call: str) -> int:
        return sum(f"{method} {path}" == call for method, path in self.requests)

    # --- the routes

    def carry_out(self, request: Request) -> Response:
        """Have the services answer, and note what a vote came to."""
        if request.method == "POST" and urlsplit(request.url).path == "/vote":
            self.sent.append(CastVote.model_validate(body_of(request)))
        answered = self.ask(request)
        if answered.status in {200, 201} and urlsplit(request.url).path == "/vote":
            self.recorded.append(VoteRecorded.model_validate_json(answered.body))
        return answered

    def ask(self, request: Request, organiser: Organiser | None = None, address: str = "") -> Response:
        """Send a page's request on, with the cookies that its browser sends."""
        parts = urlsplit(address or request.url)
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = dict(request.headers)
        if parts.path in VOTERS:  # where the page's cookies are sent, they are the browser's own
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
        """Note a request; give it the answer that is planned for it, and tell whether one was."""
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
            lost = json.loads(text)["type"] in self.lost_frames
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
    """Name the site in a service's own page as these tests serve it."""
    if not answered.headers.get("content-type", "").startswith("text/html"):
        return answered
    host = "/".join(address.split("/", 3)[:3])

    def here(text: str) -> str:
        return text.replace(SITE, host).replace(_SOCKETS, host.replace("http", "ws", 1))

    headers = {name: here(value) for name, value in answered.headers.items()}
    return Response(answered.status, headers, (), here(answered.body.decode()).encode())
