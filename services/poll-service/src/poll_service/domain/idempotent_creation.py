"""Idempotent creation: a poll's id from the idempotency key, and a digest of the request."""

from hashlib import sha256

from contracts.ids import PollId, crockford, new_poll_id
from contracts.polls import CreatePoll

ID_LENGTH = 26


def poll_id_of(organiser: str, key: str | None) -> PollId:
    """Return the id for this organiser's key, always the same one; without a key a new one.

    The key is random, so the id is no easier to guess than any other.
    """
    if key is None:
        return new_poll_id()
    digest = sha256(f"poll\0{organiser}\0{key}".encode()).digest()
    return crockford(int.from_bytes(digest[:16]), ID_LENGTH)


def digest_of(wanted: CreatePoll) -> str:
    """Return a digest that differs for different requests."""
    return sha256(wanted.model_dump_json().encode()).hexdigest()
