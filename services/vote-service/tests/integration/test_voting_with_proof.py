"""A poll that requires a proof of work: one solved challenge is valid for one vote and its retries."""

from datetime import UTC, datetime, timedelta
from typing import Any

import altcha
import pytest
from contracts.enums import VoterPolicy
from contracts.problem import Problem
from vote_service.use_cases import prove_work


@pytest.fixture(autouse=True)
def few_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prove_work, "MAX_TRIES", 3)


@pytest.fixture
def poll_id(stack: Any, make_poll: Any) -> str:
    poll = make_poll(proof_of_work=True)
    stack.track(poll)
    return str(poll.poll_id)


def proof_of(voter: Any, poll_id: str) -> dict[str, Any]:
    """Request a challenge and solve it, like the page."""
    challenge = voter.challenge(poll_id)["json"]
    asked = {name: challenge[name] for name in ("algorithm", "nonce", "salt", "cost", "key_prefix")}
    solution = altcha.solve_challenge(altcha.Challenge(altcha.ChallengeParameters(**asked)))
    assert solution is not None
    return {"challenge": challenge, "derived_key": solution.derived_key}


def assert_asks_for_proof(answer: dict[str, Any], because: str) -> None:
    problem = Problem.model_validate(answer["json"])
    assert (answer["statusCode"], problem.type) == (403, "/problems/proof-needed")
    assert "new challenge" in problem.title
    assert because in (problem.detail or "")


def used(stack: Any) -> list[dict[str, Any]]:
    items = stack.dynamodb.scan(TableName=stack.refs["VotingStateTable"])["Items"]
    return [item for item in items if item["poll_id"]["S"].startswith("#proof#")]


def test_vote_without_a_proof_is_refused(stack: Any, voter: Any, poll_id: str) -> None:
    assert_asks_for_proof(voter.vote(poll_id), "asks for a proof of work")
    assert stack.votes() == []


def test_a_vote_with_its_proof_is_recorded(stack: Any, voter: Any, poll_id: str) -> None:
    assert voter.vote(poll_id, proof=proof_of(voter, poll_id))["statusCode"] == 201
    assert len(stack.votes()) == 1


def test_repeated_vote_may_reuse_its_proof(stack: Any, voter: Any, poll_id: str) -> None:
    proof = proof_of(voter, poll_id)
    answers = [voter.vote(poll_id, proof=proof) for _ in range(3)]
    assert [answer["statusCode"] for answer in answers] == [201, 200, 200]
    assert len({answer["json"]["receipt"] for answer in answers}) == 1
    assert len(used(stack)) == 1


@pytest.mark.covers("R21")
def test_proof_is_valid_for_one_choice(stack: Any, voter: Any, poll_id: str) -> None:
    proof = proof_of(voter, poll_id)
    voter.vote(poll_id, "a", proof=proof)
    assert_asks_for_proof(voter.vote(poll_id, "b", proof=proof), "used for another vote")
    assert voter.vote(poll_id, "b", proof=proof_of(voter, poll_id))["statusCode"] == 409
    assert len(stack.votes()) == 1


@pytest.mark.covers("R21")
def test_proof_of_another_voter_is_refused(stack: Any, voter: Any, new_browser: Any, poll_id: str) -> None:
    other = new_browser()
    other.post("/voter-token")
    assert_asks_for_proof(other.vote(poll_id, proof=proof_of(voter, poll_id)), "not one for this voter token")
    assert stack.votes() == []


@pytest.mark.covers("R21")
def test_proof_for_another_poll_is_refused(stack: Any, make_poll: Any, voter: Any, poll_id: str) -> None:
    second = make_poll(proof_of_work=True)
    stack.track(second)
    assert_asks_for_proof(voter.vote(second.poll_id, proof=proof_of(voter, poll_id)), "and this poll")
    assert stack.votes() == []


