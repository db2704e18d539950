"""Counts the log of votes for an order, bucket by bucket; every page that was counted is kept at once.

So an order that is interrupted, or delivered twice at once, goes on where it is.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from results_service.adapters.recounts import Recounts
from results_service.adapters.vote_log import VoteLog
from results_service.domain.errors import RecountNotOver
from results_service.domain.recount import BucketCount, RecountJob


@dataclass(frozen=True, slots=True)
class LogCounter:
    """Reads `vote_log` and keeps how far it is in `recounts`."""

    recounts: Recounts
    vote_log: VoteLog
    at_once: int = 8
    """How many buckets are read at the same time."""

    def count(
        self,
        run: RecountJob,
        closes_at: datetime | None,
        has_time: Callable[[], bool],
        before: datetime | None = None,
    ) -> list[BucketCount]:
        """Return every bucket's count, all of them done; `before`: only of votes recorded before.

        Raises `RecountNotOver` when time is up before that, `VoteLogUnavailable`, `StoreUnavailable`.
        """

        def to_the_end(count: BucketCount) -> BucketCount:
            while not count.done and has_time():
                page = self.vote_log.page(run.order.poll_id, count.bucket, count.cursor)
                count = self.recounts.advance(run, count.after(page, closes_at, before))
            return count

        with ThreadPoolExecutor(self.at_once) as threads:
            counts = list(threads.map(to_the_end, self.recounts.buckets(run).values()))
        if not all(count.done for count in counts):
            raise RecountNotOver("There was no time to read all of the log")
        return counts
