"""Handshakes are admitted from our own page, through our own distribution."""

import pytest
from contracts.visibility import Scope
from realtime_service.domain.admission import NotAdmitted, policy, require_own_page
from realtime_service.domain.subscriber import Subscriber

SITE = "https://vote.example.com"
SECRET = {"current": "new", "previous": "old"}


@pytest.mark.parametrize("secret", ["new", "old"])
def test_our_own_page_is_let_in_with_either_secret_while_it_changes(secret: str) -> None:
    require_own_page({"origin": SITE, "x-origin-verify": secret}, SECRET, SITE)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example", "x-origin-verify": "new"},
        {"origin": f"{SITE}.evil.example", "x-origin-verify": "new"},
        {"origin": "null", "x-origin-verify": "new"},
        {"x-origin-verify": "new"},
        {"origin": SITE, "x-origin-verify": "guess"},
        {"origin": SITE, "x-origin-verify": ""},
        {"origin": SITE},
    ],
)
def test_handshake_from_elsewhere_is_rejected(headers: dict[str, str]) -> None:
    with pytest.raises(NotAdmitted):
        require_own_page(headers, SECRET, SITE)


def test_empty_origin_secret_admits_no_handshake() -> None:
    with pytest.raises(NotAdmitted):
        require_own_page({"origin": SITE, "x-origin-verify": ""}, {"current": "", "previous": ""}, SITE)


def test_a_policy_is_for_the_one_handshake() -> None:
    arn = "arn:aws:execute-api:eu-central-1:123456789012:abc/ws/$connect"
    allowed, denied = policy(arn, Subscriber(Scope.ORGANISER)), policy(arn, None)
    assert [p["policyDocument"]["Statement"][0]["Effect"] for p in (allowed, denied)] == ["Allow", "Deny"]
    assert {p["policyDocument"]["Statement"][0]["Resource"] for p in (allowed, denied)} == {arn}
    assert allowed["context"] == {"scope": "organiser"}
    assert denied["context"] == {}
