"""Recount rules: when counters are certified, when they differ, and when a result is provisional."""

from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from contracts.ids import PollId
from contracts.model import Contract, Instant
from contracts.recount import RecountState
from contracts.vote_log import VoteLogPage

from results_service.domain.epoch import Epoch
from results_service.domain.tally import Tally, tally_of_votes

SEALED_AFTER: Final = timedelta(seconds=45)
"""Time from a poll's close until vote-service seals its log: 40 seconds, and a margin of 5."""

PATIENCE: Final = timedelta(minutes=15)
"""Time from a poll's close until votes that are not counted yet count as lost."""

NOTHING: Final = Tally()


class RecountOrder(Contract):
    """Requests one recount. Delivered again, the same order continues the same recount.

    Ids sort by time. `sealed_only`: the recount begins once the log is sealed.
    """

    poll_id: PollId
    recount_id: str
    sealed_only: bool = False

    @property
    def ordered_at(self) -> datetime:
        """Return the time that the id begins with."""
        return datetime.fromtimestamp(int(self.recount_id.partition("-")[0]) / 1000, UTC)


class RebuildOrder(RecountOrder):
    """Requests a rebuild: count the votes before the cutoff as the base, activate the epoch, recount."""

    epoch: str
    cutoff: Instant

    @property
    def read_from(self) -> datetime:
        """Return the time from which no vote older than the cutoff can be written."""
        return self.cutoff + SEALED_AFTER


def order_at_close(poll_id: PollId, closes_at: datetime) -> RecountOrder:
    """Return the order for a poll's close. It is the same for every delivery of the close event."""
    moment = int((closes_at + SEALED_AFTER).timestamp() * 1000)
    return RecountOrder(poll_id=poll_id, recount_id=f"{moment:013d}-close", sealed_only=True)


def order_now(poll_id: PollId, now: datetime, token: str) -> RecountOrder:
    """Return a new order. `token` distinguishes orders of the same millisecond."""
    return RecountOrder(poll_id=poll_id, recount_id=f"{int(now.timestamp() * 1000):013d}-{token}")


def order_rebuild(poll_id: PollId, epoch: Epoch) -> RebuildOrder:
    """Return the order that counts a candidate epoch's base. It is the same for every request."""
    moment = int((epoch.cutoff + SEALED_AFTER).timestamp() * 1000)
    recount_id = f"{moment:013d}-{epoch.name}-base"
    return RebuildOrder(poll_id=poll_id, recount_id=recount_id, epoch=epoch.name, cutoff=epoch.cutoff)


def order_after(rebuild: RebuildOrder) -> RecountOrder:
    """Return the order of the recount that verifies a rebuild."""
    return RecountOrder(
        poll_id=rebuild.poll_id, recount_id=f"{rebuild.recount_id.removesuffix('-base')}-rebuilt"
    )


@dataclass(frozen=True, slots=True)
class Counters:
    """The sum of the counters, and the totals that readers saw last."""

    summed: Tally
    shown: Tally


@dataclass(frozen=True, slots=True)
class RecountJob:
    """A recount that has begun. `before`: the counters before the first vote was read."""

    order: RecountOrder
    started_at: datetime
    buckets: int
    before: Counters


@dataclass(frozen=True, slots=True)
class BucketCount:
    """Progress of one bucket: number of pages, and next `cursor`. `sealed`: all pages so far were sealed."""

    bucket: int
    tally: Tally = NOTHING
    pages: int = 0
    cursor: str | None = None
    done: bool = False
    sealed: bool = True

    def after(self, page: VoteLogPage, closes_at: datetime | None, before: datetime | None = None) -> Self:
        """Return the count after one more page. It stays sealed only if the page is sealed for this close.

        `before`: votes recorded from then on are not counted. Invalid records carry no time and always count.
        """
        votes = [event for event in page.events if before is None or event.recorded_at < before]
        read = tally_of_votes(votes, page.invalid)
        return replace(
            self,
            tally=self.tally + read,
            pages=self.pages + 1,
            cursor=page.cursor,
            done=page.cursor is None,
            sealed=self.sealed and is_sealed(page, closes_at),
        )


def is_sealed(page: VoteLogPage, closes_at: datetime | None) -> bool:
    """Return whether the log of the page is sealed, for the same close time that this service knows."""
    return page.sealed and page.closes_at is not None and page.closes_at == closes_at


@dataclass(frozen=True, slots=True)
class RecountResult:
    """Result of a comparison. `counting_is_behind`: the counters may catch up, so compare again."""

    state: RecountState
    difference: int
    reason: str
    counting_is_behind: bool = False


def compare(log: Tally, before: Counters, now: Counters, *, sealed: bool, overdue: bool) -> RecountResult:
    """Compare the counters with the vote log.

    A vote is in the log before it is counted. So counters from before the reading can never exceed the log:
    that is an error even while votes come in. Counters from after the reading may lack votes that are not
    counted yet; that is an error once the log is sealed and counting is `overdue`.
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
    """Return by how many votes `one` exceeds `other`, summed over the options, or over options and orders."""
    more, less = astuple(one), astuple(other)
    kinds: list[int] = [max(0, mine - theirs) for mine, theirs in zip(more, less, strict=True)]
    return max(sum(kinds[:3]), sum(kinds[3:]))


def _distance(one: Tally, other: Tally) -> int:
    return _excess(one, other) + _excess(other, one)
