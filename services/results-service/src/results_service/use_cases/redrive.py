"""Redrive: process a poll's invalid records again after a fix. Records still invalid stay stored."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self

from contracts.recount import PollRedriven

from results_service.adapters.epochs import EpochStore
from results_service.adapters.game_results import GameResults
from results_service.adapters.invalid_records import InvalidRecords, Outcome
from results_service.adapters.log_files import LogFiles
from results_service.adapters.publications import Publications
from results_service.adapters.recount_queue import RecountQueue
from results_service.domain.errors import AlreadyRebuilt
from results_service.domain.redrive import Invalid, read_again
from results_service.domain.vote_record import Vote
from results_service.use_cases.track_poll_status import PollUpdates

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Redriver:
    """Redrives records, idempotently and also if two run at once: each record is counted once."""

    results: GameResults
    records: InvalidRecords
    epochs: EpochStore
    updates: PollUpdates
    clock: Callable[[], datetime]

    @classmethod
    def of(
        cls,
        client: "DynamoDBClient",
        table: str,
        queue: RecountQueue,
        log_files: LogFiles,
        clock: Callable[[], datetime],
    ) -> Self:
        """Create a redriver for one table."""
        results = GameResults(client, table)
        updates = PollUpdates(results, queue, Publications(client, table), log_files, clock)
        return cls(results, InvalidRecords(client, table), EpochStore(client, table), updates, clock)

    def redrive(self, poll_id: str) -> PollRedriven:
        """Process every pending record that may belong to the poll, then rewrite its totals.

        Totals are rewritten even if no record is pending, because an earlier run may have ended before that.
        Raises `AlreadyRebuilt`, `StoreUnavailable`.
        """
        if self.epochs.of(poll_id).rebuilt:
            raise AlreadyRebuilt
        done = Counter(self._reprocess(poll_id, record) for record in tuple(self.records.pending(poll_id)))
        if self.results.totals(poll_id) is not None:
            self.results.rewrite_totals(poll_id, self.clock)
        return PollRedriven(
            poll_id=poll_id,
            redriven=done[Outcome.DONE],
            still_invalid=done[Outcome.INVALID],
            not_counted_yet=done[Outcome.TOO_EARLY],
        )

    def _reprocess(self, poll_id: str, record: Invalid) -> Outcome:
        match read_again(record, poll_id):
            case Vote() as vote:
                return self.records.count(poll_id, record, vote, self.clock())
            case None:
                # A record whose key names no poll may belong to another poll: leave it pending.
                return Outcome.INVALID if record.kept_under == poll_id else Outcome.ANOTHERS
            case event:
                self.updates.apply(event)
                self.records.applied(record, self.clock())
                return Outcome.DONE
