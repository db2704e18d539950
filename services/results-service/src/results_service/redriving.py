"""Put records that were set aside back into the counts, after a fix; what is still no vote stays aside."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from contracts.recount import PollRedriven

from results_service.domain.redrive import choice_in
from results_service.store.game_results import GameResults
from results_service.store.invalid_records import InvalidRecords


@dataclass(frozen=True, slots=True)
class Redriving:
    """Safe to repeat, and to run twice at once: each record changes sides once."""

    results: GameResults
    records: InvalidRecords
    clock: Callable[[], datetime]

    def redrive(self, poll_id: str) -> PollRedriven:
        """Judge every pending record of a poll again, then rewrite its totals. Raises `StoreUnavailable`.

        Totals are rewritten even with nothing to do: an earlier run may have ended before that.
        """
        redriven = still_invalid = not_counted_yet = 0
        for record in tuple(self.records.pending(poll_id)):
            choice = choice_in(record, poll_id)
            if choice is None:
                still_invalid += 1
            elif self.records.count(poll_id, record, choice, self.clock()):
                redriven += 1
            else:
                not_counted_yet += 1
        if self.results.totals(poll_id) is not None:
            self.results.rewrite_totals(poll_id, self.clock)
        return PollRedriven(
            poll_id=poll_id, redriven=redriven, still_invalid=still_invalid, not_counted_yet=not_counted_yet
        )
