"""Anonymise a part of the vote log: counts per group of votes.

One line per vote, by time, would reveal voters' choices to an observer of the vote. So votes form groups of
whole minutes with at least ten votes each. A smaller rest at the end joins the group before it. If the whole
part has fewer than ten votes, its only group spans the time that the poll was open.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from contracts.enums import Choice
from contracts.events import AnonymousVote

MIN_VOTES: Final = 10
"""Minimum number of votes in a group."""

MINUTE: Final = timedelta(minutes=1)

type MinuteCounts = Mapping[datetime, Counter[Choice]]


@dataclass(frozen=True, slots=True)
class Group:
    """The votes of consecutive whole minutes."""

    starts_at: datetime
    ends_at: datetime
    votes: Counter[Choice]

    def with_more(self, other: "Group") -> "Group":
        """Return this group merged with the next one."""
        return Group(self.starts_at, other.ends_at, self.votes + other.votes)


def by_minute(votes: Iterable[AnonymousVote]) -> dict[datetime, Counter[Choice]]:
    """Count votes per minute. Only the counts are kept, so memory does not grow with the votes."""
    counts: dict[datetime, Counter[Choice]] = {}
    for vote in votes:
        minute = vote.recorded_at.replace(second=0, microsecond=0)
        counts.setdefault(minute, Counter())[vote.choice] += 1
    return counts


def groups_of(counts: MinuteCounts, opened_at: datetime, closed_at: datetime) -> list[Group]:
    """Return the groups of a part of the log, by time; none if it has no votes."""
    groups = list(_collected(counts))
    if len(groups) > 1 and groups[-1].votes.total() < MIN_VOTES:
        groups[-2:] = [groups[-2].with_more(groups[-1])]
    if len(groups) == 1 and groups[0].votes.total() < MIN_VOTES:
        return [Group(opened_at, closed_at, groups[0].votes)]
    return groups


def _collected(counts: MinuteCounts) -> Iterator[Group]:
    open_group: Group | None = None
    for minute in sorted(counts):
        here = Group(minute, minute + MINUTE, counts[minute])
        open_group = here if open_group is None else open_group.with_more(here)
        if open_group.votes.total() >= MIN_VOTES:
            yield open_group
            open_group = None
    if open_group is not None:
        yield open_group
