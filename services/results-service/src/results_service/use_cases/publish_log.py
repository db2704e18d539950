"""Publish the transparency log and the certificate of a poll that a recount has certified."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from aws_lambda_powertools import Logger
from contracts.enums import ResultVisibility
from contracts.recount import RecountState
from contracts.transparency_log import CERTIFICATES, origin

from results_service.adapters.game_results import GameResults
from results_service.adapters.log_files import LogFiles
from results_service.adapters.log_signer import LogSigner
from results_service.adapters.publications import Publications
from results_service.adapters.recounts import Recounts
from results_service.adapters.witnesses import Witnesses
from results_service.domain.checkpoint import Checkpoint, verifier_key
from results_service.domain.errors import PublicationNotOver, StoreUnavailable, VoteLogUnavailable
from results_service.domain.log_tree import TILE_WIDTH, LogTree, consistency_proof, entry_bundle, leaf_hash
from results_service.domain.publication import (
    CertificateLogHead,
    Publication,
    PublicationOrder,
    certificate_text,
)
from results_service.domain.recount import RecountOrder
from results_service.use_cases.build_log import LogBuilder

RESERVED_MILLISECONDS: Final = 20_000
"""Time reserved for the last tiles, and for the log of certificates."""

logger = Logger()


@dataclass(frozen=True, slots=True)
class LogPublisher:
    """Carries out publication orders. Each step may be repeated, so an order continues after any failure."""

    environment: str
    results: GameResults
    recounts: Recounts
    publications: Publications
    builder: LogBuilder
    files: LogFiles
    signer: LogSigner
    witnesses: Witnesses
    clock: Callable[[], datetime]

    def carry_out(self, order: PublicationOrder, has_time: Callable[[], bool]) -> Publication | None:
        """Return the publication; None if the poll publishes nothing: results hidden for ever, or deleted.

        Raises `PublicationNotOver` if the order must be delivered again, `LogMismatch`, `VoteLogUnavailable`,
        `StoreUnavailable`.
        """
        publication = self.publications.find(order.poll_id) or self._prepare(order, has_time)
        if publication is None:
            return None
        public_key = self.signer.public_key()
        vkey = verifier_key(origin(self.environment, CERTIFICATES), public_key)
        keys = self.publications.keys_with(vkey, self.clock())
        self.files.publish("keys.json", keys.model_dump_json(indent=2) + "\n")
        self.files.publish(f"{order.poll_id}/certificate.json", publication.certificate)
        self._publish_certificate_log(public_key)
        # The last file: readers that find it find all others.
        self.files.publish(f"{order.poll_id}/checkpoint", publication.checkpoint)
        self.builder.clear(order.poll_id)
        return publication

    def _prepare(self, order: PublicationOrder, has_time: Callable[[], bool]) -> Publication | None:
        certificate = self.recounts.certificate(RecountOrder(**dict(order)))
        totals = self.results.totals(order.poll_id)
        texts = self.publications.texts(order.poll_id)
        if certificate is None or certificate.state is not RecountState.CERTIFIED:
            raise PublicationNotOver("this recount has certified nothing")
        if certificate.closes_at is None or totals is None or totals.poll is None or texts is None:
            return None
        if totals.poll.result_visibility is ResultVisibility.NEVER:
            return None
        tree = self.builder.build(order.poll_id, certificate.closes_at, has_time)
        checkpoint = Checkpoint(origin(self.environment, order.poll_id), tree.size, tree.root())
        text = certificate_text(certificate, totals.poll, certificate.closes_at, texts, checkpoint)
        note = self._sign(checkpoint, self.signer.public_key())
        return self.publications.record(Publication(poll_id=order.poll_id, certificate=text, checkpoint=note))

    def _publish_certificate_log(self, public_key: bytes) -> None:
        """Publish the log of certificates up to its newest entry; the newest checkpoint is written last.

        Of publishers at the same time, one stores each head. Each of them looks for a newer head after its
        own write, so the last one to write has written the newest.
        """
        published = 0
        while True:
            head = self.publications.head()
            size = self.publications.size()
            if head is None or head.size < size:
                head = self._extend(head, size, public_key)
            if head is None:
                continue
            if head.size == published:
                return
            checkpoint = self.witnesses.cosigned(head.checkpoint, partial(self._consistency_proof, head.size))
            self.files.publish(f"{CERTIFICATES}/checkpoint", checkpoint)
            published = head.size

    def _consistency_proof(self, size: int, before: int) -> list[bytes]:
        """Return the proof that the log of certificates of size `before` is the beginning of today's."""
        bundles = (self.publications.bundle(number) for number in range((size - 1) // TILE_WIDTH + 1))
        leaves = [leaf_hash(entry) for bundle in bundles for entry in bundle][:size]
        if before > size:
            raise ValueError(f"a witness has seen {before} certificates of {size}")
        return consistency_proof(leaves, before)

    def _extend(
        self, head: CertificateLogHead | None, size: int, public_key: bytes
    ) -> CertificateLogHead | None:
        """Publish the files of a larger log and store its head; None if another publisher was faster."""
        before = 0 if head is None else head.size
        levels = () if head is None else head.levels
        tree = LogTree(before, [[bytes.fromhex(hash_) for hash_ in level] for level in levels])
        for number in range(before // TILE_WIDTH, (size - 1) // TILE_WIDTH + 1):
            entries = self.publications.bundle(number)[: size - number * TILE_WIDTH]
            fresh = entries[tree.size - number * TILE_WIDTH :]
            tiles = [tile for entry in fresh for tile in tree.append(leaf_hash(entry))]
            self.files.publish_tiles(CERTIFICATES, [entry_bundle(number, entries), *tiles])
        self.files.publish_tiles(CERTIFICATES, tree.partial_tiles())
        checkpoint = Checkpoint(origin(self.environment, CERTIFICATES), tree.size, tree.root())
        larger = CertificateLogHead(
            size=tree.size,
            levels=tuple(tuple(hash_.hex() for hash_ in level) for level in tree.levels),
            checkpoint=self._sign(checkpoint, public_key),
        )
        return larger if self.publications.advance(larger, after=before) else None

    def _sign(self, checkpoint: Checkpoint, public_key: bytes) -> str:
        return checkpoint.note(public_key, self.signer.sign(checkpoint.text()))


def answer_orders(
    event: Mapping[str, Any], publisher: LogPublisher, milliseconds_left: Callable[[], int]
) -> dict[str, Any]:
    """Carry out each order of an SQS event; return the orders that must be delivered again.

    Raises `ValidationError` for an invalid order, and `LogMismatch`: the queue retries the order, then moves
    it to the dead-letter queue.
    """

    def has_time() -> bool:
        return milliseconds_left() > RESERVED_MILLISECONDS

    again = []
    for record in event["Records"]:
        order = PublicationOrder.model_validate_json(record["body"])
        context = {"poll_id": order.poll_id, "recount_id": order.recount_id}
        try:
            published = publisher.carry_out(order, has_time)
        except (PublicationNotOver, VoteLogUnavailable, StoreUnavailable) as later:
            logger.info("a publication will be continued", extra={**context, "reason": str(later)})
            again.append(record["messageId"])
        else:
            logger.info("published" if published else "nothing to publish", extra=context)
    return {"batchItemFailures": [{"itemIdentifier": message} for message in again]}
