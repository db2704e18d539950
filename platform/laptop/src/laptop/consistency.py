"""Consistency check: compares the vote log with the counters of each poll, after a restart."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from laptop.aws import client, table_of
from laptop.instance import Instance

DRAIN_SECONDS: Final = 30.0
PAUSE_SECONDS: Final = 0.3

type Tally = Counter[str]


@dataclass(frozen=True)
class Consistency:
    """The votes of each poll in the vote log, and the differing polls, as (log, counters)."""

    counted: dict[str, Tally]
    differences: dict[str, tuple[Tally, Tally]]

    @property
    def votes(self) -> int:
        """The number of votes in the vote log."""
        return sum(tally.total() for tally in self.counted.values())

    def summary(self) -> str:
        """Return the result in one line."""
        if not self.differences:
            polls = "poll" if len(self.counted) == 1 else "polls"
            return f"counts exact: {len(self.counted)} {polls}, {self.votes:,} votes"
        lines = [
            f"poll {poll}: vote log {dict(log)}, counters {dict(totals)}"
            for poll, (log, totals) in self.differences.items()
        ]
        return "COUNTS DIFFER: " + "; ".join(lines)


def check_consistency(instance: Instance, patience: float = DRAIN_SECONDS) -> Consistency:
    """Compare the vote log with the counters until they agree, or for `patience` seconds.

    Streams may still be draining after a restart, so a difference counts only at the deadline.
    """
    deadline = time.monotonic() + patience
    while True:
        log, totals = _log(instance), _totals(instance)
        differences = {
            poll: (log.get(poll, Counter()), totals.get(poll, Counter()))
            for poll in log.keys() | totals.keys()
            if log.get(poll, Counter()) != totals.get(poll, Counter())
        }
        if not differences or time.monotonic() > deadline:
            counted = {poll: log.get(poll, Counter()) for poll in log.keys() | totals.keys()}
            return Consistency(counted, differences)
        time.sleep(PAUSE_SECONDS)


def _log(instance: Instance) -> dict[str, Tally]:
    tallies: dict[str, Tally] = {}
    for vote in _items(instance, "vote-service", "VotesLog"):
        event = vote["event"]["M"]
        tallies.setdefault(event["poll_id"]["S"], Counter())[event["choice"]["S"]] += 1
    return tallies


def _totals(instance: Instance) -> dict[str, Tally]:
    # Not the published event, which names no votes of a deleted poll. `Counter` compares zero as equal to
    # absent, so a poll without votes needs no log entry.
    return {
        totals["pk"]["S"]: Counter({choice: int(totals[choice]["N"]) for choice in ("a", "b")})
        for totals in _items(instance, "results-service", "GameResults")
    }


def _items(instance: Instance, service: str, table: str) -> Iterator[dict[str, Any]]:
    """Yield the items of a table that publish an event: the votes, and each poll's totals."""
    pages = client(instance, "dynamodb").get_paginator("scan").paginate(
        TableName=table_of(instance, service, table), ConsistentRead=True,
        FilterExpression="attribute_exists(#e)", ExpressionAttributeNames={"#e": "event"},
    )  # fmt: skip
    for page in pages:
        yield from page["Items"]
