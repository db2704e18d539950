"""Pages of the vote log without voter keys.

The log is sorted by voter key. A page is sorted by time instead, and its cursor lies between two entries: the
shortest key prefix that separates them, so that it reveals neither key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from contracts.events import AnonymousVote, VoteCast
from contracts.ids import Receipt
from contracts.receipt import receipt_hash

CURSOR_LENGTH: Final = 4
"""Length of the key prefix in a cursor: 24 bits, which match one key in sixteen million."""


@dataclass(frozen=True, slots=True)
class VoteLogEntry:
    """An entry of the log; `place` is its voter key, `vote` is None if the entry is invalid."""

    place: str
    vote: VoteCast | None
    receipt: Receipt | None = None


def cut(entries: Sequence[VoteLogEntry], *, more: bool) -> tuple[Sequence[VoteLogEntry], str | None]:
    """Return the entries of a page, and the cursor of the next page or None.

    If more entries follow, drop the trailing entries that share the cursor prefix with the last one; the next
    page starts at that prefix and reads them. Entries are sorted by place; at least two if more follow.
    """
    if not more:
        return entries, None
    last = entries[-1].place
    for length in range(min(CURSOR_LENGTH, len(last)), len(last) + 1):
        cursor = last[:length]
        kept = [entry for entry in entries if entry.place < cursor]
        if kept:
            return kept, cursor
    raise ValueError("a page of one entry with more to come: nothing lies before its cursor")


def votes_by_time(entries: Sequence[VoteLogEntry]) -> tuple[AnonymousVote, ...]:
    """Return the valid votes without trace ids, sorted by time, so that their order reveals no voter."""
    votes = [entry.vote.project(AnonymousVote) for entry in entries if entry.vote is not None]
    return tuple(sorted(votes, key=lambda vote: (vote.recorded_at, vote.choice)))


def receipt_hashes(entries: Sequence[VoteLogEntry]) -> tuple[str, ...]:
    """Return the receipt hashes of the valid votes in their own order, which no choice or time follows."""
    receipts = [entry.receipt for entry in entries if entry.vote is not None and entry.receipt is not None]
    return tuple(sorted(receipt_hash(receipt).hex() for receipt in receipts))
