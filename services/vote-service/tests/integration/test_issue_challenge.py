"""`POST /voter-token/challenge`: challenges for holders of a voter token, in public polls."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from contracts.enums import PollStatus
from contracts.ids import new_poll_id
from contracts.problem import Problem
from contracts.proof_of_work import Challenge


@pytest.fixture
def poll_id(stack: Any, make_poll: Any) -> str:
    poll = make_poll(proof_of_work=True)
    stack.track(poll)
    return str(poll.poll_id)


def assert_problem(answer: dict[str, Any], status: int, slug: str) -> None:
    problem = Problem.model_validate(answer["json"])
    assert (answer["statusCode"], problem.type) == (status, f"/problems/{slug}")


def test_challenge_is_new_each_time_and_valid_for_ten_minutes(voter: Any, poll_id: str) -> None:
    answers = [voter.challenge(poll_id) for _ in range(2)]
    first, second = (Challenge.model_validate(answer["json"]) for answer in answers)
    assert [answer["statusCode"] for answer in answers] == [200, 200]
    assert answers[0]["headers"]["Cache-Control"] == "private, no-store"
    assert {first.nonce, first.salt, first.signature}.isdisjoint(
        {second.nonce, second.salt, second.signature}
    )
    left = first.expires_at - datetime.now(UTC)
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)


def test_challenge_requires_a_voter_token(new_browser: Any, poll_id: str) -> None:
    assert_problem(new_browser().challenge(poll_id), 401, "no-voter-token")


def test_changed_voter_token_gets_no_challenge(voter: Any, poll_id: str) -> None:
    voter.cookies["__Host-voter"] += "x"
    assert_problem(voter.challenge(poll_id), 403, "invalid-voter-token")


def test_drafts_and_unknown_polls_return_the_same_problem(stack: Any, make_poll: Any, voter: Any) -> None:
    draft = make_poll(PollStatus.DRAFT, opens=None, revision=1, proof_of_work=True)
    stack.track(draft)
    unknown = voter.challenge(new_poll_id())
    assert_problem(unknown, 404, "unknown-poll")
    assert voter.challenge(draft.poll_id)["json"] == unknown["json"]


def test_closed_poll_issues_challenges_for_retries_of_votes(
    stack: Any, make_poll: Any, voter: Any, poll_id: str
) -> None:
    stack.track(make_poll(PollStatus.CLOSED, poll_id=poll_id, closes=-5, revision=9, proof_of_work=True))
    assert voter.challenge(poll_id)["statusCode"] == 200


def test_foreign_page_gets_no_challenge(voter: Any, poll_id: str) -> None:
    answer = voter.post(
        "/voter-token/challenge", {"poll_id": poll_id}, headers={"sec-fetch-site": "cross-site"}
    )
    assert_problem(answer, 403, "cross-origin-forbidden")


@pytest.mark.parametrize("body", ["", "{", "[]", '{"poll_id": "x"}', '{"poll_id": "0", "more": 1}'])
def test_invalid_body_is_refused(voter: Any, body: str) -> None:
    assert_problem(voter.post("/voter-token/challenge", body), 422, "validation-failed")
