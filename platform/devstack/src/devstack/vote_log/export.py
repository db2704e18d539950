"""A poll's log as lines that name nobody and that a later export only adds to.

The order in which votes were written would tell who cast them to whoever watched. So votes stand in groups
of whole minutes with at least ten votes each, sorted by choice within. A minute is exported once no vote
can join it any more; groups are made from the first minute on, so those that stand never change.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from contracts.ids import Choice
from contracts.model import format_instant

from devstack.vote_log.reading import MINUTE, MinuteCounts

LEAST: Final = 10
"""Votes in a group; only the last one of a sealed log may have fewer."""

SETTLING: Final = timedelta(seconds=40)
"""From when a vote is dated until it stands in the log at the latest, as vote-service keeps it."""


def export_lines(poll_id: str, counts: MinuteCounts, read_from: datetime) -> Iterator[str]:
    """Yield the file's lines. `read_from` is when the reading began: what was settled then is exported.

    Each line carries a hash over itself and the line before. The end, with the totals, is there only when
    the log was sealed.
    """
    chain = ""
    header = {"vote_log": 1, "poll_id": poll_id, "least_votes_in_a_group": LEAST}
    for content in (header, *_groups(counts, read_from), *_end(counts)):
        chain = chained(chain, content)
        yield json.dumps(content | {"chain": chain}, separators=(",", ":"))


def chained(before: str, content: dict[str, Any]) -> str:
    """Return the hash of a line: over the hash of the line before and its own content, keys sorted."""
    text = json.dumps(content, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256((before + text).encode()).hexdigest()


def _groups(counts: MinuteCounts, read_from: datetime) -> Iterator[dict[str, Any]]:
    group: Counter[Choice] = Counter()
    start: datetime | None = None
    number = 0
    settled = [
        minute for minute in sorted(counts.votes) if counts.sealed or minute + MINUTE + SETTLING <= read_from
    ]
    for minute in settled:
        start = start or minute
        group += counts.votes[minute]
        last_of_all = counts.sealed and minute == settled[-1]
        if group.total() >= LEAST or last_of_all:
            number += 1
            yield {
                "group": number,
                "from": format_instant(start),
                "until": format_instant(minute + MINUTE),
                "votes": "".join(choice.value * group[choice] for choice in Choice),
            }
            group, start = Counter(), None


def _end(counts: MinuteCounts) -> Iterator[dict[str, Any]]:
    if counts.sealed:
        totals = sum(counts.votes.values(), Counter())
        yield {"end": True, "a": totals[Choice.A], "b": totals[Choice.B], "invalid": counts.invalid}
