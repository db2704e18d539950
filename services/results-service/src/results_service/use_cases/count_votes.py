"""Count a batch of VotesLog changes, poll by poll: exact counters and current totals.

The order of steps makes a crash at any point harmless: store invalid records, count, rewrite the totals,
report. Steps that were not reached run when the records are delivered again; steps that were complete add
nothing then.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aws_lambda_powertools import Logger, Metrics

from results_service.adapters.dead_letter_queue import POISON, TAMPERING, DeadLetterQueue
from results_service.adapters.game_results import GameResults
from results_service.adapters.game_results_items import InvalidRecord
from results_service.domain.batch import Batch
from results_service.domain.errors import BatchFailed, StoreUnavailable
from results_service.domain.tally import lowest_number, mark_of
from results_service.domain.vote_record import Change, PoisonRecord, Tampering, Vote

logger = Logger()
metrics = Metrics()


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
        counted: list[dict[str, str | int]] = []
        metrics.add_metadata("counted", counted)
        for poll_id, changes in batch.by_poll().items():
            try:
                version = self._count_poll(poll_id, batch.shard_id, changes)
                counted.append(_log_entry(poll_id, batch.shard_id, changes, version))
            except StoreUnavailable:
                logger.exception("a poll's changes were not counted", extra={"poll_id": poll_id})
                failed += changes
        if not failed:
            return None
        lowest = lowest_number(failed)
        if not batch.partial or lowest is None:
            raise BatchFailed(f"{len(failed)} of {len(batch.changes)} records were not counted")
        return lowest

    def _count_poll(self, poll_id: str, shard_id: str, changes: Sequence[Change]) -> int:
        now = self.clock()
        poison = [_invalid_record(shard_id, change) for change in changes if isinstance(change, PoisonRecord)]
        for found in poison:
            self.results.store_invalid(found, now)
        self.results.count(poll_id, shard_id, changes, now)
        version = self.results.rewrite_totals(poll_id, self.clock)
        for found in poison:
            self.dead_letters.report(POISON, found)
        for change in changes:
            if isinstance(change, Tampering):
                self.dead_letters.report(TAMPERING, _invalid_record(shard_id, change))
        return version


def _log_entry(poll_id: str, shard_id: str, changes: Sequence[Change], version: int) -> dict[str, str | int]:
    """Return which votes the totals of a version include, without choices; `./dev trace` reads it.

    The ids are one text, since CloudWatch Logs Insights finds only the first 200 fields of a line.
    """
    votes = [change for change in changes if isinstance(change, Vote)]
    return {
        "poll_id": poll_id,
        "shard": shard_id,
        "last_number": max((mark_of(vote.number) for vote in votes), default="").lstrip("0"),
        "version": version,
        "trace_ids": " ".join(vote.trace_id for vote in votes if vote.trace_id),
    }


def _invalid_record(shard_id: str, change: PoisonRecord | Tampering) -> InvalidRecord:
    return InvalidRecord(change.poll_id, shard_id, change.number, change.reason, change.raw)
