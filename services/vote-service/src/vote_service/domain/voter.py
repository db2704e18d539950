"""What a vote is filed under: a key that says nothing of the voter outside this one poll."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contracts.ids import CROCKFORD, PollId, Receipt, VoterKey
from contracts.keys import KeyRing

from vote_service.domain.poll import PollCopy

_RECEIPT_BYTES: Final = 10


@dataclass(frozen=True, slots=True, repr=False)
class Voter:
    """One voter in one poll: the key of the vote, the partition it lies in, the receipt that proves it."""

    key: VoterKey
    bucket: int
    receipt: Receipt


def device_voter(poll: PollCopy, voter_id: bytes, keys: KeyRing) -> Voter:
    """Return who the holder of a ballot is in this poll: always the same, whatever key is current now.

    Raises `UnknownKeyId` when the key that the poll is pinned to is not in the secret (any more), and
    `PollClosed` when the poll is archived.
    """
    poll_key = keys.derive(poll.keys.key_id, salt=poll.keys.salt_of_voters(), info=b"poll")
    key = _voter_key(poll_key, poll.poll_id, b"device", voter_id)
    return Voter(key, bucket_of(key, poll.keys.buckets), _receipt(poll_key, key))


def bucket_of(key: VoterKey, buckets: int) -> int:
    """Return the partition, 0 to `buckets` - 1, in which a voter's vote lies: there and nowhere else."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % buckets


def _voter_key(poll_key: bytes, poll_id: PollId, kind: bytes, identity: bytes) -> VoterKey:
    # Neither a poll id nor a kind holds a zero byte: no two different inputs run together to the same bytes.
    message = b"\x00".join((poll_id.encode(), kind, identity))
    return base64.urlsafe_b64encode(hmac.digest(poll_key, message, "sha256")).rstrip(b"=").decode()


def _receipt(poll_key: bytes, key: VoterKey) -> Receipt:
    number = int.from_bytes(hmac.digest(poll_key, b"receipt" + key.encode(), "sha256")[:_RECEIPT_BYTES])
    text = "".join(CROCKFORD[(number >> shift) & 31] for shift in range(75, -1, -5)).upper()
    return "-".join(_groups_of_four(text))


def _groups_of_four(text: str) -> Iterator[str]:
    return (text[start : start + 4] for start in range(0, len(text), 4))
