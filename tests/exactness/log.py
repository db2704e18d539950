"""The vote log as the reference: two polls, their votes, and a function that counts the log into a table."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from . import records
from .faults import Interruptions
from .stream import Delivery, Handler, Mapping, Stream
from .table import Client, Table

POLLS: Final = ("0" * 25 + "1", "0" * 25 + "2")
START: Final = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
SHARDS: Final = 2
SKEW: Final = timedelta(seconds=20)
"""Maximum difference between clocks; a rebuild allows for 30 seconds."""


type Tally = tuple[int, int, int]
type MakeCounter = Callable[[Client], Handler]


class Log:
    """The reference: every record of VotesLog, and a table into which a function counts them."""

    def __init__(self, make_counter: MakeCounter) -> None:
        self.interruptions = Interruptions()
        self.now = START
        self.results = Table()
        self.client = Client(self.results, self.interruptions, lambda: self.now.timestamp())  # noqa: PLW0108 (the clock moves)
        self.votes = Stream("votes", SHARDS)
        self.count_mapping = Mapping(
            self.votes, make_counter(self.client), self.interruptions, windows=True, partial=True
        )
        self._voters = 0
        self._latest = START

    def vote(self, shard: int, poll: int, kind: str) -> None:
        """Add a record to the log: `a`, `b`, `poison` or `tampered`."""
        self._voters += 1
        where = self.votes.open[shard % len(self.votes.open)]
        self.votes.add(where, records.vote(POLLS[poll], self._voters, kind, self.now))

    def vote_some(self, votes: Sequence[tuple[int, int, str]]) -> None:
        """Add several records to the log."""
        for vote in votes:
            self.vote(*vote)

    def split(self, shard: int) -> None:
        """Split an open shard in two."""
        self.votes.split(self.votes.open[shard % len(self.votes.open)])

    def pass_time(self, by: timedelta) -> None:
        """Move the clock of the functions; it may also go back a little, as real clocks do."""
        self._latest = max(self._latest, self.now + by)
        self.now = max(self.now + by, self._latest - SKEW)

    def deliver_votes(self, shard: int, step: Delivery) -> None:
        """Invoke the counting function once."""
        self.count_mapping.deliver(self.votes.shards[shard % len(self.votes.shards)], step)

    def deliver_late(self, earlier: int) -> None:
        """Deliver an earlier batch of votes once more."""
        self.count_mapping.deliver_late(earlier)

    def end_window(self, shard: int) -> None:
        """Send the event without records that ends a window."""
        self.count_mapping.end_window(self.votes.shards[shard % len(self.votes.shards)])

    def truth(self, poll: str, shard: str | None = None) -> Tally:
        """Count the log, or one shard's part of it. A vote that a second stream repeats counts once."""
        found = Counter(event["choice"]["S"] for event in self._votes(poll, shard).values())
        return found["a"], found["b"], found["c"]

    def truth_by_order(self, poll: str) -> dict[str, int]:
        """Count the log by choice and the option that was shown first, as the counters name them."""
        return Counter(
            f"{event['shown_first']['S']}_first_{event['choice']['S']}"
            for event in self._votes(poll).values()
            if "shown_first" in event
        )

    def counted_by_order(self, poll: str) -> dict[str, int]:
        """Return the counts by order in the totals."""
        totals = self.results.items.get((poll, "totals"), {})
        return {name: int(value["N"]) for name, value in totals.items() if "_first_" in name}

    def _votes(self, poll: str, shard: str | None = None) -> dict[str, Any]:
        """Return the event of each voter's vote."""
        return {
            record["dynamodb"]["Keys"]["sk"]["S"]: record["dynamodb"]["NewImage"]["event"]["M"]
            for one in self.votes.shards
            if shard in {None, one.name}
            for record in one.records
            if record["eventName"] == "INSERT" and record["dynamodb"]["Keys"]["pk"]["S"].startswith(poll)
        }

    def counted(self, poll: str, sort_key: str = "totals") -> Tally:
        """Return the counts in an item of the results."""
        item = self.results.items.get((poll, sort_key), {})
        a, b, i = (int(item.get(name, {"N": "0"})["N"]) for name in "abi")
        return a, b, i

    def miscounted(self) -> list[str]:
        """Return a line for every poll whose totals differ from its log."""
        return [
            f"log {self.truth(poll)}, totals {self.counted(poll)}"
            for poll in POLLS
            if self.truth(poll) != self.counted(poll)
        ]
