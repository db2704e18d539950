"""An in-memory voting site with optional defects that the load test must detect."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import httpx
import pytest
from contracts.problem import Problem, ProblemType
from loadtest.crowd.run import CrowdPlan, Outcome, Progress, run_crowd
from loadtest.crowd.site import VOTER_COOKIE

POLL_ID = "0123456789abcdefghjkmnpqrs"
NOW = "2026-01-01T00:00:00.000Z"


@dataclass
class InMemorySite:
    """`defects` are the site's faults; `unconfirmed` is the number of 503 answers to each voter first."""

    defects: frozenset[str] = frozenset()
    unconfirmed: int = 0
    already: Counter[str] = field(default_factory=Counter)
    votes: dict[str, str] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)
    _voter_tokens: int = 0
    _seen: Counter[str] = field(default_factory=Counter)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        match request.method, request.url.path:
            case "GET", "/polls/active":
                poll = None if "no_poll" in self.defects else self._poll()
                return httpx.Response(200, json={"poll": poll, "server_time": NOW})
            case "GET", path if path.startswith("/results/"):
                return httpx.Response(200, json=self._results())
            case "POST", "/voter-token":
                self._voter_tokens += 1
                cookie = (
                    f"{VOTER_COOKIE}=v1.k1.{self._voter_tokens}; Path=/; Secure; HttpOnly; SameSite=Strict"
                )
                return httpx.Response(200, json={"expires_at": NOW}, headers={"Set-Cookie": cookie})
            case "POST", "/vote":
                return self._vote(request.headers["Cookie"], json.loads(request.content)["choice"])
        return _problem(ProblemType.NOT_FOUND)

    def _vote(self, voter_token: str, choice: str) -> httpx.Response:
        self._seen[voter_token] += 1
        first = voter_token not in self.votes
        if "loses_a_vote" not in self.defects or voter_token != f"{VOTER_COOKIE}=v1.k1.1":
            self.votes.setdefault(voter_token, choice)
        if self._seen[voter_token] <= self.unconfirmed:
            return _problem(ProblemType.NOT_CONFIRMED)
        if self.votes.get(voter_token, choice) != choice and "takes_both" not in self.defects:
            return _problem(ProblemType.ALREADY_VOTED)
        receipt = (
            "AAAA-BBBB-CCCC-DDDD" if "receipt_changes" not in self.defects else f"R{self._seen[voter_token]}"
        )
        status = HTTPStatus.CREATED if first or "takes_both" in self.defects else HTTPStatus.OK
        body = {
            "poll_id": POLL_ID,
            "choice": choice,
            "receipt": receipt,
            "recorded_at": NOW,
            "results_pass": "p",
        }
        return httpx.Response(status, json=body)

    def _results(self) -> dict[str, Any]:
        counts = Counter(self.votes.values()) + self.already
        if "counts_twice" in self.defects and self.votes:
            counts[next(iter(self.votes.values()))] += 1
        both = {"a": counts["a"], "b": counts["b"]}
        return {
            "poll_id": POLL_ID, "status": "open", "counts": both, "total": sum(both.values()),
            "version": 1 + len(self.votes), "updated_at": NOW,
        }  # fmt: skip

    def _poll(self) -> dict[str, Any]:
        return {
            "poll_id": POLL_ID, "question": "This or that?", "revision": 2, "status": "open",
            "options": {"a": {"label": "This", "image": None}, "b": {"label": "That", "image": None}},
            "opens_at": NOW, "closes_at": None, "policy": "device", "result_visibility": "always",
            "show_turnout": False,
        }  # fmt: skip


def _problem(kind: ProblemType) -> httpx.Response:
    return httpx.Response(kind.status, json=Problem.of(kind).model_dump(mode="json", exclude_none=True))


type RunCrowd = Callable[..., Outcome]


@pytest.fixture
def run_at() -> RunCrowd:
    """Return a function that runs a small load test against an in-memory site."""
    import asyncio  # noqa: PLC0415

    def run(site: InMemorySite, **changes: Any) -> Outcome:
        plan = CrowdPlan(
            origin="http://localhost:8080", poll_id=None, listeners=0, quiet=0.0, give_up=0.0, **{
                "voters": 40, "rate": 4000.0, "double_taps": 0.5, "seed": 7, "patience": 20.0, **changes
            },
        )  # fmt: skip

        def open_http(origin: str, _at_once: int) -> httpx.AsyncClient:
            return httpx.AsyncClient(base_url=origin, transport=httpx.MockTransport(site))

        return asyncio.run(run_crowd(plan, Progress(), open_http))

    return run


@pytest.fixture
def in_memory_site() -> type[InMemorySite]:
    """Return the class of the in-memory site."""
    return InMemorySite
