"""What a vote is filed under: a key that says nothing of the voter outside this one poll."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from contracts.ids import PollId, Receipt, VoterKey, crockford
from contracts.keys import KeyRing

from vote_service.domain.poll import PollCopy

type VoterTokenHash = VoterKey
"""A keyed hash of a voter token, of the shape of a voter key and never equal to one."""

_RECEIPT_BYTES: Final = 10


@dataclass(frozen=True, slots=True, repr=False)
class Voter:
    """One voter in one poll: the key of the vote, the partition it lies in, the receipt that proves it.

    `voter_token` says whose the vote is where a key could be shown by two (a code, a network): the same
    voter token asks again about its own vote, another one learns nothing of it.
    """

    key: VoterKey
    bucket: int
    receipt: Receipt
    voter_token: VoterTokenHash


def voter_of(poll: PollCopy, identity: bytes, voter_token: bytes, keys: KeyRing) -> Voter:
    """Return the voter of this identity under the poll's policy: the same one, whatever key is current now.

    `voter_token` is the voter id in the voter token, which no renewal changes. Raises `UnknownKeyId` when
    the key that the poll is pinned to is not in the secret (any more), and `PollClosed` when the poll is
    archived.
    """
    poll_key = keys.derive(poll.keys.key_id, salt=poll.keys.salt_of_voters(), info=b"poll")
    key = _keyed_hash(poll_key, poll.poll_id, poll.policy.encode(), identity)
    voter_token_hash = _keyed_hash(poll_key, poll.poll_id, b"voter_token", voter_token)
    return Voter(key, bucket_of(key, poll.keys.buckets), _receipt(poll_key, key), voter_token_hash)


def bucket_of(key: VoterKey, buckets: int) -> int:
    """Return the partition, 0 to `buckets` - 1, in which a voter's vote lies: there and nowhere else."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % buckets


def _keyed_hash(poll_key: bytes, poll_id: PollId, kind: bytes, identity: bytes) -> str:
    # Neither a poll id nor a kind holds a zero byte: no two different inputs run together to the same bytes.
    message = b"\x00".join((poll_id.encode(), kind, identity))
    return base64.urlsafe_b64encode(hmac.digest(poll_key, message, "sha256")).rstrip(b"=").decode()


def _receipt(poll_key: bytes, key: VoterKey) -> Receipt:
    number = int.from_bytes(hmac.digest(poll_key, b"receipt" + key.encode(), "sha256")[:_RECEIPT_BYTES])
    text = crockford(number, 16).upper()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
