"""A minting request that is repeated with its idempotency key: the same codes, counted once."""

from typing import Any

import pytest
from contracts.enums import VoterPolicy
from testkit.lost_answers import first_answers_lost

KEY = "0123456789abcdefABCDEF-_"


@pytest.fixture
def poll_id(stack: Any, make_poll: Any) -> str:
    poll = make_poll(policy=VoterPolicy.CODE)
    stack.track(poll)
    return str(poll.poll_id)


def mint(organiser: Any, poll_id: str, count: int, key: str = KEY, sub: str = "organiser-1") -> Any:
    organiser.headers["idempotency-key"] = key
    answer = organiser.mint(poll_id, {"count": count}, sub)
    del organiser.headers["idempotency-key"]
    return answer


def test_a_repeated_minting_returns_the_same_codes_and_counts_them_once(
    stack: Any, organiser: Any, voter: Any, poll_id: str
) -> None:
    first, second = mint(organiser, poll_id, 20), mint(organiser, poll_id, 20)
    assert (first["statusCode"], second["statusCode"]) == (201, 200)
    assert second["json"] == first["json"]
    assert second["json"]["minted"] == 20
    assert voter.vote(poll_id, code=second["json"]["codes"][0])["statusCode"] == 201


def test_other_count_with_the_same_key_is_refused(stack: Any, organiser: Any, poll_id: str) -> None:
    mint(organiser, poll_id, 2)
    answer = mint(organiser, poll_id, 3)
    assert answer["statusCode"] == 422
    assert [error["field"] for error in answer["json"]["errors"]] == ["idempotency-key"]


def test_codes_differ_between_keys_organisers_and_polls(
    stack: Any, organiser: Any, make_poll: Any, poll_id: str
) -> None:
    other = make_poll(policy=VoterPolicy.CODE)
    stack.track(other)
    answers = [
        mint(organiser, poll_id, 5),
        mint(organiser, poll_id, 5, key=KEY.lower()),
        mint(organiser, poll_id, 5, sub="organiser-2"),
        mint(organiser, other.poll_id, 5),
    ]
    assert [answer["statusCode"] for answer in answers] == [201] * 4
    assert len({code for answer in answers for code in answer["json"]["codes"]}) == 20


def test_requests_without_a_key_mint_new_codes(stack: Any, organiser: Any, poll_id: str) -> None:
    assert not set(organiser.codes(poll_id, 5)) & set(organiser.codes(poll_id, 5))


def test_minting_with_a_lost_table_response_counts_once(stack: Any, organiser: Any, poll_id: str) -> None:
    with first_answers_lost() as lost:
        answer = mint(organiser, poll_id, 4)
    assert (answer["statusCode"], answer["json"]["minted"]) == (201, 4)
    assert lost == ["TransactWriteItems"]
