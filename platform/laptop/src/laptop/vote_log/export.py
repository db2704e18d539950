"""Anonymised export of a poll's vote log, which a later export only extends.

The order of the votes would reveal the voters to an observer of the polling. So votes are exported in groups
of whole minutes with at least ten votes each, sorted by choice within a group. A minute is exported once no
more votes can join it. Groups are formed from the first minute on, so exported groups never change.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from contracts.enums import Choice
from contracts.model import format_instant

from laptop.vote_log.reading import MINUTE, MinuteCounts

LEAST: Final = 10
"""Minimum votes per group; only the last group of a sealed log may have fewer."""

SETTLING: Final = timedelta(seconds=40)
"""Maximum time from a vote's timestamp to its entry in the log, a limit that vote-service enforces."""


def export_lines(poll_id: str, counts: MinuteCounts, read_from: datetime) -> Iterator[str]:
    """Yield the file's lines. `read_from` is the start of the reading; minutes settled by then are exported.

    Each line has a hash over itself and the line before (hash chain). Only a sealed log has an end line, with
    the totals.
    """
    chain = ""
    header = {"vote_log": 1, "poll_id": poll_id, "least_votes_in_a_group": LEAST}
    for content in (header, *_groups(counts, read_from), *_end(counts)):
        chain = chained(chain, content)
        yield json.dumps(content | {"chain": chain}, separators=(",", ":"))


def chained(before: str, content: dict[str, Any]) -> str:
    """Return the hash of a line: over the previous line's hash and its own content, with sorted keys."""
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