@pytest.mark.covers("R21")
def test_expired_proof_is_refused_and_a_new_one_is_accepted(stack: Any, voter: Any, poll_id: str) -> None:
    stack.set_clock(datetime.now(UTC) - timedelta(minutes=11))
    late = proof_of(voter, poll_id)
    stack.set_clock(datetime.now(UTC))
    assert_asks_for_proof(voter.vote(poll_id, proof=late), "has expired")
    assert voter.vote(poll_id, proof=proof_of(voter, poll_id))["statusCode"] == 201


@pytest.mark.covers("T10", "R21")
def test_spliced_parameters_are_refused(stack: Any, voter: Any, poll_id: str) -> None:
    one, other = proof_of(voter, poll_id), proof_of(voter, poll_id)
    for field in ("nonce", "salt", "key_prefix", "key_signature", "signature"):
        spliced = one | {"challenge": one["challenge"] | {field: other["challenge"][field]}}
        assert_asks_for_proof(voter.vote(poll_id, proof=spliced), "was changed")
    easier = one | {"challenge": one["challenge"] | {"cost": 1}}
    assert_asks_for_proof(voter.vote(poll_id, proof=easier), "was changed")
    assert (stack.votes(), used(stack)) == ([], [])


@pytest.mark.covers("T10")
def test_too_little_work_is_refused(stack: Any, voter: Any, poll_id: str) -> None:
    challenge = voter.challenge(poll_id)["json"]
    guessed = {"challenge": challenge, "derived_key": challenge["key_prefix"] + "0" * 32}
    assert_asks_for_proof(voter.vote(poll_id, proof=guessed), "not solved")
    assert (stack.votes(), used(stack)) == ([], [])


@pytest.mark.parametrize(
    "field", ["nonce", "salt", "signature", "expires_at", "cost", "algorithm", "key_length"]
)
def test_invalid_challenge_is_malformed(voter: Any, poll_id: str, field: str) -> None:
    proof = proof_of(voter, poll_id)
    answer = voter.vote(poll_id, proof=proof | {"challenge": proof["challenge"] | {field: "?"}})
    problem = Problem.model_validate(answer["json"])
    assert (answer["statusCode"], problem.type) == (422, "/problems/validation-failed")
    assert [error.field for error in problem.errors or ()] == [f"proof.challenge.{field}"]


def test_each_guessed_code_costs_a_challenge(stack: Any, make_poll: Any, voter: Any) -> None:
    poll = make_poll(policy=VoterPolicy.CODE, proof_of_work=True)
    stack.track(poll)
    proof = proof_of(voter, poll.poll_id)
    codes = ["00000-00000-00000-00000-00000", "11111-11111-11111-11111-11111"]
    first = voter.vote(poll.poll_id, code=codes[0], proof=proof)
    assert Problem.model_validate(first["json"]).type == "/problems/invalid-code"
    assert_asks_for_proof(voter.vote(poll.poll_id, code=codes[1], proof=proof), "used for another vote")


def test_poll_without_proof_of_work_ignores_proofs(
    stack: Any, make_poll: Any, voter: Any, poll_id: str
) -> None:
    plain = make_poll()
    stack.track(plain)
    assert voter.vote(plain.poll_id, proof=proof_of(voter, poll_id))["statusCode"] == 201
    assert used(stack) == []


def test_used_challenge_does_not_identify_the_voter_and_expires(stack: Any, voter: Any, poll_id: str) -> None:
    proof = proof_of(voter, poll_id)
    voter.vote(poll_id, proof=proof)
    [item], [vote] = used(stack), stack.votes()
    assert item.keys() == {"poll_id", "vote", "expires_at"}
    expires = datetime.fromisoformat(proof["challenge"]["expires_at"]).timestamp()
    assert 0 < int(item["expires_at"]["N"]) - expires <= 3600
    assert vote["sk"]["S"] not in str(item)
    assert voter.cookies["__Host-voter"].split(".")[2] not in str(item)
