"""Organiser authentication: every admin route with every kind of bad token, and bad sign-ins."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from contracts.ids import new_poll_id
from laptop.seed import sign_in
from laptop.seed.sign_in import SignIn
from stacks.catalogue import load_stacks
from template_lint.rules.gateway import ROUTE

from .live_stack import PATIENCE_SECONDS, Organiser, Running
from .tokens import Minter

HOUR = 3600
ADMIN_ROUTES = sorted(
    route["RouteKey"]
    for stack in load_stacks()
    for route in stack.properties(ROUTE).values()
    if route.get("AuthorizationType") == "JWT"
)
UNAUTHORIZED: dict[str, Callable[[Minter], str]] = {
    "none": lambda _: "",
    "garbage": lambda _: "Bearer garbage",
    "three-parts-of-garbage": lambda _: "Bearer a.b.c",
    "a-user-name-and-password": lambda _: "Basic b3JnYW5pc2VyOnBhc3N3b3Jk",
    "no-signature": lambda minter: f"Bearer {minter.unsigned()}",
    "no-signature-in-other-letters": lambda minter: f"Bearer {minter.unsigned('NoNe')}",
    "a-mac-made-with-the-public-key": lambda minter: f"Bearer {minter.signed_with_the_public_key()}",
    "another-signature": lambda minter: f"Bearer {minter.genuine[:-8]}{'A' * 8}",
    "a-strangers-signature": lambda minter: f"Bearer {minter.signed_with_another_key()}",
    "a-later-expiry": lambda minter: f"Bearer {minter.changed(exp=int(time.time()) + 24 * HOUR)}",
    "another-member": lambda minter: f"Bearer {minter.changed(sub='somebody-else')}",
    "expired": lambda minter: f"Bearer {minter.signed(exp=int(time.time()) - 1)}",
    "not-valid-yet": lambda minter: f"Bearer {minter.signed(nbf=int(time.time()) + HOUR)}",
    "another-issuer": lambda minter: f"Bearer {minter.signed(iss='https://issuer.example')}",
    "another-client": lambda minter: f"Bearer {minter.signed(client_id='another-client')}",
    "no-client": lambda minter: f"Bearer {minter.signed(client_id=None)}",
    "for-somebody-else": lambda minter: f"Bearer {minter.signed(aud='another-audience')}",
}
FORBIDDEN: dict[str, Callable[[Minter], str]] = {
    "no-scope": lambda minter: f"Bearer {minter.signed(scope=None)}",
    "another-scope": lambda minter: f"Bearer {minter.signed(scope='openid')}",
    "a-scope-that-only-begins-so": lambda minter: (
        f"Bearer {minter.signed(scope='openid polls/administrator')}"
    ),
    "a-scope-in-capitals": lambda minter: f"Bearer {minter.signed(scope='openid POLLS/ADMIN')}",
}


@pytest.fixture(scope="module")
def minter(running: Running, organiser: Organiser) -> Minter:
    return Minter.of(running, organiser)


def ask_everywhere(running: Running, authorization: str) -> dict[str, httpx.Response]:
    """Send a request to each admin route, for a poll that does not exist; return the responses."""
    headers = {
        "Sec-Fetch-Site": "same-origin", "Origin": running.site, "Content-Type": "application/json",
    }  # fmt: skip
    with running.http(**headers, **({"Authorization": authorization} if authorization else {})) as stranger:
        answers = {}
        for route in ADMIN_ROUTES:
            method, path = route.split(" ")
            address = re.sub(r"\{\w+\}", lambda _: new_poll_id(), path)
            content = None if method == "GET" else "{}"
            answers[route] = stranger.request(method, address, content=content)
        return answers


def test_admin_routes_are_found_in_the_templates() -> None:
    assert len(ADMIN_ROUTES) >= 11
    assert all(" /admin/api/" in route for route in ADMIN_ROUTES)


def test_genuine_and_re_signed_tokens_are_accepted_everywhere(
    running: Running, organiser: Organiser, minter: Minter
) -> None:
    """The tests below each change one property of such a token, which alone causes the rejection."""
    for token in (organiser.token, minter.signed()):
        for route, answer in ask_everywhere(running, f"Bearer {token}").items():
            assert answer.status_code in {200, 201, 204, 404, 415, 422}, (route, answer.text)


def decided_by_organisers(organiser: Organiser) -> list[dict[str, Any]]:
    """Return all polls without the fields that change with time: other tests' polls open and close."""
    polls = organiser.api.get("/admin/api/polls").json()["polls"]
    timed = {"scheduled", "open", "closed"}
    return [
        {name: value for name, value in poll.items() if name not in {"status", "revision"}}
        | {"status": "by time" if poll["status"] in timed else poll["status"]}
        for poll in polls
    ]


