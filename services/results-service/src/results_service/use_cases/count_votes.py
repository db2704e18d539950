"""Count a batch of VotesLog changes, poll by poll: exact counters and current totals.

The order of steps makes a crash at any point harmless: store invalid records, count, rewrite the totals,
report. Steps that were not reached run when the records are delivered again; steps that were complete add
nothing then.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aws_lambda_powertools import Logger

from results_service.adapters.dead_letter_queue import POISON, TAMPERING, DeadLetterQueue
from results_service.adapters.game_results import GameResults
from results_service.adapters.game_results_items import InvalidRecord
from results_service.domain.batch import Batch
from results_service.domain.errors import BatchFailed, StoreUnavailable
from results_service.domain.tally import lowest_number
from results_service.domain.vote_record import Change, PoisonRecord, Tampering

logger = Logger()


@dataclass(frozen=True, slots=True)
class VoteCounter:
    """Counts batches into `results` and reports invalid and tampered records to `dead_letters`."""

    results: GameResults
    dead_letters: DeadLetterQueue
    clock: Callable[[], datetime]

    def count(self, batch: Batch) -> str | None:
        """Count every poll's changes; return the lowest sequence number to deliver again, or None.

        A failure of one poll holds up no other. Raises `BatchFailed` if the whole batch must be delivered
        again.
        """
        failed: list[Change] = []
        for poll_id, changes in batch.by_poll().items():
            try:
                self._count_poll(poll_id, batch.shard_id, changes)
            except StoreUnavailable:
                logger.exception("a poll's changes were not counted", extra={"poll_id": poll_id})
                failed += changes
        if not failed:
            return None
        lowest = lowest_number(failed)
        if not batch.partial or lowest is None:
            raise BatchFailed(f"{len(failed)} of {len(batch.changes)} records were not counted")
        return lowest

    def _count_poll(self, poll_id: str, shard_id: str, changes: Sequence[Change]) -> None:
        now = self.clock()
        poison = [_invalid_record(shard_id, change) for change in changes if isinstance(change, PoisonRecord)]
        for found in poison:
            self.results.store_invalid(found, now)
        self.results.count(poll_id, shard_id, changes, now)
        self.results.rewrite_totals(poll_id, self.clock)
        for found in poison:
            self.dead_letters.report(POISON, found)
        for change in changes:
            if isinstance(change, Tampering):
                self.dead_letters.report(TAMPERING, _invalid_record(shard_id, change))


def _invalid_record(shard_id: str, change: PoisonRecord | Tampering) -> InvalidRecord:
    return InvalidRecord(change.poll_id, shard_id, change.number, change.reason, change.raw)
