"""Put records that were set aside back in, after a fix; what still cannot be read stays aside."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self

from contracts.ids import Choice
from contracts.recount import PollRedriven

from results_service.adapters.epochs import EpochStore
from results_service.adapters.game_results import GameResults
from results_service.adapters.invalid_records import InvalidRecords, Outcome
from results_service.adapters.recount_queue import RecountQueue
from results_service.domain.errors import AlreadyRebuilt
from results_service.domain.redrive import Invalid, read_again
from results_service.use_cases.track_poll_status import PollUpdates

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Redriver:
    """Safe to repeat, and to run twice at once: each record changes sides once."""

    results: GameResults
    records: InvalidRecords
    epochs: EpochStore
    updates: PollUpdates
    clock: Callable[[], datetime]

    @classmethod
    def of(
        cls, client: "DynamoDBClient", table: str, queue: RecountQueue, clock: Callable[[], datetime]
    ) -> Self:
        """Return a redrive of what one table holds."""
        results = GameResults(client, table)
        updates = PollUpdates(results, queue, clock)
        return cls(results, InvalidRecords(client, table), EpochStore(client, table), updates, clock)

    def redrive(self, poll_id: str) -> PollRedriven:
        """Judge every pending record that may be this poll's again, then rewrite its totals.

        Totals are rewritten even with nothing to do: an earlier run may have ended before that. Raises
        `AlreadyRebuilt`, `StoreUnavailable`.
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
            case Choice() as choice:
                return self.records.count(poll_id, record, choice, self.clock())
            case None:
                # What names no poll may be another's: it is still to be read there.
                return Outcome.INVALID if record.kept_under == poll_id else Outcome.ANOTHERS
            case event:
                self.updates.apply(event)
                self.records.applied(record, self.clock())
                return Outcome.DONE