@pytest.mark.covers("T12", "R25")
@pytest.mark.parametrize("make", UNAUTHORIZED.values(), ids=UNAUTHORIZED)
def test_bad_token_is_unauthorized_at_every_admin_route(
    running: Running, organiser: Organiser, minter: Minter, make: Callable[[Minter], str]
) -> None:
    before = decided_by_organisers(organiser)
    answers = ask_everywhere(running, make(minter))
    assert {route: answer.status_code for route, answer in answers.items()} == dict.fromkeys(
        ADMIN_ROUTES, 401
    )
    assert decided_by_organisers(organiser) == before


@pytest.mark.covers("T12", "R25")
@pytest.mark.parametrize("make", FORBIDDEN.values(), ids=FORBIDDEN)
def test_token_without_the_scope_is_forbidden_at_every_admin_route(
    running: Running, minter: Minter, make: Callable[[Minter], str]
) -> None:
    answers = ask_everywhere(running, make(minter))
    assert {answer.status_code for answer in answers.values()} == {403}


@pytest.mark.covers("R25")
def test_id_token_is_rejected_as_access_token(running: Running, organiser: Organiser) -> None:
    """It is genuine and issued for the site's client; only the missing scope distinguishes it.

    Refresh tokens are not tested: the emulator signs them like the others, but Cognito encrypts them, so no
    authorizer can read them.
    """
    given = sign_in.tokens(running.instance, organiser.account)
    for name in ("access_token", "id_token", "refresh_token"):
        running.planted.token(given[name])
    answers = ask_everywhere(running, f"Bearer {given['id_token']}")
    assert {answer.status_code for answer in answers.values()} == {403}


def signed_in(begun: SignIn, organiser: Organiser) -> str:
    """Submit name and password, and return the authorization code."""
    back = urlsplit(begun.submit_credentials(organiser.account).headers["location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == begun.callback
    return parse_qs(back.query)["code"][0]


def assert_no_token(answer: httpx.Response) -> None:
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"] in {"invalid_grant", "invalid_request"}
    assert "token" not in answer.text


@pytest.mark.covers("T12", "R26")
def test_authorization_code_requires_its_verifier(running: Running, organiser: Organiser) -> None:
    begun = SignIn.at(running.instance)
    code = signed_in(begun, organiser)
    assert_no_token(replace(begun, verifier="x" * 64).exchange_code(code))
    begun = SignIn.at(running.instance)
    assert_no_token(replace(begun, verifier="").exchange_code(signed_in(begun, organiser)))


@pytest.mark.covers("R26")
def test_authorization_code_is_valid_once(running: Running, organiser: Organiser) -> None:
    begun = SignIn.at(running.instance)
    code = signed_in(begun, organiser)
    first = begun.exchange_code(code)
    assert first.status_code == 200, first.text
    for name in ("access_token", "id_token", "refresh_token"):
        running.planted.token(first.json()[name])
    assert_no_token(begun.exchange_code(code))


@pytest.mark.covers("R26")
def test_authorization_code_is_bound_to_redirect_uri_and_client(
    running: Running, organiser: Organiser
) -> None:
    changes: tuple[dict[str, Any], ...] = (
        {"callback": "https://evil.example/"},
        {"client_id": "another-client"},
    )
    for changed in changes:
        begun = SignIn.at(running.instance)
        code = signed_in(begun, organiser)
        answer = replace(begun, **changed).exchange_code(code)
        assert answer.status_code in {400, 401}, answer.text
        assert "access_token" not in answer.text


@pytest.mark.covers("R26")
@pytest.mark.parametrize(
    "callback",
    [
        "https://evil.example/",
        "{site}/",
        "{site}/admin/../",
        "{site}.evil.example/admin/",
        "{site}/admin/?x=1",
    ],
)
def test_sign_in_redirects_to_the_admin_page_only(
    running: Running, organiser: Organiser, callback: str
) -> None:
    foreign = replace(SignIn.at(running.instance), callback=callback.format(site=running.site))
    with httpx.Client(base_url=foreign.address, timeout=PATIENCE_SECONDS, trust_env=False) as browser:
        asked = foreign.open_login_page(browser)
    assert asked.status_code == 400, asked.text[:200]
    assert not [answer for answer in asked.history if "evil" in answer.headers.get("location", "")]
    typed = foreign.submit_credentials(organiser.account)
    assert "code=" not in typed.headers.get("location", ""), typed.headers


def test_wrong_password_gets_no_authorization_code(running: Running, organiser: Organiser) -> None:
    begun = SignIn.at(running.instance)
    answer = begun.submit_credentials(replace(organiser.account, password="not-the-password-A1!"))
    assert "code=" not in answer.headers.get("location", "")
