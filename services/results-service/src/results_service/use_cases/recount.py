"""Recount a poll: count the vote log again and compare it with the counters.

Only a count from pages that were all sealed can be certified.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from contracts.recount import Certificate, RecountState, VoteCounts

from results_service.adapters.game_results import GameResults
from results_service.adapters.publication_queue import PublicationQueue
from results_service.domain.errors import RecountNotOver, UnknownPoll
from results_service.domain.poll import Poll
from results_service.domain.publication import PublicationOrder
from results_service.domain.recount import (
    PATIENCE,
    Counters,
    RecountJob,
    RecountOrder,
    RecountResult,
    compare,
    is_sealed,
)
from results_service.domain.tally import Tally
from results_service.use_cases.count_log import LogCounter

MAX_CHECKS: Final = 10
"""How often, a second apart, to check whether counting has caught up before the order is retried."""


@dataclass(frozen=True, slots=True)
class Recounter:
    """Carries out recount orders. `sleep` takes seconds."""

    results: GameResults
    log_counter: LogCounter
    publications: PublicationQueue
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]

    def carry_out(self, order: RecountOrder, has_time: Callable[[], bool]) -> Certificate:
        """Return the certificate, after storing it and ordering its publication if it certifies the result.

        Raises as `_recount` does.
        """
        certificate = self._recount(order, has_time)
        if certificate.certified:
            self.publications.send(PublicationOrder(poll_id=order.poll_id, recount_id=certificate.recount_id))
        return certificate

    def _recount(self, order: RecountOrder, has_time: Callable[[], bool]) -> Certificate:
        """Return the certificate, after storing it.

        Raises `RecountNotOver` if the order must be retried: time has run out, the log is not sealed yet, or
        counting is behind. Raises `VoteLogUnavailable`, `StoreUnavailable`, `UnknownPoll`.
        """
        recounts = self.log_counter.recounts
        done = recounts.certificate(order)
        if done is not None and done.state is not RecountState.PROVISIONAL:
            return done
        poll = self._poll(order)
        run = recounts.find(order) or self._begin(order, poll)
        counts = self.log_counter.count(run, poll.closes_at, has_time)
        log = sum((count.tally for count in counts), start=Tally())
        sealed = all(count.sealed for count in counts)
        result, now = self._compare(run, poll, log, sealed=sealed)
        certificate = self._certificate(run, poll, log, now, result)
        again = sealed and result.counting_is_behind
        recounts.certify(certificate, over=not again)
        if again:
            raise RecountNotOver(result.reason)
        return certificate

    def _poll(self, order: RecountOrder) -> Poll:
        totals = self.results.totals(order.poll_id)
        if totals is None or totals.poll is None:
            raise UnknownPoll("no poll of this id is known")
        return totals.poll

    def _begin(self, order: RecountOrder, poll: Poll) -> RecountJob:
        before = self._counters(order)
        page = self.log_counter.vote_log.page(order.poll_id, 0, None)
        if order.sealed_only and not is_sealed(page, poll.closes_at):
            raise RecountNotOver("The log is not sealed yet, or vote-service does not know this close yet")
        return self.log_counter.recounts.begin(RecountJob(order, self.clock(), page.buckets, before))

    def _compare(
        self, run: RecountJob, poll: Poll, log: Tally, *, sealed: bool
    ) -> tuple[RecountResult, Counters]:
        for check in range(MAX_CHECKS):
            if check:
                self.sleep(1)
            now = self._counters(run.order)
            overdue = poll.closes_at is not None and poll.closes_at + PATIENCE <= self.clock()
            result = compare(log, run.before, now, sealed=sealed, overdue=overdue)
            if not result.counting_is_behind:
                break
        return result, now

    def _counters(self, order: RecountOrder) -> Counters:
        totals = self.results.totals(order.poll_id)
        shown = totals.tally if totals else Tally()
        return Counters(self.results.tally(order.poll_id), shown)

    def _certificate(
        self, run: RecountJob, poll: Poll, log: Tally, now: Counters, result: RecountResult
    ) -> Certificate:
        return Certificate(
            poll_id=run.order.poll_id,
            recount_id=run.order.recount_id,
            state=result.state,
            certified=result.state is RecountState.CERTIFIED,
            reason=result.reason,
            log=_counts(log),
            counters=_counts(now.summed),
            shown=_counts(now.shown),
            difference=result.difference,
            closes_at=poll.closes_at,
            started_at=run.started_at,
            finished_at=self.clock(),
        )


def _counts(tally: Tally) -> VoteCounts:
    return VoteCounts(a=tally.a, b=tally.b, invalid=tally.invalid)
