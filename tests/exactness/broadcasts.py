"""Messages and units per vote: the real functions count and broadcast while votes come in at a steady rate.

The votes' stream has two shards, each with a batch a second, as the mapping's batching window makes them.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from .cost import Meter
from .stream import Delivery
from .table import Table
from .world import World

RATES: Final = (1, 10, 100, 1000)
AUDIENCES: Final = (10, 1_000, 10_000)
SECONDS: Final = 20
_STEP: Final = timedelta(milliseconds=250)
"""Lambda polls a stream four times a second."""
_BATCHING_WINDOW: Final = timedelta(seconds=1)
"""`MaximumBatchingWindowInSeconds` of the mapping that counts votes."""


@dataclass(frozen=True, slots=True)
class Broadcasts:
    """The posts to a page while `rate` votes a second came in; `exact`: in the end it has all votes."""

    rate: int
    audience: int
    votes: int
    posts: int
    exact: bool
    counted: "Work"
    broadcast: "Work"
    seconds: int = SECONDS

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON data."""
        messages = self.posts * self.audience / self.votes
        return {
            "rate": self.rate,
            "audience": self.audience,
            "votes": self.votes,
            "posts_to_a_page": self.posts,
            "messages_per_vote": messages,
            "exact": self.exact,
            "counting_writes": self.counted.writes / self.votes,
        }


@dataclass(frozen=True, slots=True)
class Work:
    """The invocations of functions, and the units of their table."""

    invocations: int
    writes: float
    reads: float


def broadcasts(rate: int, audience: int) -> Broadcasts:
    """Return the posts of a poll at a rate of votes per second, with so many open pages."""
    world = World()
    for _ in range(2):
        world.announce(0)
    world.deliver_poll_events(Delivery())
    world.deliver_changes(Delivery())
    world.count_audience(audience)
    world.pass_time(timedelta(minutes=1))
    before, votes = world.sockets.posts["page-0"], 0
    counting, broadcasting = _Worker(world.results), _Worker(world.connections)
    start = counted = world.now
    while world.now < start + timedelta(seconds=SECONDS):
        world.pass_time(_STEP)
        due = round((world.now - start).total_seconds() * rate)
        while votes < due:
            world.vote(votes, 0, "a")
            votes += 1
        if world.now >= counted + _BATCHING_WINDOW:
            counted = world.now
            for shard in range(len(world.votes.shards)):
                counting.invocations += not world.count_mapping.done_with(world.votes.shards[shard])
                world.deliver_votes(shard, Delivery(size=10_000))
        broadcasting.invocations += world.has_changes()
        world.deliver_changes(Delivery())
        broadcasting.invocations += world.deliver_due_orders()
    posts = world.sockets.posts["page-0"] - before
    work = counting.work(), broadcasting.work()
    world.settle()
    return Broadcasts(rate, audience, votes, posts, world.differences() == [], *work)


class _Worker:
    def __init__(self, table: Table) -> None:
        self.invocations = 0
        self._meter = Meter(table)

    def work(self) -> Work:
        return Work(self.invocations, self._meter.writes, self._meter.reads)
