"""Order a recount for an organiser, and return its progress and result."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final

from chassis.audit_log import AuditLog, PendingAuditEvent
from contracts.enums import PollStatus
from contracts.recount import Recount, RecountProgress

from results_service.adapters.game_results import GameResults
from results_service.adapters.recount_queue import RecountQueue
from results_service.adapters.recounts import Recounts
from results_service.domain.errors import NothingToRecount, UnknownPoll
from results_service.domain.poll import Poll
from results_service.domain.recount import RecountJob, RecountOrder, order_now

JOIN_WINDOW: Final = timedelta(minutes=15)
"""A request returns the recount under way if it was ordered within this time, and orders no second one."""


def recount_of(poll_id: str, results: GameResults, recounts: Recounts) -> Recount:
    """Return the recount under way and the newest certificate. Raises `UnknownPoll`, `StoreUnavailable`."""
    _known_poll(poll_id, results)
    return _recount_of(poll_id, recounts)


@dataclass(frozen=True)
class RecountRequester:
    """Orders recounts through the queue and records them in the audit log."""

    results: GameResults
    recounts: Recounts
    queue: RecountQueue
    audit_log: AuditLog

    def recount(self, poll_id: str, done: PendingAuditEvent, key: str | None) -> Recount:
        """Order a recount unless one is under way, and return its progress.

        The order is recorded in the audit log first, and stored for requests until the recount begins. The
        idempotency key identifies a submission: a repeated submission orders the same recount. The queue may
        receive the order twice, and it is carried out once: so an order whose sending failed is completed.
        Raises `UnknownPoll`, `NothingToRecount` for a draft, `StoreUnavailable`, `AuditLogUnavailable`.
        """
        if _known_poll(poll_id, self.results).status is PollStatus.DRAFT:
            raise NothingToRecount("A draft has no votes: open the poll first")
        found = _recount_of(poll_id, self.recounts)
        if found.running is not None and done.at - found.running.started_at < JOIN_WINDOW:
            return found
        order = self.recounts.ordered(poll_id)
        if order is None or done.at - order.ordered_at >= JOIN_WINDOW or self._is_over(order):
            submission = key or secrets.token_urlsafe(24)
            ordered_at = self.audit_log.add_once(done.entry(poll_id), submission)
            token = sha256(f"{done.principal.subject}\0{submission}".encode()).hexdigest()[:8]
            new = order_now(poll_id, ordered_at, token)
            if self._is_over(new):
                return found
            order = self.recounts.place(new, after=order)
        self.queue.send(order, not_before=order.ordered_at, now=order.ordered_at)
        ordered = RecountProgress(
            recount_id=order.recount_id, started_at=order.ordered_at, votes_read=0, buckets_done=0, buckets=0
        )
        return found.model_copy(update={"running": ordered})

    def _is_over(self, order: RecountOrder) -> bool:
        return self.recounts.certificate(order) is not None


def _recount_of(poll_id: str, recounts: Recounts) -> Recount:
    run = recounts.running(poll_id)
    return Recount(
        poll_id=poll_id,
        running=None if run is None else _progress(run, recounts),
        certificate=recounts.newest_certificate(poll_id),
    )


def _known_poll(poll_id: str, results: GameResults) -> Poll:
    totals = results.totals(poll_id)
    if totals is None or totals.poll is None:
        raise UnknownPoll("no poll of this id is known")
    return totals.poll


def _progress(run: RecountJob, recounts: Recounts) -> RecountProgress:
    counts = recounts.buckets(run).values()
    return RecountProgress(
        recount_id=run.order.recount_id,
        started_at=run.started_at,
        votes_read=sum(count.tally.a + count.tally.b for count in counts),
        buckets_done=sum(count.done for count in counts),
        buckets=run.buckets,
    )
