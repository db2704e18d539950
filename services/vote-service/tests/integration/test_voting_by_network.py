"""Policy `network`: one vote per address, and no voter gets the receipt of another voter."""

from typing import Any

import pytest


def answered(answer: dict[str, Any]) -> tuple[int, str]:
    return answer["statusCode"], answer["json"].get("type", "")


def test_network_has_one_vote_and_its_voter_token_may_retry(stack: Any, voter: Any, by_network: str) -> None:
    first, again = voter.vote(by_network, "a"), voter.vote(by_network, "a")
    assert (first["statusCode"], again["statusCode"]) == (201, 200)
    assert first["json"]["receipt"] == again["json"]["receipt"]
    assert answered(voter.vote(by_network, "b")) == (409, "/problems/already-voted")
    assert len(stack.votes()) == 1


def test_second_voter_of_a_network_is_refused_for_either_choice(
    stack: Any, browser: Any, by_network: str
) -> None:
    first = browser().vote(by_network, "a")
    answers = [browser().vote(by_network, choice) for choice in "ab"]
    assert {answered(answer) for answer in answers} == {(409, "/problems/already-voted")}
    assert answers[0]["body"] == answers[1]["body"]
    assert first["json"]["receipt"] not in answers[0]["body"]
    assert "network" in answers[0]["json"]["detail"]
    assert len(stack.votes()) == 1


@pytest.mark.parametrize(
    ("address", "accepted"),
    [
        ("192.0.2.1:50000", False),
        ("[::ffff:192.0.2.1]:50000", False),
        ("192.0.2.2:46532", True),
        ("2001:db8::1:443", True),
    ],
)
def test_network_is_independent_of_port_and_spelling(
    browser: Any, by_network: str, address: str, accepted: bool
) -> None:
    browser().vote(by_network)
    other = browser()
    other.is_seen_at(address)
    assert other.vote(by_network)["statusCode"] == (201 if accepted else 409)


def test_ipv6_addresses_of_one_64_are_one_network(browser: Any, by_network: str) -> None:
    for address, status in [
        ("[2001:db8:1:2::1]:443", 201),
        ("2001:0DB8:0001:0002:ffff:ffff:ffff:ffff:444", 409),
        ("2001:db8:1:3::1:443", 201),
    ]:
        visitor = browser()
        visitor.is_seen_at(address)
        assert visitor.vote(by_network)["statusCode"] == status


@pytest.mark.parametrize("address", [None, "", "unknown", "192.0.2.1", "192.0.2.1, 203.0.113.9:80"])
def test_unreadable_address_returns_unavailable_and_stores_nothing(
    stack: Any, voter: Any, by_network: str, address: str | None
) -> None:
    voter.is_seen_at(address)
    assert answered(voter.vote(by_network)) == (503, "/problems/unavailable")
    assert stack.votes() == []


@pytest.mark.covers("T25")
def test_address_headers_of_the_client_are_ignored(stack: Any, browser: Any, by_network: str) -> None:
    browser().vote(by_network)
    spoofer = browser()
    spoofer.headers |= {
        "x-forwarded-for": "203.0.113.9",
        "forwarded": "for=203.0.113.9",
        "x-real-ip": "1.1.1.1",
    }
    assert spoofer.vote(by_network)["statusCode"] == 409
    assert len(stack.votes()) == 1
