"""Voter keys: the key of a vote, a pseudonym of the voter that is valid in one poll only."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from contracts.ids import PollId, Receipt, VoterKey
from contracts.key_ring import KeyRing
from contracts.receipt import BITS, write_receipt

from vote_service.domain.poll import PollCopy

type VoterTokenHash = VoterKey
"""A keyed hash of a voter token; it has the format of a voter key but never equals one."""

_DIGEST_BITS: Final = 256


@dataclass(frozen=True, slots=True, repr=False)
class Voter:
    """A voter in one poll: the key of the vote, its partition, and its receipt.

    If two voters can have the same key (a code, a network), `voter_token` identifies the vote's owner: only a
    request with the same voter token gets the receipt again.
    """

    key: VoterKey
    bucket: int
    receipt: Receipt
    voter_token: VoterTokenHash


def voter_of(poll: PollCopy, identity: bytes, voter_token: bytes, keys: KeyRing) -> Voter:
    """Return the voter of an identity under the poll's policy; independent of the current key.

    `voter_token` is the voter id in the voter token, which renewals keep. Raises `UnknownKeyId` if the poll's
    key is not in the secret, and `PollClosed` if the poll is archived.
    """
    poll_key = keys.derive(poll.keys.key_id, salt=poll.keys.salt_of_voters(), info=b"poll")
    key = _keyed_hash(poll_key, poll.poll_id, poll.policy.encode(), identity)
    voter_token_hash = _keyed_hash(poll_key, poll.poll_id, b"voter_token", voter_token)
    return Voter(key, bucket_of(key, poll.keys.buckets), _receipt(poll_key, key), voter_token_hash)


def bucket_of(key: VoterKey, buckets: int) -> int:
    """Return the partition of a voter's vote, 0 to `buckets` - 1; a key always has the same one."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % buckets


def _keyed_hash(poll_key: bytes, poll_id: PollId, kind: bytes, identity: bytes) -> str:
    # Poll ids and kinds contain no zero byte, so different inputs give different messages.
    message = b"\x00".join((poll_id.encode(), kind, identity))
    return base64.urlsafe_b64encode(hmac.digest(poll_key, message, "sha256")).rstrip(b"=").decode()


def _receipt(poll_key: bytes, key: VoterKey) -> Receipt:
    digest = hmac.digest(poll_key, b"receipt" + key.encode(), "sha256")
    return write_receipt(int.from_bytes(digest) >> _DIGEST_BITS - BITS)
