"""Proofs of work: valid for one voter in one poll for ten minutes, and tamper-proof."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import altcha
import pytest
from contracts.enums import PollStatus, VoterPolicy
from contracts.ids import CROCKFORD
from contracts.key_ring import KeyRing
from contracts.proof_of_work import Challenge, Proof
from hypothesis import assume, given
from hypothesis import strategies as st
from vote_service.domain.errors import PollClosed, ProofNeeded
from vote_service.domain.poll import PollCopy, VotingKeys
from vote_service.use_cases import prove_work
from vote_service.use_cases.prove_work import CHALLENGE_TTL, check_proof, issue_challenge

NOW = datetime(2100, 1, 1, 12, tzinfo=UTC)
"""In the future, because the library checks expiry with the machine's clock."""
KEYS = KeyRing.read({"current": "k1", "k1": "first key"})
VOTER, OTHER = bytes(16), bytes(15) + b"x"
NOT_YOURS, NOT_SOLVED = "not one for this voter token and this poll, or was changed", "not solved"
HEX = ("key_prefix", "key_signature", "nonce", "salt", "signature")
voter_ids = st.binary(min_size=16, max_size=16)
poll_ids = st.text(CROCKFORD, min_size=26, max_size=26)


def poll_with(poll_id: str = "0" * 26, salt: bytes | None = bytes(32)) -> PollCopy:
    keys = VotingKeys(salt, "k1", 16)
    return PollCopy(poll_id, PollStatus.OPEN, None, None, VoterPolicy.DEVICE, 1, keys, proof_of_work=True)


def solve(challenge: Challenge) -> Proof:
    asked = challenge.model_dump(exclude={"signature", "expires_at"})
    solution = altcha.solve_challenge(altcha.Challenge(altcha.ChallengeParameters(**asked)))
    assert solution is not None
    return Proof(challenge=challenge, derived_key=solution.derived_key)


def changed(proof: Proof, **fields: Any) -> Proof:
    return proof.model_copy(update={"challenge": proof.challenge.model_copy(update=fields)})


@pytest.fixture(scope="module")
def proof() -> Proof:
    return solve(issue_challenge(poll_with(), VOTER, KEYS, NOW))


