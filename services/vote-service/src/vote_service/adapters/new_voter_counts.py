"""Count new voter tokens of all polls, in one item per quarter of an hour."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from contracts.abuse import NewVoters

from vote_service.adapters.sampled_counters import SampledCounters

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PREFIX: Final = "#issued#"
QUARTER: Final = timedelta(minutes=15)
MAX_QUARTERS: Final = 3 * 24 * 4
"""A report covers at most three days."""

EXACT_UP_TO: Final = 100
"""Exact counts per quarter of an hour before sampling; 1,000 voters are counted to within 10 % or so."""

COUNTS_RETENTION: Final = timedelta(days=90)


class NewVoterCounts:
    """Counters that `issue_voter_token` writes and the abuse report reads."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._counters = SampledCounters(client, table, exact=EXACT_UP_TO)

    def issued(self, now: datetime) -> None:
        """Count a voter token that was issued to a new voter."""
        self._counters.add(_key(_quarter(now)), ("issued",), now + COUNTS_RETENTION)

    def refused(self, now: datetime) -> None:
        """Count a voter token that was refused because of the network's rate limit."""
        self._counters.add(_key(_quarter(now)), ("refused",), now + COUNTS_RETENTION)

    def between(self, since: datetime, until: datetime, now: datetime) -> NewVoters:
        """Return the counts of the quarters from `since` to `until`. Raises `Throttled` or `Unavailable`."""
        last = _quarter(until)
        first = max(_quarter(since), last - (MAX_QUARTERS - 1) * QUARTER)
        quarters = [first + number * QUARTER for number in range((last - first) // QUARTER + 1)]
        total: Counter[str] = Counter()
        for numbers in self._counters.read(map(_key, quarters), now):
            total.update(numbers)
        return NewVoters(since=first, until=last + QUARTER, issued=total["issued"], refused=total["refused"])


def _quarter(moment: datetime) -> datetime:
    length = int(QUARTER.total_seconds())
    return datetime.fromtimestamp(int(moment.timestamp()) // length * length, UTC)


def _key(quarter: datetime) -> str:
    return f"{PREFIX}{int(quarter.timestamp())}"
