"""Proof of work: ALTCHA challenges, each valid for one voter, one poll and ten minutes.

Voter and poll are not part of a challenge but of the key that signs it, which is derived from the poll's
salt: for any other voter or poll the signature is invalid. All parameters are signed as one JSON text, so
that no character can move from one to the next (CVE-2025-68113).
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

import altcha
from contracts.key_ring import KeyRing
from contracts.proof_of_work import Challenge, Proof

from vote_service.domain.errors import ProofNeeded
from vote_service.domain.poll import PollCopy

ALGORITHM: Final = "PBKDF2/SHA-256"
"""Built into browsers, and computed outside of the page's main thread."""

COST: Final = 5_000
MAX_TRIES: Final = 1_000
"""Upper bound of the counter: at most a few seconds on a phone, half of that on average."""

CHALLENGE_TTL: Final = timedelta(minutes=10)

type Secrets = tuple[bytes, bytes]


def issue_challenge(poll: PollCopy, voter_id: bytes, keys: KeyRing, now: datetime) -> Challenge:
    """Return a new challenge for a voter and a poll. Raises `PollClosed` for an archived poll."""
    of_challenge, of_solution = _secrets(poll, voter_id, keys)
    challenge = altcha.create_challenge(
        ALGORITHM,
        COST,
        counter=secrets.randbelow(MAX_TRIES),
        expires_at=now + CHALLENGE_TTL,
        hmac_secret=of_challenge,
        hmac_key_secret=of_solution,
    )
    parameters = challenge.parameters
    return Challenge.model_validate(
        {
            "algorithm": parameters.algorithm,
            "cost": parameters.cost,
            "key_length": parameters.key_length,
            "key_prefix": parameters.key_prefix,
            "key_signature": parameters.key_signature,
            "nonce": parameters.nonce,
            "salt": parameters.salt,
            "expires_at": datetime.fromtimestamp(parameters.expires_at or 0, UTC),
            "signature": challenge.signature,
        }
    )


def check_proof(proof: Proof | None, poll: PollCopy, voter_id: bytes, keys: KeyRing, now: datetime) -> Proof:
    """Verify the proof for this voter and poll, and return it. Raises `ProofNeeded` with the reason."""
    if proof is None:
        raise ProofNeeded("This poll asks for a proof of work with each vote")
    if now >= proof.challenge.expires_at:
        raise ProofNeeded("The challenge has expired")
    of_challenge, of_solution = _secrets(poll, voter_id, keys)
    payload = altcha.Payload(_as_issued(proof.challenge), altcha.Solution(0, proof.derived_key))
    found = altcha.verify_solution(payload, of_challenge, hmac_key_secret=of_solution)
    if found.invalid_signature:
        raise ProofNeeded("The challenge is not one for this voter token and this poll, or was changed")
    if not found.verified:
        raise ProofNeeded("The challenge is not solved")
    return proof


def _as_issued(challenge: Challenge) -> altcha.Challenge:
    parameters = altcha.ChallengeParameters(
        algorithm=challenge.algorithm,
        nonce=challenge.nonce,
        salt=challenge.salt,
        cost=challenge.cost,
        key_length=challenge.key_length,
        key_prefix=challenge.key_prefix,
        key_signature=challenge.key_signature,
        expires_at=int(challenge.expires_at.timestamp()),
    )
    return altcha.Challenge(parameters, challenge.signature)


def _secrets(poll: PollCopy, voter_id: bytes, keys: KeyRing) -> Secrets:
    # Both ids have a fixed length, so different pairs give different bytes.
    pair = poll.poll_id.encode() + voter_id
    salt = poll.keys.salt_of_voters()
    of_challenge, of_solution = (
        keys.derive(poll.keys.key_id, salt=salt, info=purpose + b"\x00" + pair)
        for purpose in (b"challenge", b"solution")
    )
    return of_challenge, of_solution
