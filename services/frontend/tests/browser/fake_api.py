"""The services as the pages see them, at the HTTP boundary: every state of a page is a few lines away.

Answers are built with the contract's own models: no page is tested against a shape that nobody sends.
"""

import json
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.api import (
    CastVote,
    Counts,
    Results,
    TicketIssued,
    VoteRecorded,
)
from contracts.ids import Choice, PollStatus, ResultVisibility, VoterPolicy, new_poll_id
from contracts.polls import ActivePollV2, OptionsV2, OptionV2, PollV3, PollV4
from contracts.problem import MEDIA_TYPE, Problem, ProblemType
from contracts.proof import RequestChallenge
from contracts.realtime import FRAMES, Frame, PongFrame, ResultsFrame, ResultsHiddenFrame
from contracts.visibility import Scope
from playwright.sync_api import BrowserContext, Page, Request, Route, WebSocketRoute

from .fake_challenge import a_challenge, is_solved

RECEIPT = "7Q4M-0XKD-9VTA-H2RB"


def now() -> datetime:
    return datetime.now(UTC)


def two_options(a: str, b: str, images: tuple[str | None, str | None] = (None, None)) -> OptionsV2:
    return OptionsV2(a=OptionV2(label=a, image=images[0]), b=OptionV2(label=b, image=images[1]))


def a_poll(**changes: Any) -> PollV3:
    """An open poll, a minute old."""
    facts: dict[str, Any] = {
        "poll_id": new_poll_id(),
        "question": "Where shall the team go this summer?",
        "options": two_options("Mountains", "The sea"),
        "status": PollStatus.OPEN,
        "opens_at": now() - timedelta(minutes=1),
        "closes_at": None,
        "policy": VoterPolicy.DEVICE,
        "result_visibility": ResultVisibility.ALWAYS,
        "show_turnout": False,
        "revision": 2,
    }
    return PollV3(**(facts | changes))


def results_of(poll: PollV3 | PollV4, a: int, b: int, version: int = 100) -> ResultsFrame:
    return ResultsFrame(
        poll_id=poll.poll_id,
        status=PollStatus.OPEN if poll.status == "scheduled" else PollStatus(poll.status),
        opens_at=poll.opens_at,
        closes_at=poll.closes_at,
        counts=Counts(a=a, b=b),
        total=a + b,
        version=version,
        updated_at=now(),
    )


def hidden_of(poll: PollV3 | PollV4, version: int = 100) -> ResultsHiddenFrame:
    return ResultsHiddenFrame(
        poll_id=poll.poll_id,
        status=PollStatus.OPEN if poll.status == "scheduled" else PollStatus(poll.status),
        opens_at=poll.opens_at,
        closes_at=poll.closes_at,
        version=version,
        updated_at=now(),
        result_visibility=poll.result_visibility,
    )


type Answer = Callable[[Route, Request], None]


def problem(kind: ProblemType, **more: Any) -> Answer:
    """One of our own errors."""
    body = Problem.of(kind, **more)
    headers = {"content-type": MEDIA_TYPE}
    if body.retry_after is not None:
        headers["retry-after"] = str(body.retry_after)

    def answer(route: Route, _request: Request) -> None:
        route.fulfill(status=body.status, headers=headers, body=body.model_dump_json(exclude_none=True))

    return answer


def bare(status: int) -> Answer:
    """A gateway's error: no body worth reading."""
    return lambda route, _request: route.fulfill(status=status, json={"message": "Service Unavailable"})


def no_network(route: Route, _request: Request) -> None:
    route.abort("connectionreset")


def lost(api: "FakeApi") -> Answer:
    """The vote arrives and counts, its answer does not."""

    def answer(route: Route, request: Request) -> None:
        body = body_of(request)
        api.votes.setdefault(body.get("code") or body["poll_id"], Choice(body["choice"]))
        route.abort("connectionreset")

    return answer


def never(_route: Route, _request: Request) -> None:
    """No answer at all, for as long as anybody looks."""


def body_of(request: Request) -> dict[str, Any]:
    return dict(json.loads(request.post_data or "{}"))


