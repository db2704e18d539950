"""Pages of the log that name no voter.

An entry's place in the log is its voter's key. A page is in order of time instead, and its cursor, which
whoever reads on hands back, is a place between two entries: the shortest one that leaves both unnamed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from contracts.events import VoteCast

CURSOR_LENGTH: Final = 4
"""How much of a place a cursor shows: 24 bits, which fit one entry in sixteen million."""


@dataclass(frozen=True, slots=True)
class VoteLogEntry:
    """What stands in one place of the log; `vote` is None where that is no vote by contract."""

    place: str
    vote: VoteCast | None


def cut(entries: Sequence[VoteLogEntry], *, more: bool) -> tuple[Sequence[VoteLogEntry], str | None]:
    """Return the entries of a page and where the next one starts, None at the end.

    With more to come, the page ends before the first place that is as the last one in its first characters:
    from there on is read again. Entries are in order of place, at least two of them where there are more.
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


def votes_by_time(entries: Sequence[VoteLogEntry]) -> tuple[VoteCast, ...]:
    """Return the votes among the entries, by time: their order says nothing of who cast them."""
    votes = [entry.vote for entry in entries if entry.vote is not None]
    return tuple(sorted(votes, key=lambda vote: (vote.recorded_at, vote.choice)))
