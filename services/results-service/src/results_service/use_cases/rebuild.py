"""Rebuild a poll's counters from the vote log in a new epoch, while votes come in.

A rebuild is needed where the stream's guarantee ends: records were lost after 24 hours, a table was restored,
or a stream was replaced. domain/epoch.py states why no vote is lost or counted twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from contracts.recount import Certificate, RebuildBegun

from results_service.adapters.epochs import EpochStore
from results_service.adapters.game_results import GameResults
from results_service.adapters.recount_queue import RecountQueue
from results_service.domain.epoch import Epoch
from results_service.domain.errors import RecountNotOver, UnknownPoll
from results_service.domain.recount import Counters, RebuildOrder, RecountJob, order_after, order_rebuild
from results_service.domain.tally import Tally
from results_service.use_cases.count_log import LogCounter
from results_service.use_cases.recount import Recounter


def begin_rebuild(
    poll_id: str, results: GameResults, epochs: EpochStore, queue: RecountQueue, now: datetime
) -> RebuildBegun:
    """Add a candidate epoch and order its base; if a rebuild is under way, order that one again.

    Raises `UnknownPoll`, `StoreUnavailable`.
    """
    if results.totals(poll_id) is None:
        raise UnknownPoll("no poll of this id is known")
    order = order_rebuild(poll_id, epochs.begin(poll_id, now))
    queue.send(order, not_before=order.read_from, now=now)
    return RebuildBegun(
        poll_id=poll_id,
        epoch=order.epoch,
        cut=order.cutoff,
        read_from=order.read_from,
        recount_id=order_after(order).recount_id,
    )


@dataclass(frozen=True, slots=True)
class CounterRebuilder:
    """Carries out rebuild orders: counts the base of a candidate epoch and makes it active."""

    epochs: EpochStore
    recounter: Recounter

    def carry_out(self, order: RebuildOrder, has_time: Callable[[], bool]) -> Certificate:
        """Activate the rebuilt counters, then recount; return the recount's certificate.

        Raises as a recount does. Idempotent: an epoch that is active keeps its base.
        """
        self.activate(order, has_time)
        return self.recounter.carry_out(order_after(order), has_time)

    def activate(self, order: RebuildOrder, has_time: Callable[[], bool]) -> None:
        """Count the epoch's base and activate the epoch, unless it is active; then rewrite the totals.

        The totals are rewritten in any case, because an earlier run may have ended before that.
        """
        epoch = Epoch(order.epoch, order.cutoff)
        if self.epochs.of(order.poll_id).candidate == epoch:
            self.epochs.activate(order.poll_id, epoch, self._base(order, has_time))
        self.recounter.results.rewrite_totals(order.poll_id, self.recounter.clock)

    def _base(self, order: RebuildOrder, has_time: Callable[[], bool]) -> Tally:
        if self.recounter.clock() < order.read_from:
            raise RecountNotOver("Votes older than the cutoff may still be written")
        log_counter = self.recounter.log_counter
        run = log_counter.recounts.find(order) or self._begin(order, log_counter)
        counts = log_counter.count(run, None, has_time, before=order.cutoff)
        return sum((count.tally for count in counts), start=Tally())

    def _begin(self, order: RebuildOrder, log_counter: LogCounter) -> RecountJob:
        buckets = log_counter.vote_log.page(order.poll_id, 0, None).buckets
        return log_counter.recounts.begin(
            RecountJob(order, self.recounter.clock(), buckets, Counters(Tally(), Tally()))
        )
