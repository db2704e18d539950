"""Every error of POST /vote and of the public routes, at the site's own address; none of them writes a vote.

429 and 503 need injected faults: vote-service's integration tests cover them.
"""

import re
from collections.abc import Callable

import httpx
import pytest
from contracts.ids import new_poll_id
from contracts.problem import MEDIA_TYPE, Problem
from laptop.aws import outputs
from laptop.instance import ENVIRONMENT
from stacks.catalogue import load_stacks
from stacks.reference import name_of
from template_lint.rules.edge import is_http
from template_lint.rules.gateway import ROUTE

from .live_stack import PATIENCE_SECONDS, RECEIPT, Organiser, Running, Voter


def assert_problem(answer: httpx.Response, status: int, slug: str) -> Problem:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    assert answer.headers["Cache-Control"] == "private, no-store"
    problem = Problem.model_validate(answer.json())
    assert (problem.type, problem.status) == (f"/problems/{slug}", status)
    return problem


@pytest.fixture
def voter(running: Running) -> Voter:
    return running.voter()


def test_repeated_vote_returns_the_receipt_and_another_choice_is_rejected(
    running: Running, poll_id: str, voter: Voter
) -> None:
    before = running.votes_in_the_log(poll_id)
    first = voter.vote(poll_id, "a")
    assert first.status_code == 201, first.text
    body = first.json()
    assert set(body) == {"poll_id", "choice", "receipt", "recorded_at", "results_pass"}
    assert RECEIPT.fullmatch(body["receipt"])

    again = voter.vote(poll_id, "a")
    assert again.status_code == 200, again.text
    for field in ("poll_id", "choice", "receipt", "recorded_at"):
        assert again.json()[field] == body[field]

    problem = assert_problem(voter.vote(poll_id, "b"), 409, "already-voted")
    assert body["receipt"] not in problem.model_dump_json()
    assert running.votes_in_the_log(poll_id) == before + 1


def test_voter_token_cookie_is_http_only_and_same_site(voter: Voter) -> None:
    # `Secure` and the name's prefix are tested at the function: the laptop's edge removes them.
    assert voter.attributes["path"] == "/"
    assert voter.attributes["samesite"] == "Strict"
    assert voter.attributes["httponly"]
    assert "domain" not in voter.attributes


FORM = "application/x-www-form-urlencoded"
BAD_REQUESTS: list[tuple[int, str, Callable[[Voter, str], httpx.Response]]] = [
    (401, "no-voter-token", lambda voter, poll: voter.vote(poll, "a", Cookie="")),
    (
        403,
        "invalid-voter-token",
        lambda voter, poll: voter.vote(poll, "a", Cookie="__Host-voter=v1.k1.AAAA.1.AAAA"),
    ),
    (403, "invalid-voter-token", lambda voter, poll: voter.vote(poll, "a", Cookie=voter.cookie[:-2] + "xx")),
    (
        403,
        "cross-origin-forbidden",
        lambda voter, poll: voter.vote(poll, "a", **{"Sec-Fetch-Site": "cross-site"}),
    ),
    (
        403,
        "cross-origin-forbidden",
        lambda voter, poll: voter.vote(poll, "a", **{"Sec-Fetch-Site": "same-site"}),
    ),
    (404, "unknown-poll", lambda voter, _: voter.vote(new_poll_id(), "a")),
    (413, "too-large", lambda voter, _: voter.send(b"{" + b" " * 100_000 + b"}")),
    (415, "not-json", lambda voter, poll: voter.vote(poll, "a", **{"Content-Type": "text/plain"})),
    (415, "not-json", lambda voter, _: voter.send("poll_id=x", **{"Content-Type": FORM})),
    (422, "validation-failed", lambda voter, _: voter.send("{not json")),
    (422, "validation-failed", lambda voter, _: voter.send("")),
    (422, "validation-failed", lambda voter, _: voter.send("[]")),
    (422, "validation-failed", lambda voter, _: voter.send('{"choice": "a"}')),
    (422, "validation-failed", lambda voter, poll: voter.vote(poll, "c")),
    (422, "validation-failed", lambda voter, _: voter.vote("x' OR 1=1", "a")),
    (
        422,
        "validation-failed",
        lambda voter, poll: voter.send(f'{{"poll_id": "{poll}", "choice": "a", "x": 9}}'),
    ),
]


@pytest.mark.covers("R13", "R18", "R19", "R20")
@pytest.mark.parametrize(
    ("status", "slug", "send"),
    BAD_REQUESTS,
    ids=[f"{s}-{slug}-{n}" for n, (s, slug, _) in enumerate(BAD_REQUESTS)],
)
def test_bad_vote_is_rejected_with_its_problem_type_and_writes_nothing(
    running: Running,
    poll_id: str,
    voter: Voter,
    status: int,
    slug: str,
    send: Callable[[Voter, str], httpx.Response],
) -> None:
    before = running.votes_in_the_log(poll_id)
    assert_problem(send(voter, poll_id), status, slug)
    assert running.votes_in_the_log(poll_id) == before


