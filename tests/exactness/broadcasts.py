"""Messages per vote: the real functions broadcast a poll's changes while votes come in at a steady rate."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from .stream import Delivery
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
        }


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
    start = counted = world.now
    while world.now < start + timedelta(seconds=SECONDS):
        world.pass_time(_STEP)
        due = round((world.now - start).total_seconds() * rate)
        for _ in range(due - votes):
            world.vote(0, 0, "a")
        votes = due
        if world.now >= counted + _BATCHING_WINDOW:
            counted = world.now
            world.deliver_votes(0, Delivery(size=10_000))
        world.deliver_changes(Delivery())
        world.deliver_due_orders()
    posts = world.sockets.posts["page-0"] - before
    world.settle()
    return Broadcasts(rate, audience, votes, posts, exact=world.differences() == [])
