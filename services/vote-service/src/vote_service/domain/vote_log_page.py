"""Pages of the vote log without voter keys.

The log is sorted by voter key. A page is sorted by time instead, and its cursor lies between two entries: the
shortest key prefix that separates them, so that it reveals neither key.

The log is read in at most 16 sections, each of which has the buckets of one remainder. So a small poll with
many buckets has few pages, and the number of buckets is a matter of writing only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from contracts.events import AnonymousVote, VoteCast
from contracts.ids import Receipt
from contracts.receipt import receipt_hash

CURSOR_LENGTH: Final = 4
"""Length of the key prefix in a cursor: 24 bits, which match one key in sixteen million."""


PAGE: Final = 5_000
"""Maximum number of votes of a page."""

MAX_SECTIONS: Final = 16


@dataclass(frozen=True, slots=True)
class VoteLogEntry:
    """An entry of the log; `place` is its voter key, `vote` is None if the entry is invalid."""

    place: str
    vote: VoteCast | None
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class LogPlace:
    """A position in a section: a bucket, and the key prefix at which to start in it."""

    bucket: int
    start: str | None = None

    @classmethod
    def read(cls, section: int, cursor: str | None, buckets: int) -> Self:
        """Parse a cursor of a section, None for its start. Raises `ValueError` for another section's."""
        number, separates, start = (cursor or "").rpartition(".")
        bucket = int(number) if separates else section
        if bucket not in range(section, buckets, sections_of(buckets)):
            raise ValueError("the cursor is of another section")
        return cls(bucket, start or None)

    def cursor(self, section: int) -> str:
        """Return the position as text. Voter keys have no dots."""
        return self.start if self.bucket == section and self.start else f"{self.bucket}.{self.start or ''}"

    def after(self, start: str | None, buckets: int) -> Self | None:
        """Return the position in the same bucket, or without one at the next bucket, None after the last."""
        if start is not None:
            return type(self)(self.bucket, start)
        following = self.bucket + sections_of(buckets)
        return type(self)(following) if following < buckets else None


def sections_of(buckets: int) -> int:
    """Return the number of sections in which a log is read."""
    return min(buckets, MAX_SECTIONS)


def read_section(
    read: Callable[[int, str | None, int], tuple[Sequence[VoteLogEntry], bool]], place: LogPlace, buckets: int
) -> tuple[list[VoteLogEntry], LogPlace | None]:
    """Return the entries of a page, and the position of the next page or None.

    `read` returns entries of a bucket from a key prefix on, at most as many as given, and whether more
    follow. A page ends when it is half full, so that there is room for the entries of a query.
    """
    entries: list[VoteLogEntry] = []
    here: LogPlace | None = place
    while here is not None and len(entries) <= PAGE // 2:
        found, more = read(here.bucket, here.start, PAGE - len(entries))
        kept, start = cut(found, more=more)
        entries += kept
        here = here.after(start, buckets)
    return entries, here


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
