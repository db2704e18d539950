"""The admin API and the sign-in page, as the organiser's page sees them."""

import base64
import hashlib
import json
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from contracts.abuse import AbuseReport, RefusedVotes
from contracts.api import TicketIssued
from contracts.codes import CodesMinted, MintCodes
from contracts.ids import ManagedStatus, VoterPolicy, crockford, new_poll_id
from contracts.images import ImageStored
from contracts.model import format_instant
from contracts.polls import CreatePoll, PollListV3, PollSummaryV3, PollV3, PollV4
from contracts.problem import ProblemType, field_errors
from contracts.realtime import ResultsFrame
from contracts.recount import Recount
from contracts.series import Series, SeriesPoint
from contracts.trail import Deed, TrailEntryV2
from contracts.visibility import Scope
from playwright.sync_api import Page, Request, Route
from pydantic import ValidationError

from .fake_api import Answer, FakeApi, body_of, now, problem
from .fake_people import FakePeople, FakeTrail
from .fake_steps import DEEDS, RefusedStep, changes_of, told
from .served_site import SIGN_IN_URL

ORGANISER = "organiser@example.com"
USERNAME = "ada"


def managed(poll: PollV3 | PollV4) -> PollV4:
    if isinstance(poll, PollV4):
        return poll
    usual: dict[str, Any] = {
        "archived_at": None, "proof_of_work": False, "embed_origins": (), "rerun_of": None
    }  # fmt: skip
    return PollV4(**poll.model_dump(), **usual)


def summary_of(poll: PollV3 | PollV4) -> PollSummaryV3:
    return PollSummaryV3(**told(managed(poll), now()).model_dump(), created_at=now())


def no_recount(poll_id: str) -> Recount:
    return Recount(poll_id=poll_id, running=None, certificate=None)


def abuse_in(poll_id: str, **found: Any) -> AbuseReport:
    quiet: dict[str, Any] = {
        "poll_id": poll_id, "as_of": now(), "policy": VoterPolicy.DEVICE, "proof_of_work": False, "votes": 0,
        "all_votes": True, "busiest_second": None, "refused": RefusedVotes(already_voted=0, bad_code=0),
        "networks": None, "new_ballots": None, "codes": None,
    }  # fmt: skip
    return AbuseReport(**(quiet | found))


def code_number(number: int) -> str:
    text = crockford(number * 7_919 + 1, 25).upper()
    return "-".join(text[start : start + 5] for start in range(0, 25, 5))