@pytest.mark.covers("T8", "R7")
def test_closed_poll_takes_no_vote_and_repeats_recorded_receipts(
    running: Running, organiser: Organiser, voter: Voter
) -> None:
    poll_id = organiser.open_new()
    receipt = voter.vote(poll_id, "b").json()["receipt"]
    organiser.close(poll_id)
    assert_problem(running.voter().vote(poll_id, "a"), 410, "closed")
    again = voter.vote(poll_id, "b")
    assert (again.status_code, again.json()["receipt"]) == (200, receipt)
    assert running.votes_in_the_log(poll_id) == 1


def test_draft_is_unknown_to_the_public(running: Running, organiser: Organiser, voter: Voter) -> None:
    poll_id = organiser.create("Secret?")
    assert_problem(running.page().get(f"/polls/{poll_id}"), 404, "unknown-poll")
    assert voter.vote(poll_id, "a").status_code == 404
    assert organiser.api.get(f"/admin/api/polls/{poll_id}").json()["status"] == "draft"


@pytest.mark.covers("R12")
def test_second_poll_cannot_be_opened_while_one_is_active(organiser: Organiser, poll_id: str) -> None:
    second = organiser.create("Me too?")
    problem = assert_problem(
        organiser.api.post(f"/admin/api/polls/{second}/open", json={}), 409, "another-poll-active"
    )
    assert poll_id in (problem.detail or "")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/vote"), ("POST", "/polls/active"), ("DELETE", "/results/x"), ("GET", "/live/ticket"),
     ("GET", "/polls/active/more"), ("POST", "/admin/api/nothing"), ("GET", "/_ministack/health"),
     ("POST", "/_ministack/reset"), ("GET", "/health"), ("GET", "/nothing-here")],
)  # fmt: skip
def test_unknown_route_is_rejected(running: Running, poll_id: str, method: str, path: str) -> None:
    answer = running.page().request(method, path)
    assert answer.status_code in {401, 403, 404, 405}, answer.text
    assert running.active_poll(), "the stack is still as it was"


def test_public_api_rejects_requests_that_bypass_the_edge(
    running: Running, poll_id: str, voter: Voter
) -> None:
    """The API's own address rejects requests, even with a valid voter token."""
    api_id = outputs(running.instance, f"tot-{ENVIRONMENT}-platform")["PublicApiId"]
    behind = f"{running.instance.endpoint}/_aws/execute-api/{api_id}/$default"
    headers = {"Sec-Fetch-Site": "same-origin", "Cookie": voter.cookie}
    vote = {"poll_id": poll_id, "choice": "a"}
    assert_problem(httpx.post(f"{behind}/vote", json=vote, headers=headers), 403, "origin-not-verified")
    guessed = headers | {"X-Origin-Verify": "guess"}
    assert_problem(httpx.post(f"{behind}/vote", json=vote, headers=guessed), 403, "origin-not-verified")


@pytest.mark.covers("T9")
def test_every_api_route_rejects_requests_that_bypass_the_edge(
    running: Running, organiser: Organiser
) -> None:
    """It rejects even organisers with a valid token."""
    apis = outputs(running.instance, f"tot-{ENVIRONMENT}-platform")
    headers = {"Authorization": f"Bearer {organiser.token}", "Sec-Fetch-Site": "same-origin"}
    with httpx.Client(
        base_url=running.instance.endpoint, headers=headers, timeout=PATIENCE_SECONDS
    ) as around:
        for api, route in routes():
            method, path = route.replace("{poll_id}", new_poll_id()).replace("{proxy+}", "x").split(" ")
            body: dict[str, str] | None = {} if method == "POST" else None
            answer = around.request(method, f"/_aws/execute-api/{apis[api]}/$default{path}", json=body)
            if method == "HEAD":  # a response without a body
                assert answer.status_code == 403
            else:
                assert_problem(answer, 403, "origin-not-verified")


def routes() -> list[tuple[str, str]]:
    """Return each HTTP route of all templates, with the output that names its API."""
    apis = {"PublicApi": "PublicApiId", "AdminApi": "AdminApiId"}
    found = [route for stack in load_stacks() for route in stack.properties(ROUTE).values() if is_http(route)]
    named = [(name_of(route["ApiId"]), route["RouteKey"]) for route in found]
    return [(apis.get(api, api), key) for api, key in named]


@pytest.mark.covers("T30")
def test_errors_reveal_no_internals(running: Running, voter: Voter) -> None:
    text = voter.send('{"poll_id": ["' + "x" * 500 + '"]}').text
    assert not re.search(r"Traceback|arn:aws|lambda|pydantic|x{50}", text)
