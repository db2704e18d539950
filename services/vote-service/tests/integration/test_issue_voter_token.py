"""`POST /voter-token`: the cookie, and renewals that keep the voter."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from contracts.api import VoterTokenIssued
from contracts.problem import Problem


def test_a_voter_token_is_a_cookie_that_scripts_and_other_sites_never_see(new_browser: Any) -> None:
    answer = new_browser().post("/voter-token")
    [cookie] = answer["cookies"]
    _, *attributes = cookie.split("; ")
    assert answer["statusCode"] == 200
    assert cookie.startswith("__Host-voter=v1.k1.")
    assert set(attributes) == {
        "Path=/",
        "Max-Age=31536000",
        "Secure",
        "HttpOnly",
        "SameSite=Strict",
    }
    expires = VoterTokenIssued.model_validate(answer["json"]).expires_at - datetime.now(UTC)
    assert timedelta(days=179, hours=23) < expires <= timedelta(days=180)
    assert answer["headers"]["Cache-Control"] == "private, no-store"
    assert "v1." not in answer["body"]


def test_renewed_voter_token_keeps_the_voter(new_browser: Any) -> None:
    browser = new_browser()
    browser.post("/voter-token")
    first = browser.cookies["__Host-voter"]
    browser.post("/voter-token")
    assert browser.cookies["__Host-voter"].split(".")[2] == first.split(".")[2]


def test_two_browsers_get_two_voters(new_browser: Any) -> None:
    one, other = new_browser(), new_browser()
    one.post("/voter-token")
    other.post("/voter-token")
    assert one.cookies["__Host-voter"].split(".")[2] != other.cookies["__Host-voter"].split(".")[2]


@pytest.mark.parametrize("forged", ["", "rubbish", "v1.k1.AAAAAAAAAAAAAAAAAAAAAA.1.mac", "v2.a.b.c.d"])
def test_a_forged_voter_token_is_replaced_by_one_for_a_new_voter(new_browser: Any, forged: str) -> None:
    browser = new_browser()
    browser.cookies["__Host-voter"] = forged
    assert browser.post("/voter-token")["statusCode"] == 200
    assert browser.cookies["__Host-voter"].split(".")[2] != "AAAAAAAAAAAAAAAAAAAAAA"


def test_other_cookies_are_ignored(new_browser: Any) -> None:
    browser = new_browser()
    browser.post("/voter-token")
    first = browser.cookies["__Host-voter"]
    browser.cookies = {"voter_token": "x", "__Host-voter2": "y", "empty": "", "__Host-voter": first}
    browser.post("/voter-token")
    assert browser.cookies["__Host-voter"].split(".")[2] == first.split(".")[2]


@pytest.mark.parametrize(
    ("headers", "slug"),
    [
        ({"x-origin-verify": "wrong"}, "origin-not-verified"),
        ({"sec-fetch-site": "cross-site"}, "cross-origin-forbidden"),
    ],
)
def test_foreign_pages_and_requests_around_the_edge_get_no_voter_token(
    new_browser: Any, headers: dict[str, str], slug: str
) -> None:
    answer = new_browser().post("/voter-token", headers=headers)
    assert answer["statusCode"] == 403
    assert Problem.model_validate(answer["json"]).type == f"/problems/{slug}"
    assert not answer.get("cookies")


@pytest.mark.parametrize("secret", [None, {"k1": "x"}, {"current": "k9", "k1": "x"}])
def test_missing_keys_return_unavailable(stack: Any, new_browser: Any, secret: dict[str, str] | None) -> None:
    if secret is None:
        arn = stack.arn("VoterKeysSecret")
        stack.secrets.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
    else:
        stack.set_secret("VoterKeysSecret", secret)
    answer = new_browser().post("/voter-token")
    assert answer["statusCode"] == 503
    assert Problem.model_validate(answer["json"]).type == "/problems/unavailable"
    assert not answer.get("cookies")


def test_voter_token_is_not_logged(new_browser: Any, capsys: pytest.CaptureFixture[str]) -> None:
    browser = new_browser()
    browser.post("/voter-token")
    logged = capsys.readouterr().out
    assert "IssueVoterToken" in logged
    assert browser.cookies["__Host-voter"].split(".")[2] not in logged
