"""Proof of work: a computation that a page does for each vote, so that many votes cost many computations."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.ids import PollId
from contracts.model import Contract, Instant

_Hex16Bytes = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
_Hex32Bytes = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class RequestChallenge(Contract):
    """`POST /voter-token/challenge`: the poll to vote in."""

    poll_id: PollId


class Challenge(Contract):
    """A challenge for one voter in one poll, until `expires_at`.

    The solution is the 32-bit counter (big-endian, from 0 up) for which PBKDF2 of `nonce` followed by the
    counter, with `salt` and `cost` rounds, begins with `key_prefix`. `signature` covers all fields: return
    the challenge unchanged. The format is that of ALTCHA's proof of work, version 2.
    """

    algorithm: Literal["PBKDF2/SHA-256"]
    cost: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
    key_length: Literal[32]
    key_prefix: _Hex16Bytes
    key_signature: _Hex32Bytes
    nonce: _Hex16Bytes
    salt: _Hex16Bytes
    expires_at: Instant
    signature: _Hex32Bytes


class Proof(Contract):
    """A solved challenge, sent with its vote: `derived_key` is the key that the right counter leads to."""

    challenge: Challenge
    derived_key: _Hex32Bytes
