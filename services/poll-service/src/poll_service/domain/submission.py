"""One submission of a form, which may arrive more than once: its poll's id, the digest of its request."""

from hashlib import sha256

from contracts.ids import PollId, crockford, new_poll_id
from contracts.polls import CreatePoll

ID_LENGTH = 26


def poll_id_of(organiser: str, key: str | None) -> PollId:
    """Return the id that this organiser's key stands for, the same one each time; without a key a new one.

    The key is random, so the id is no easier to guess than any other.
    """
    if key is None:
        return new_poll_id()
    digest = sha256(f"poll\0{organiser}\0{key}".encode()).digest()
    return crockford(int.from_bytes(digest[:16]), ID_LENGTH)


def digest_of(wanted: CreatePoll) -> str:
    """Return what tells this request from another one."""
    return sha256(wanted.model_dump_json().encode()).hexdigest()