class FakeAdmin(FakeApi):
    """Sign-in, admin API and WebSocket of one browser page."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.polls: list[PollV3 | PollV4] = []
        self.recounts: dict[str, Recount] = {}
        self.series: dict[str, list[SeriesPoint]] = {}
        self.abuse: dict[str, AbuseReport] = {}
        self.finals: list[ResultsFrame] = []
        """Counts of polls other than the one that the snapshot is of."""
        self.wanted: list[CreatePoll] = []
        self.pictures: dict[str, bytes] = {}
        self.who = "organiser"
        self.page_size = 25
        self.minted: dict[str, list[str]] = {}
        self.signed_in: list[dict[str, list[str]]] = []
        self.tokens: list[dict[str, list[str]]] = []
        self.authorizations: list[str] = []
        self.logged_out: list[str] = []
        self.token_lifetime = 3600
        self.groups = ["owner"]
        self.people = FakePeople()
        self.trail = FakeTrail()
        page.route("**/config.json", lambda route: route.fulfill(json=self._config()))
        page.route("**/admin/api/**", self._noting(self._dispatch_admin))
        page.route("**/admin/api/people**", self._noting(self.people.answer))
        page.route("**/admin/api/people/**", self._noting(self.people.answer))
        page.route("**/admin/api/audit**", self._noting(self._read_trail))
        page.route("**/images/*", self._show)
        page.route(f"{SIGN_IN_URL}/**", self._sign_in)

    @staticmethod
    def _config() -> dict[str, str]:
        return {
            "environment": "test",
            "signInUrl": SIGN_IN_URL,
            "signInClientId": "client-1",
            "scope": "openid polls/admin",
            "webSocketPath": "/ws",
        }

    def note(
        self,
        who: str,
        poll_id: str,
        revision: int,
        deed: Deed = Deed.POLL_CHANGED,
        at: datetime | None = None,
    ) -> None:
        """Put a line into the trail: what somebody has done to a poll."""
        entry = TrailEntryV2(
            at=at or now(),
            subject=f"subject-of-{who}",
            name=who,
            deed=deed,
            poll_id=poll_id,
            revision=revision,
        )
        self.trail.entries.insert(0, entry)

    def works_with(self, other: "FakeAdmin") -> None:
        """Be the same services, as another organiser's page sees them."""
        self.polls, self.trail, self.recounts = other.polls, other.trail, other.recounts

    def _sign_in(self, route: Route, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.path == "/oauth2/authorize":
            query = parse_qs(parts.query)
            self.signed_in.append(query)
            back = f"{query['redirect_uri'][0]}?code=code-1&state={query['state'][0]}"
            route.fulfill(status=302, headers={"location": back})
        elif parts.path == "/oauth2/token":
            self.tokens.append(parse_qs(request.post_data or ""))
            route.fulfill(json=self._token(), headers={"access-control-allow-origin": "*"})
        else:
            self.logged_out.append(request.url)
            route.fulfill(status=302, headers={"location": parse_qs(parts.query)["logout_uri"][0]})

    def _token(self) -> dict[str, Any]:
        said = {"email": ORGANISER, "cognito:username": USERNAME, "cognito:groups": self.groups}
        claims = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
        return {
            "access_token": f"token-{len(self.tokens)}",
            "id_token": f"e30.{claims}.x",
            "expires_in": self.token_lifetime,
        }

    def _noting(self, answer: Answer) -> Answer:
        """Note each request, and give it the answer that is planned for it, if one is."""

        def noted(route: Route, request: Request) -> None:
            path = urlsplit(request.url).path
            self.requests.append((request.method, path))
            self.authorizations.append(request.headers.get("authorization", ""))
            planned = self.planned.get(f"{request.method} {path}")
            (planned.popleft() if planned else answer)(route, request)

        return noted

    def _read_trail(self, route: Route, request: Request) -> None:
        self.trail.answer(route, request)  # the one of now: two pages may share it

    def _dispatch_admin(self, route: Route, request: Request) -> None:
        path = urlsplit(request.url).path
        match path.removeprefix("/admin/api/").split("/"):
            case ["live", "ticket"]:
                ticket = TicketIssued(ticket="organiser-1", scope=Scope.ORGANISER, expires_at=now())
                self._answer(route, ticket)
            case ["polls", *rest]:
                self._dispatch_polls(route, request, rest)
            case ["images"]:
                self._keep(route, request)
            case ["results", poll_id, "certificate" | "recount"]:
                self._answer(route, self.recounts.get(poll_id) or no_recount(poll_id))
            case ["results", poll_id, "series"]:
                points = tuple(self.series.get(poll_id, ()))
                self._answer(route, Series(poll_id=poll_id, points=points, rebuilt_at=None))
            case ["results", poll_id]:
                self._results(route, request, poll_id)
            case _:
                problem(ProblemType.NOT_FOUND)(route, request)

    def _dispatch_polls(self, route: Route, request: Request, rest: list[str]) -> None:
        match rest:
            case [] if request.method == "POST":
                self._create(route, request)
            case []:
                self._list(route, request)
            case [poll_id] if request.method in {"PATCH", "DELETE"}:
                self._change(route, request, poll_id, "edit" if request.method == "PATCH" else "delete")
            case [poll_id]:
                self._one(route, request, poll_id)
            case [poll_id, "abuse"]:
                self._answer(route, self.abuse.get(poll_id) or abuse_in(poll_id))
            case [poll_id, "codes"]:
                self._mint(route, request, poll_id)
            case [poll_id, verb]:
                self._change(route, request, poll_id, verb)
            case _:
                problem(ProblemType.NOT_FOUND)(route, request)

    def _keep(self, route: Route, request: Request) -> None:
        """Keep a picture as it came; here it is not made smaller."""
        if not request.headers["content-type"].startswith("image/"):
            problem(ProblemType.NOT_AN_IMAGE)(route, request)
            return
        content = request.post_data_buffer or b""
        path = f"/images/{hashlib.sha256(content).hexdigest()}.webp"
        self.pictures[path] = content
        self._answer(route, ImageStored(image=path, width=320, height=240), status=201)

    def _show(self, route: Route, request: Request) -> None:
        content = self.pictures.get(urlsplit(request.url).path)
        if content is None:
            problem(ProblemType.NOT_FOUND)(route, request)
        else:
            route.fulfill(body=content, content_type="image/png")

    def _create(self, route: Route, request: Request) -> None:
        try:
            wanted = CreatePoll.model_validate(body_of(request))
        except ValidationError as error:
            problem(ProblemType.MALFORMED, errors=field_errors(error))(route, request)
            return
        self.wanted.append(wanted)
        draft = {"poll_id": new_poll_id(), "status": ManagedStatus.DRAFT, "revision": 1, "archived_at": None}
        poll = PollV4.model_validate(wanted.model_dump() | draft)
        self.polls.insert(0, poll)
        self._answer(route, poll, status=201)

    def _list(self, route: Route, request: Request) -> None:
        start = int(parse_qs(urlsplit(request.url).query).get("cursor", ["0"])[0])
        end = start + self.page_size
        rest = str(end) if end < len(self.polls) else None
        page = tuple(map(summary_of, self.polls[start:end]))
        self._answer(route, PollListV3(polls=page, next_cursor=rest))

    def _one(self, route: Route, request: Request, poll_id: str) -> None:
        found = [poll for poll in self.polls if poll.poll_id == poll_id]
        if found:
            self._answer(route, told(managed(found[0]), now()))
        else:
            problem(ProblemType.UNKNOWN_POLL)(route, request)

    def _change(self, route: Route, request: Request, poll_id: str, step: str) -> None:
        """Take a step as poll-service does: by the revision that was seen, and with a line in the trail."""
        position = next((i for i, poll in enumerate(self.polls) if poll.poll_id == poll_id), None)
        if position is None:
            problem(ProblemType.UNKNOWN_POLL)(route, request)
            return
        poll, body, moment = managed(self.polls[position]), self._asked(request), now()
        seen = body.get("revision")
        if seen is not None and seen != poll.revision:
            last = self.trail.entries[0]
            told_of = f"Changed by {last.subject} at {format_instant(last.at)}"
            kind, detail = ProblemType.CHANGED_MEANWHILE, f"{told_of}: it is at revision {poll.revision} now"
            problem(kind, detail=detail)(route, request)
            return
        try:
            changes = changes_of(poll, map(managed, self.polls), step, body, moment)
        except RefusedStep as refused:
            problem(refused.kind, **refused.more)(route, request)
            return
        except ValidationError as error:
            problem(ProblemType.MALFORMED, errors=field_errors(error))(route, request)
            return
        self.note(self.who, poll_id, poll.revision + 1, DEEDS[step], moment)
        if step == "delete":
            del self.polls[position]
            route.fulfill(status=204, body="")
            return
        self.polls[position] = poll.model_copy(update={**changes, "revision": poll.revision + 1})
        self._answer(route, told(managed(self.polls[position]), moment))

    @staticmethod
    def _asked(request: Request) -> dict[str, Any]:
        query = parse_qs(urlsplit(request.url).query)
        return {"revision": int(query["revision"][0])} if "revision" in query else body_of(request)

    def _mint(self, route: Route, request: Request, poll_id: str) -> None:
        wanted = MintCodes.model_validate(body_of(request))
        here = self.minted.setdefault(poll_id, [])
        codes = [code_number(len(here) + place) for place in range(wanted.count)]
        here += codes
        minted = CodesMinted(poll_id=poll_id, codes=tuple(codes), minted=len(here))
        self._answer(route, minted, status=201)

    def _results(self, route: Route, request: Request, poll_id: str) -> None:
        told_last = [frame for frame in (self.snapshot, *self.finals) if isinstance(frame, ResultsFrame)]
        frame = next((one for one in told_last if one.poll_id == poll_id), None)
        if frame:
            route.fulfill(json=json.loads(frame.model_dump_json(exclude={"type"})))
        else:
            problem(ProblemType.UNKNOWN_POLL)(route, request)
