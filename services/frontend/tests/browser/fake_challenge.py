"""Challenges as the vote service makes them, by the same library, and its verdict on what the page solved."""

from datetime import UTC, datetime, timedelta

import altcha
from contracts.proof import Challenge, Proof

SECRET, KEY_SECRET = b"secret", b"key secret"
COST = 5_000


def a_challenge(counter: int, lasts: timedelta = timedelta(minutes=10)) -> Challenge:
    made = altcha.create_challenge(
        "PBKDF2/SHA-256",
        COST,
        counter=counter,
        expires_at=datetime.now(UTC) + lasts,
        hmac_secret=SECRET,
        hmac_key_secret=KEY_SECRET,
    )
    asked = made.parameters.to_dict()
    return Challenge.model_validate(
        {
            "algorithm": asked["algorithm"],
            "cost": asked["cost"],
            "key_length": asked["keyLength"],
            "key_prefix": asked["keyPrefix"],
            "key_signature": asked["keySignature"],
            "nonce": asked["nonce"],
            "salt": asked["salt"],
            "expires_at": datetime.fromtimestamp(asked["expiresAt"], UTC),
            "signature": made.signature,
        }
    )


def is_solved(proof: Proof) -> bool:
    asked = proof.challenge
    parameters = altcha.ChallengeParameters(
        asked.algorithm,
        asked.nonce,
        asked.salt,
        asked.cost,
        asked.key_length,
        asked.key_prefix,
        asked.key_signature,
        expires_at=int(asked.expires_at.timestamp()),
    )
    payload = altcha.Payload(
        altcha.Challenge(parameters, asked.signature), altcha.Solution(0, proof.derived_key)
    )
    return altcha.verify_solution(payload, SECRET, hmac_key_secret=KEY_SECRET).verified