@pytest.fixture(autouse=True)
def few_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first test solves a challenge with real work once."""
    monkeypatch.setattr(prove_work, "MAX_TRIES", 3)


def refusal(
    proof: Proof | None, poll: PollCopy | None = None, voter: bytes = VOTER, now: datetime = NOW
) -> str:
    with pytest.raises(ProofNeeded) as refused:
        check_proof(proof, poll or poll_with(), voter, KEYS, now)
    return refused.value.message or ""


def test_a_solved_challenge_is_a_proof(proof: Proof) -> None:
    assert check_proof(proof, poll_with(), VOTER, KEYS, NOW) == proof


def test_solving_a_challenge_takes_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prove_work, "MAX_TRIES", 1_000)
    monkeypatch.setattr("secrets.randbelow", lambda most: most - 1)
    challenge = issue_challenge(poll_with(), VOTER, KEYS, NOW)
    assert challenge.cost == 5_000
    asked = altcha.ChallengeParameters(**challenge.model_dump(exclude={"signature", "expires_at"}))
    solution = altcha.solve_challenge(altcha.Challenge(asked), counter_start=990)
    assert solution is not None
    assert solution.counter == 999


def test_challenge_is_valid_for_exactly_ten_minutes(proof: Proof) -> None:
    check_proof(proof, poll_with(), VOTER, KEYS, NOW + CHALLENGE_TTL - timedelta(microseconds=1))
    assert "has expired" in refusal(proof, now=NOW + CHALLENGE_TTL)


def test_expiry_is_signed(proof: Proof) -> None:
    for later in (timedelta(seconds=1), timedelta(minutes=10), timedelta(days=3650)):
        assert NOT_YOURS in refusal(changed(proof, expires_at=proof.challenge.expires_at + later))


def test_missing_proof_is_refused() -> None:
    assert "asks for a proof of work" in refusal(None)


def test_challenge_of_another_voter_is_refused(proof: Proof) -> None:
    assert NOT_YOURS in refusal(proof, voter=OTHER)


def test_challenge_of_another_poll_is_refused(proof: Proof) -> None:
    assert NOT_YOURS in refusal(proof, poll=poll_with("1" * 26))
    assert NOT_YOURS in refusal(proof, poll=poll_with(salt=bytes(31) + b"x"))


@pytest.mark.parametrize("field", HEX)
def test_challenge_with_any_changed_character_is_refused(proof: Proof, field: str) -> None:
    text = getattr(proof.challenge, field)
    for place, original in enumerate(text):
        other = text[:place] + ("0" if original != "0" else "1") + text[place + 1 :]
        assert NOT_YOURS in refusal(changed(proof, **{field: other}))


def test_challenge_with_less_work_is_refused(proof: Proof) -> None:
    for field, easier in (("cost", 1), ("cost", 4_999), ("key_length", 1), ("algorithm", "SHA-256")):
        assert NOT_YOURS in refusal(changed(proof, **{field: easier}))


@pytest.mark.covers("R21")
def test_spliced_challenge_is_refused(proof: Proof) -> None:
    """Splicing: parts of another challenge of the same voter invalidate the signature."""
    other = solve(issue_challenge(poll_with(), VOTER, KEYS, NOW + timedelta(minutes=1))).challenge
    fields = ("key_prefix", "key_signature", "nonce", "salt", "expires_at", "signature")
    for count in range(1, len(fields)):
        for taken in combinations(fields, count):
            mixed = changed(proof, **{field: getattr(other, field) for field in taken})
            assert NOT_YOURS in refusal(mixed)


def test_a_character_cannot_move_from_one_parameter_to_the_next(proof: Proof) -> None:
    whole = proof.challenge.nonce + proof.challenge.salt
    for cut in (31, 33):
        assert NOT_YOURS in refusal(changed(proof, nonce=whole[:cut], salt=whole[cut:]))


def test_unsolved_challenge_is_refused(proof: Proof) -> None:
    guesses = ["0" * 64, proof.challenge.key_prefix + "0" * 32, proof.challenge.key_signature]
    for guess in guesses:
        assert NOT_SOLVED in refusal(proof.model_copy(update={"derived_key": guess}))


def test_solution_with_any_changed_character_is_refused(proof: Proof) -> None:
    for place, original in enumerate(proof.derived_key):
        other = proof.derived_key[:place] + ("0" if original != "0" else "1") + proof.derived_key[place + 1 :]
        assert NOT_SOLVED in refusal(proof.model_copy(update={"derived_key": other}))


@given(poll_ids, poll_ids, voter_ids, voter_ids)
def test_no_two_pairs_of_poll_and_voter_share_a_challenge(
    poll_id: str, other_poll_id: str, voter: bytes, other_voter: bytes
) -> None:
    assume((poll_id, voter) != (other_poll_id, other_voter))
    proof = solve(issue_challenge(poll_with(poll_id), voter, KEYS, NOW))
    check_proof(proof, poll_with(poll_id), voter, KEYS, NOW)
    assert NOT_YOURS in refusal(proof, poll_with(other_poll_id), other_voter)


def test_key_rotation_invalidates_no_challenge(proof: Proof) -> None:
    rotated = KeyRing.read({"current": "k2", "k1": "first key", "k2": "second key"})
    check_proof(proof, poll_with(), VOTER, rotated, NOW)


def test_archived_poll_issues_and_accepts_no_challenge(proof: Proof) -> None:
    archived = poll_with(salt=None)
    with pytest.raises(PollClosed):
        issue_challenge(archived, VOTER, KEYS, NOW)
    with pytest.raises(PollClosed):
        check_proof(proof, archived, VOTER, KEYS, NOW)


def test_challenge_contains_neither_voter_nor_poll() -> None:
    shown = issue_challenge(poll_with(), VOTER, KEYS, NOW).model_dump_json()
    assert "0" * 26 not in shown
    assert VOTER.hex() not in shown
