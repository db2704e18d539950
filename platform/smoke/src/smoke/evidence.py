"""State that the steps share: clients of the site, the poll under test, and the votes cast in it."""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final

import httpx
from contracts.api import CastVote, RequestTicket, TicketIssued, VoteRecorded
from contracts.enums import Choice
from contracts.polls import Poll
from devkit.failure import Failure

from smoke.environment import Environment

_PAUSE_SECONDS: Final = 0.25
_TIMEOUT: Final = httpx.Timeout(35.0, connect=5.0)


@dataclass(frozen=True)
class NotApplicable:
    """A check that this environment cannot show, and the reason."""

    check: str
    reason: str


@dataclass
class Evidence:
    """Results of the steps so far. `undo` runs at the end, the last entry first."""

    environment: Environment
    not_applicable: list[NotApplicable] = field(default_factory=list)
    undo: ExitStack = field(default_factory=ExitStack)
    began: float = field(default_factory=time.time)
    owner: httpx.Client | None = None
    poll: Poll | None = None
    voter_token: str | None = None
    votes: Counter[Choice] = field(default_factory=Counter)
    passed: bool = False
    transport: httpx.BaseTransport | None = None
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def only_on_aws(self, check: str, reason: str) -> bool:
        """Return whether a check applies; on the laptop note that it does not, and why."""
        if not self.environment.on_aws:
            self.not_applicable.append(NotApplicable(check, reason))
        return self.environment.on_aws

    def page(self, **headers: str) -> httpx.Client:
        """Return a client with the headers of the site's own pages. It keeps no cookies."""
        own = {"Origin": self.environment.site, "Sec-Fetch-Site": "same-origin"}
        return self._client(self.environment.site, own | headers)

    def past_the_edge(self) -> httpx.Client:
        """Return a client for requests that reach the public API without the distribution."""
        return self._client(self.environment.origins["public-api"]["address"], {})

    def _client(self, address: str, headers: dict[str, str]) -> httpx.Client:
        client = httpx.Client(
            base_url=address,
            headers=headers,
            timeout=_TIMEOUT,
            trust_env=self.environment.on_aws,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            transport=self.transport,
        )
        return self.undo.enter_context(client)

    def until[T](
        self, look: Callable[[], T | None], failure: Callable[[], Failure], more_seconds: float = 0.0
    ) -> tuple[T, float]:
        """Return the first result that is not None, and the seconds that it took. Raises the failure."""
        began = self.clock()
        while True:
            found = look()
            seconds = self.clock() - began
            if found is not None:
                return found, seconds
            if seconds > self.environment.patience + more_seconds:
                raise failure()
            self.sleep(_PAUSE_SECONDS)

    def require_owner(self) -> httpx.Client:
        """Return the signed-in owner's client."""
        if self.owner is None:
            raise Failure("No organiser is signed in.", "The step sign-in must pass first.")
        return self.owner

    def require_poll(self) -> Poll:
        """Return the poll under test."""
        if self.poll is None:
            raise Failure("There is no poll to vote in.", "The step poll must pass first.")
        return self.poll

    def new_voter(self) -> tuple[str, httpx.Response]:
        """Return the cookie of a new voter token, and the answer that set it."""
        answer = expect(self, self.page().post("/voter-token", json={}), HTTPStatus.OK, "issue-voter-token")
        return answer.headers.get("Set-Cookie", "").split(";")[0], answer

    def cast(self, voter_token: str, choice: Choice) -> httpx.Response:
        """Send a vote in the poll under test."""
        vote = CastVote(poll_id=self.require_poll().poll_id, choice=choice)
        body = vote.model_dump(mode="json", exclude_none=True)
        return self.page(Cookie=voter_token).post("/vote", json=body)

    def cast_new(self, voter_token: str, choice: Choice) -> VoteRecorded:
        """Cast a vote that must be recorded, and count it."""
        answer = self.cast(voter_token, choice)
        if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
            raise Failure(
                "The vote was not written: POST /vote answered 503. "
                "The workflow's role may be denied the write, or its table throttles.",
                f"{answer.text}\n{self.environment.logs_command('vote-wrapper')}; "
                "then the runbook, VoteWorkflowFailedAlarm",
            )
        expect(self, answer, HTTPStatus.CREATED, "vote-wrapper")
        self.votes[choice] += 1
        return VoteRecorded.model_validate_json(answer.content)

    def ticket(self) -> str:
        """Return a ticket for one WebSocket."""
        body = RequestTicket().model_dump(exclude_none=True)
        answer = expect(self, self.page().post("/live/ticket", json=body), HTTPStatus.OK, "issue-ticket")
        return TicketIssued.model_validate_json(answer.content).ticket


def expect(evidence: Evidence, answer: httpx.Response, status: int, function: str) -> httpx.Response:
    """Return the answer if it has this status. Raises `Failure`."""
    if answer.status_code == status:
        return answer
    asked = f"{answer.request.method} {answer.request.url.path}"
    advice = evidence.environment.logs_command(function)
    if answer.status_code == HTTPStatus.NOT_FOUND and "/problems/" not in answer.text:
        raise Failure(
            f"{asked} answered 404 without a problem: the route is missing or closed.",
            "The stack of its service may be incomplete: "
            f"{evidence.environment.deploy_command('all')}; then {advice}",
        )
    if "/problems/origin-not-verified" in answer.text:
        raise Failure(
            f"{asked} was rejected: the distribution sends another origin secret than the function knows.",
            f"{evidence.environment.deploy_command('frontend')}; see the runbook, Rotating a secret",
        )
    raise Failure(f"{asked} answered {answer.status_code}, not {status}.", f"{answer.text[:500]}\n{advice}")


def as_text(value: Any) -> str:
    """Return names in one line, the first ten of many."""
    names = sorted(str(one) for one in value)
    more = f" and {len(names) - 10} more" if len(names) > 10 else ""  # noqa: PLR2004
    return ", ".join(names[:10]) + more