class FakeApi:
    """Public API and WebSocket of one browser page, or of all pages of a browser."""

    def __init__(self, page: Page | BrowserContext) -> None:
        self.poll: PollV3 | None = None
        self.snapshot: Frame | None = None
        self.votes: dict[str, Choice] = {}
        self.codes: set[str] = set()
        """What this browser may vote with in a poll by code; all others are wrong, or used by somebody."""
        self.sent: list[CastVote] = []
        self.asks_for_proof = False
        self.counter = 40
        self.requests: list[tuple[str, str]] = []
        self.planned: dict[str, deque[Answer]] = {}
        self.sockets: list[WebSocketRoute] = []
        self.pings: list[dict[str, Any]] = []
        self.ahead = timedelta(0)
        """How far the server's clock is ahead: for pages whose own clock a test moves."""
        self.sockets_work = True
        self.sockets_answer = True
        self.unanswered: list[Route] = []
        for path in ("/polls/*", "/ballot", "/ballot/challenge", "/vote", "/results/*", "/live/**"):
            page.route(f"**{path}", self._dispatch)
        page.route_web_socket(lambda url: "/ws?" in url, self._connect)

    def plan(self, call: str, *answers: Answer) -> None:
        """The next answers to `call`, such as `POST /vote`; after them, the normal one again."""
        self.planned.setdefault(call, deque()).extend(answers)

    def forever(self, call: str, answer: Answer) -> None:
        """Every answer to `call` from now on."""
        self.planned[call] = deque([answer] * 10_000)

    def send(self, frame: Frame) -> None:
        """Broadcast to every open socket, and keep as what a new one gets."""
        if isinstance(frame, ResultsFrame | ResultsHiddenFrame):
            self.snapshot = frame
        for socket in self.sockets:
            socket.send(FRAMES.dump_json(frame).decode())

    def cut_sockets(self) -> None:
        cut, self.sockets = self.sockets, []
        for socket in cut:
            socket.close(code=1001)

    def joins(self, other: "FakeApi") -> None:
        """Be the same services, as another page sees them."""
        self.poll, self.snapshot, self.votes = other.poll, other.snapshot, other.votes

    def leave(self) -> None:
        """Let go of whoever still waits for an answer: nobody looks any more."""
        for route in self.unanswered:
            route.abort()

    def count(self, call: str) -> int:
        return sum(f"{method} {path}" == call for method, path in self.requests)

    def _connect(self, socket: WebSocketRoute) -> None:
        if not self.sockets_work:
            socket.close(code=1011)
            return
        self.sockets.append(socket)
        socket.on_message(lambda message: self._ping(socket, json.loads(message)))

    def _ping(self, socket: WebSocketRoute, message: dict[str, Any]) -> None:
        self.pings.append(message)
        if not self.sockets_answer:
            return
        socket.send(FRAMES.dump_json(PongFrame(server_time=now() + self.ahead)).decode())
        frame = self.snapshot
        if frame is None or not isinstance(frame, ResultsFrame | ResultsHiddenFrame):
            return
        if message.get("poll_id") in {None, frame.poll_id} and frame.version > message.get("version", 0):
            socket.send(FRAMES.dump_json(frame).decode())

    def _dispatch(self, route: Route, request: Request) -> None:
        path = "/" + request.url.split("/", 3)[3].split("?")[0]
        self.requests.append((request.method, path))
        call = f"{request.method} {path}"
        if self.planned.get(call):
            answer = self.planned[call].popleft()
            if answer is never:
                self.unanswered.append(route)
            answer(route, request)
            return
        handler = {
            "/ballot": self._ballot,
            "/ballot/challenge": self._challenge,
            "/vote": self._vote,
            "/polls/active": self._active,
            "/live/ticket": self._ticket,
        }.get(path, self._read)
        handler(route, request)

    def _active(self, route: Route, _request: Request) -> None:
        self._answer(route, ActivePollV2(poll=self.poll, server_time=now() + self.ahead))

    def _read(self, route: Route, request: Request) -> None:
        poll_id = request.url.rsplit("/", 1)[1]
        if self.poll is None or self.poll.poll_id != poll_id:
            problem(ProblemType.UNKNOWN_POLL)(route, request)
        elif "/polls/" in request.url:
            self._answer(route, self.poll)
        elif isinstance(self.snapshot, ResultsFrame):
            self._answer(route, Results(**self.snapshot.model_dump(exclude={"type"})))
        else:
            problem(ProblemType.RESULTS_HIDDEN)(route, request)

    def _ballot(self, route: Route, _request: Request) -> None:
        route.fulfill(json={"expires_at": (now() + timedelta(days=365)).isoformat()})

    def _challenge(self, route: Route, request: Request) -> None:
        RequestChallenge.model_validate(body_of(request))
        self._answer(route, a_challenge(self.counter))

    def _ticket(self, route: Route, request: Request) -> None:
        scope = Scope.VOTER if body_of(request).get("results_pass") else Scope.PUBLIC
        ticket = TicketIssued(ticket=f"ticket-{len(self.requests)}", scope=scope, expires_at=now())
        self._answer(route, ticket)

    def _vote(self, route: Route, request: Request) -> None:
        vote = CastVote.model_validate(body_of(request))
        self.sent.append(vote)
        poll_id, choice = vote.poll_id, vote.choice
        if self.asks_for_proof and (vote.proof is None or not is_solved(vote.proof)):
            problem(ProblemType.PROOF_NEEDED)(route, request)
            return
        if vote.code is not None and vote.code not in self.codes:
            problem(ProblemType.BAD_CODE)(route, request)
            return
        voter = vote.code or poll_id
        known = voter in self.votes
        first = self.votes.setdefault(voter, choice)
        if first is not choice:
            problem(ProblemType.ALREADY_VOTED)(route, request)
            return
        recorded = VoteRecorded(
            poll_id=poll_id, choice=choice, receipt=RECEIPT, recorded_at=now(), results_pass="pass-1"
        )
        self._answer(route, recorded, status=200 if known else 201)

    @staticmethod
    def _answer(route: Route, model: Any, status: int = 200) -> None:
        route.fulfill(status=status, content_type="application/json", body=model.model_dump_json())
