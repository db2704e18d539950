"""The transparency logs of closed polls: the pages that vote-service returns, and the published files.

A log is a tiled Merkle tree (C2SP tlog-tiles) with a signed checkpoint. The log of a poll has one entry for
each counted vote: the hash of its receipt, without the choice. The log of certificates has one entry for each
published certificate.
"""

import hashlib
from typing import Annotated, Final, Literal

from pydantic import Field, NonNegativeInt, PositiveInt, TypeAdapter

from contracts.api import Counts
from contracts.enums import ResultVisibility, VoterPolicy
from contracts.ids import PollId
from contracts.model import Contract, Instant
from contracts.vote_log import ReadVoteLog, VoteLogRefused

CERTIFICATES: Final = "certificates"
"""Name of the log of certificates, in the place of a poll id."""

type Sha256Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
type Sha256Base64 = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{43}=$")]


def origin(environment: str, log: str) -> str:
    """Return the origin line of a log's checkpoints, which is also the name of the key that signs them."""
    return f"this-or-that/{environment}/{log}"


def vote_entry(poll_id: PollId, receipt_hash: bytes) -> bytes:
    """Return the entry of a counted vote in its poll's log."""
    return f"tot/1\n{poll_id}\n{receipt_hash.hex()}\n".encode()


def certificate_entry(poll_id: PollId, certificate: bytes) -> bytes:
    """Return the entry of a certificate, the bytes of the published file, in the log of certificates.

    It holds a hash and no text: the texts of a deleted poll can go, and the log stays as it is.
    """
    return f"tot-certificate/1\n{poll_id}\n{hashlib.sha256(certificate).hexdigest()}\n".encode()


class ReadReceiptHashes(ReadVoteLog):
    """Requests one page of the receipt hashes of one bucket; without a cursor the first."""


class ReceiptHashPage(Contract):
    """A page of receipt hashes in their own order: nothing relates one to a choice or a time.

    Following `cursor` until it is `null` reads the hash of each valid vote of the bucket once. Only a sealed
    log has such pages. `closes_at` and `buckets` are those of a page of the vote log.
    """

    type: Literal["receipt_hash_page"] = "receipt_hash_page"
    version: Literal[1] = 1
    poll_id: PollId
    bucket: NonNegativeInt
    buckets: PositiveInt
    hashes: tuple[Sha256Hex, ...]
    cursor: str | None
    closes_at: Instant | None


type ReceiptHashAnswer = Annotated[ReceiptHashPage | VoteLogRefused, Field(discriminator="type")]

RECEIPT_HASH_ANSWERS: TypeAdapter[ReceiptHashAnswer] = TypeAdapter(ReceiptHashAnswer)


class CertifiedLog(Contract):
    """The checkpoint of the poll's log: `size` is the number of counted votes."""

    origin: str
    size: NonNegativeInt
    root_hash: Sha256Base64


class CertifiedRecount(Contract):
    """The recount that certifies the counts. `difference` is 0: anything else is not certified."""

    recount_id: str
    started_at: Instant
    finished_at: Instant
    difference: NonNegativeInt


class PublicCertificate(Contract):
    """`GET /results/{poll_id}/certificate` and `/logs/{poll_id}/certificate.json`.

    The certified result of a closed poll. `guarantee` states in words for how many votes of one person
    `policy` allows. `invalid` records are no vote by contract and are not counted.
    """

    type: Literal["public_certificate"] = "public_certificate"
    version: Literal[1] = 1
    poll_id: PollId
    question: str
    option_a: str
    option_b: str
    policy: VoterPolicy
    proof_of_work: bool
    guarantee: str
    result_visibility: ResultVisibility
    opens_at: Instant | None
    closes_at: Instant
    counts: Counts
    total: NonNegativeInt
    invalid: NonNegativeInt
    recount: CertifiedRecount
    log: CertifiedLog


class LogKey(Contract):
    """A verifier key (C2SP signed-note) of the log of certificates, and the time in which it signed.

    The same public key signs the logs of polls, each under its own origin as the name.
    """

    vkey: str
    valid_from: Instant
    valid_until: Instant | None


class LogKeys(Contract):
    """`/logs/keys.json`: all keys that have signed a log of this environment, the current one last."""

    type: Literal["log_keys"] = "log_keys"
    version: Literal[1] = 1
    keys: tuple[LogKey, ...]
