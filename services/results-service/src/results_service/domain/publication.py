"""Publication of a closed poll: its texts, its certificate in public words, and the order to publish them."""

import base64
from typing import Final

from contracts.api import Counts
from contracts.enums import VoterPolicy
from contracts.events import PollClosed
from contracts.ids import PollId
from contracts.model import Contract, Instant
from contracts.recount import Certificate
from contracts.transparency_log import CertifiedLog, CertifiedRecount, PublicCertificate

from results_service.domain.checkpoint import Checkpoint
from results_service.domain.errors import LogMismatch
from results_service.domain.poll import Poll

GUARANTEES: Final = {
    VoterPolicy.DEVICE: "Each browser casts one vote: a person with several devices could cast several.",
    VoterPolicy.CODE: "Each code that the organiser gave out casts one vote.",
    VoterPolicy.NETWORK: "Each network address casts one vote: people behind one address share it.",
}
"""How many votes of one person each policy allows, in words that can be quoted."""


class PublicationOrder(Contract):
    """Orders the publication of a poll's log and certificate after the recount that certified it."""

    poll_id: PollId
    recount_id: str


class PollTexts(Contract):
    """The parts of a closed poll that only its certificate states. They are fixed from the opening on."""

    question: str
    option_a: str
    option_b: str
    policy: VoterPolicy
    proof_of_work: bool

    @classmethod
    def of(cls, event: PollClosed) -> "PollTexts":
        """Return the texts in the event of a poll's close."""
        return event.project(cls)


class Publication(Contract):
    """The published certificate, byte for byte, and the signed checkpoint of the poll's log."""

    poll_id: PollId
    certificate: str
    checkpoint: str


class CertificateLogHead(Contract):
    """The log of certificates as last signed: its checkpoint, and the tree to continue, in hexadecimal."""

    size: int
    levels: tuple[tuple[str, ...], ...]
    checkpoint: str


def certificate_text(
    certificate: Certificate, poll: Poll, closes_at: Instant, texts: PollTexts, checkpoint: Checkpoint
) -> str:
    """Return the text of the certificate's file.

    It depends on nothing but the recount and the log, so a repeated publication has the same bytes. Raises
    `LogMismatch` unless the log has one entry for each counted vote.
    """
    counted = certificate.log
    total = counted.a + counted.b
    if checkpoint.size != total:
        raise LogMismatch(f"the log has {checkpoint.size} receipts, the certificate {total} votes")
    public = PublicCertificate(
        **dict(texts),
        poll_id=certificate.poll_id,
        guarantee=GUARANTEES[texts.policy],
        result_visibility=poll.result_visibility,
        opens_at=poll.opens_at,
        closes_at=closes_at,
        counts=Counts(a=counted.a, b=counted.b),
        total=total,
        invalid=counted.invalid,
        recount=certificate.project(CertifiedRecount),
        log=CertifiedLog(
            origin=checkpoint.origin,
            size=checkpoint.size,
            root_hash=base64.b64encode(checkpoint.root).decode(),
        ),
    )
    return public.model_dump_json(indent=2) + "\n"
