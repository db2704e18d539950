"""Handshakes are admitted from our own page, through our own distribution."""

import pytest
from contracts.visibility import Scope
from realtime_service.domain.admission import NotAdmitted, policy, require_own_page
from realtime_service.domain.subscriber import Subscriber

SITE = "https://vote.example.com"


def test_our_own_page_is_let_in() -> None:
    require_own_page({"origin": SITE}, SITE, from_distribution=True)


@pytest.mark.parametrize("origin", ["https://evil.example", f"{SITE}.evil.example", "null", None])
def test_handshake_from_another_page_is_rejected(origin: str | None) -> None:
    with pytest.raises(NotAdmitted):
        require_own_page({"origin": origin} if origin else {}, SITE, from_distribution=True)


def test_handshake_that_bypasses_the_distribution_is_rejected() -> None:
    with pytest.raises(NotAdmitted):
        require_own_page({"origin": SITE}, SITE, from_distribution=False)


def test_a_policy_is_for_the_one_handshake() -> None:
    arn = "arn:aws:execute-api:eu-central-1:123456789012:abc/ws/$connect"
    allowed, denied = policy(arn, Subscriber(Scope.ORGANISER)), policy(arn, None)
    assert [p["policyDocument"]["Statement"][0]["Effect"] for p in (allowed, denied)] == ["Allow", "Deny"]
    assert {p["policyDocument"]["Statement"][0]["Resource"] for p in (allowed, denied)} == {arn}
    assert allowed["context"] == {"scope": "organiser"}
    assert denied["context"] == {}
