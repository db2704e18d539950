"""When a recount certifies the counters, when it finds them wrong, and when it is too early to say."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Self

from contracts.ids import Choice, PollId
from contracts.model import Contract, Instant
from contracts.recount import RecountState
from contracts.vote_log import VoteLogPage

from results_service.domain.epoch import Epoch
from results_service.domain.tally import Tally

SEALED_AFTER: Final = timedelta(seconds=45)
"""From its time of closing on until vote-service calls a poll's log sealed: 40 seconds, and 5 to be sure."""

PATIENCE: Final = timedelta(minutes=15)
"""How late counting may be, from a poll's closing on, before missing votes count as lost."""

NOTHING: Final = Tally()


class RecountOrder(Contract):
    """Asks for one recount; the same order again goes on with the same recount.

    Ids sort by time. `sealed_only`: do not begin before the log is sealed.
    """

    poll_id: PollId
    recount_id: str
    sealed_only: bool = False


class RebuildOrder(RecountOrder):
    """Asks to read what was recorded before an epoch's cut as its base, to show the epoch, and to recount."""

    epoch: str
    cutoff: Instant

    @property
    def read_from(self) -> datetime:
        """Return from when on nothing of before the cut can still be written."""
        return self.cutoff + SEALED_AFTER


def order_at_close(poll_id: PollId, closes_at: datetime) -> RecountOrder:
    """Return the order that each closing gives, the same one however often it is told."""
    moment = int((closes_at + SEALED_AFTER).timestamp() * 1000)
    return RecountOrder(poll_id=poll_id, recount_id=f"{moment:013d}-close", sealed_only=True)


def order_now(poll_id: PollId, now: datetime, token: str) -> RecountOrder:
    """Return an order of its own; `token` tells it from another one of the same millisecond."""
    return RecountOrder(poll_id=poll_id, recount_id=f"{int(now.timestamp() * 1000):013d}-{token}")


def order_rebuild(poll_id: PollId, epoch: Epoch) -> RebuildOrder:
    """Return the order that gives a new epoch its base, the same one however often it is asked for."""
    moment = int((epoch.cutoff + SEALED_AFTER).timestamp() * 1000)
    recount_id = f"{moment:013d}-{epoch.name}-base"
    return RebuildOrder(poll_id=poll_id, recount_id=recount_id, epoch=epoch.name, cutoff=epoch.cutoff)


def order_after(rebuild: RebuildOrder) -> RecountOrder:
    """Return the order of the recount that says whether a rebuild was right."""
    return RecountOrder(
        poll_id=rebuild.poll_id, recount_id=f"{rebuild.recount_id.removesuffix('-base')}-rebuilt"
    )


@dataclass(frozen=True, slots=True)
class Counters:
    """What was counted: the sum of the counters, and the totals that readers were shown last."""

    summed: Tally
    shown: Tally


@dataclass(frozen=True, slots=True)
class RecountJob:
    """A recount that has begun. `before` are the counters before the first vote was read."""

    order: RecountOrder
    started_at: datetime
    buckets: int
    before: Counters


@dataclass(frozen=True, slots=True)
class BucketCount:
    """How far one bucket is counted: after so many pages, up to `cursor`. `sealed` only if every page was."""

    bucket: int
    tally: Tally = NOTHING
    pages: int = 0
    cursor: str | None = None
    done: bool = False
    sealed: bool = True

    def after(self, page: VoteLogPage, closes_at: datetime | None, before: datetime | None = None) -> Self:
        """Return the count with one more page. It is sealed only as the log of this very closing.

        `before`: votes recorded from then on are not counted; what is no vote tells no time and always is.
        """
        choices = [event.choice for event in page.events if before is None or event.recorded_at < before]
        read = Tally(choices.count(Choice.A), choices.count(Choice.B), page.invalid)
        return replace(
            self,
            tally=self.tally + read,
            pages=self.pages + 1,
            cursor=page.cursor,
            done=page.cursor is None,
            sealed=self.sealed and is_sealed(page, closes_at),
        )


def is_sealed(page: VoteLogPage, closes_at: datetime | None) -> bool:
    """Tell whether the page is of a sealed log, by a copy that knows the time of closing that we know."""
    return page.sealed and page.closes_at is not None and page.closes_at == closes_at


@dataclass(frozen=True, slots=True)
class RecountResult:
    """What is to be said of the counters. `counting_is_behind`: ask again, they may still catch up."""

    state: RecountState
    difference: int
    reason: str
    counting_is_behind: bool = False


def compare(log: Tally, before: Counters, now: Counters, *, sealed: bool, overdue: bool) -> RecountResult:
    """Hold the counters against the log.

    Nothing is counted before it stands in the log, so counters from before the reading can never exceed it:
    that is an error even while votes come in. Counters from after it may lack what is not counted yet; that
    is an error once the log is sealed and counting is `overdue`.
    """
    most = now if sealed else before
    above = max(_excess(most.summed, log), _excess(most.shown, log))
    below = max(_excess(log, now.summed), _excess(log, now.shown))
    if above:
        difference = max(_distance(most.summed, log), _distance(most.shown, log)) if sealed else above
        return RecountResult(RecountState.DIFFERENT, difference, "The counters hold what the log does not.")
    if below and sealed and overdue:
        return RecountResult(RecountState.DIFFERENT, below, "The log holds what the counters do not.")
    if below:
        reason = "Counting is behind the log: the recount is not over."
        return RecountResult(RecountState.PROVISIONAL, below, reason, counting_is_behind=True)
    if not sealed:
        return RecountResult(
            RecountState.PROVISIONAL, 0, "Votes may still come in: nothing can be certified yet."
        )
    return RecountResult(
        RecountState.CERTIFIED, 0, "The log was sealed, and log, counters and what readers see agree."
    )


def _excess(one: Tally, other: Tally) -> int:
    """Return by how many votes `one` exceeds `other`, option by option."""
    return max(0, one.a - other.a) + max(0, one.b - other.b) + max(0, one.invalid - other.invalid)


def _distance(one: Tally, other: Tally) -> int:
    return _excess(one, other) + _excess(other, one)
