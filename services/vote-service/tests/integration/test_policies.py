"""Every policy: a voter has exactly one vote through rotations, renewals and expiry."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from contracts.enums import VoterPolicy
from contracts.key_ring import KeyRing
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

IN_ONE_HALL = 30
UNKNOWN_CODE = "00000-00000-00000-00000-00000"


def answered(answer: dict[str, Any]) -> tuple[int, str]:
    return answer["statusCode"], answer["json"].get("type", "")


@pytest.mark.covers("R24")
def test_voters_behind_one_address_can_all_vote_by_device(stack: Any, browser: Any, open_poll: Any) -> None:
    """`test_voter_token_rate_limit.py` tests 300 voters, without the workflow."""
    poll_id = open_poll(VoterPolicy.DEVICE).poll_id
    answers = [browser().vote(poll_id, "ab"[number % 2]) for number in range(IN_ONE_HALL)]
    assert {answer["statusCode"] for answer in answers} == {201}
    assert len({answer["json"]["receipt"] for answer in answers}) == len(stack.votes()) == IN_ONE_HALL


@pytest.mark.parametrize("policy", [VoterPolicy.DEVICE, VoterPolicy.NETWORK])
def test_poll_with_another_policy_refuses_a_code(
    stack: Any, voter: Any, open_poll: Any, policy: VoterPolicy
) -> None:
    answer = voter.vote(open_poll(policy).poll_id, code=UNKNOWN_CODE)
    assert answered(answer) == (422, "/problems/validation-failed")
    assert answer["json"]["errors"] == [{"field": "code", "message": "This poll takes no code"}]
    assert stack.votes() == []


class HonestVoter:
    """A voter with one browser that behaves like the voter's page, under any policy."""

    def __init__(self, stack: Any, browser: Any, poll_id: str, code: str | None) -> None:
        self.stack = stack
        self.browser = browser
        self.poll_id = poll_id
        self.code = code
        self.keys = 1

    def vote(self, choice: str) -> dict[str, Any]:
        """Vote like the page, which renews a refused voter token once."""
        answer = self.browser.vote(self.poll_id, choice, self.code)
        if answer["statusCode"] == 401:
            self.renew("")
            answer = self.browser.vote(self.poll_id, choice, self.code)
        return dict(answer)

    def renew(self, _: str) -> None:
        """Renew the voter token, like each visit of the page."""
        assert self.browser.post("/voter-token")["statusCode"] == 200

    def rotate(self, _: str) -> None:
        """Add a key and make it current, like an operator."""
        self.keys += 1
        secret = {f"k{number}": chr(96 + number) * 64 for number in range(1, self.keys + 1)}
        self.stack.set_secret("VoterKeysSecret", {**secret, "current": f"k{self.keys}"})

    def expire(self, _: str) -> None:
        """Make the voter token expire."""
        from vote_service.domain.voter_token import (  # noqa: PLC0415
            VOTER_TOKEN_TTL,
            VoterToken,
            read_voter_token,
            write_voter_token,
        )

        ring = KeyRing.read({f"k{n}": chr(96 + n) * 64 for n in range(1, self.keys + 1)} | {"current": "k1"})
        voter_token = read_voter_token(self.browser.cookies["__Host-voter"], ring)
        old = VoterToken(voter_token.voter_id, datetime.now(UTC) - VOTER_TOKEN_TTL - timedelta(seconds=1))
        self.browser.cookies["__Host-voter"] = write_voter_token(old, ring)


@pytest.mark.covers("R15")
@pytest.mark.parametrize("policy", VoterPolicy)
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(st.sampled_from(["vote", "renew", "rotate", "expire"]), st.sampled_from("ab")),
        min_size=2,
        max_size=6,
    )
)
def test_voter_has_exactly_one_vote_through_rotations_renewals_and_expiry(
    stack: Any,
    browser: Any,
    organiser: Any,
    open_poll: Any,
    policy: VoterPolicy,
    life: list[tuple[str, str]],
) -> None:
    stack.set_secret("VoterKeysSecret", {"current": "k1", "k1": "a" * 64})
    poll_id = open_poll(policy).poll_id
    code = organiser.codes(poll_id)[0] if policy is VoterPolicy.CODE else None
    honest = HonestVoter(stack, browser(), poll_id, code)
    first = None
    for event, choice in [*life, ("vote", "a")]:
        answer = getattr(honest, event)(choice)
        if event != "vote":
            continue
        if first is None:
            first = (choice, answer["json"]["receipt"])
            assert answer["statusCode"] == 201
        elif choice == first[0]:
            assert (answer["statusCode"], answer["json"]["receipt"]) == (200, first[1])
        else:
            assert answered(answer) == (409, "/problems/already-voted")
    votes = [item for item in stack.votes() if item["pk"]["S"].startswith(poll_id)]
    assert [item["event"]["M"]["choice"]["S"] for item in votes] == [first[0] if first else ""]


@pytest.mark.covers("T4")
@pytest.mark.parametrize("policy", [VoterPolicy.CODE, VoterPolicy.NETWORK])
def test_new_voter_token_gives_no_second_vote_by_code_or_network(
    stack: Any, browser: Any, organiser: Any, open_poll: Any, policy: VoterPolicy
) -> None:
    poll_id = open_poll(policy).poll_id
    code = organiser.codes(poll_id)[0] if policy is VoterPolicy.CODE else None
    answers = [browser().vote(poll_id, choice, code)["statusCode"] for choice in "aab"]
    assert answers[0] == 201
    assert set(answers[1:]) == {403 if policy is VoterPolicy.CODE else 409}
    assert len(stack.votes()) == 1
