"""Count the vote log for an order, bucket by bucket, and store the progress after every page.

So an order that is interrupted, or delivered twice at once, continues from the stored progress.
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
    """Reads `vote_log` and stores the progress in `recounts`."""

    recounts: Recounts
    vote_log: VoteLog
    at_once: int = 8
    """Number of buckets that are read concurrently."""

    def count(
        self,
        run: RecountJob,
        closes_at: datetime | None,
        has_time: Callable[[], bool],
        before: datetime | None = None,
    ) -> list[BucketCount]:
        """Return the complete count of every bucket; `before`: only of votes recorded before it.

        Raises `RecountNotOver` if time runs out, `VoteLogUnavailable`, `StoreUnavailable`.
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
