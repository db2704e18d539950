"""Store and read the counters of abuse signals, in VotingState."""

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from contracts.ids import PollId

from vote_service.adapters.sampled_counters import SampledCounters
from vote_service.domain.abuse_signals import SHARDS, AbuseSignal, AbuseSignals

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PREFIX: Final = "#abuse#"
EXACT_UP_TO: Final = 100
"""Exact counts per item before sampling: 1,600 votes of a poll if they are spread evenly."""

COUNTS_RETENTION: Final = timedelta(days=90)
REFUSALS: Final = "refusals"
_GROUP: Final = "group_"


class AbuseCounters:
    """Counters of a poll: sixteen items for votes by group of networks, and one for refusals."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._counters = SampledCounters(client, table, exact=EXACT_UP_TO)

    def vote(self, poll_id: PollId, group: int, now: datetime) -> None:
        """Count a recorded vote."""
        self._counters.add(
            _key(poll_id, group % SHARDS), ("votes", f"{_GROUP}{group}"), now + COUNTS_RETENTION
        )

    def refusal(self, poll_id: PollId, abuse_signal: AbuseSignal, now: datetime) -> None:
        """Count a refused vote."""
        self._counters.add(_key(poll_id, REFUSALS), (abuse_signal,), now + COUNTS_RETENTION)

    def of(self, poll_id: PollId, now: datetime) -> AbuseSignals:
        """Return all counts of a poll. Raises `Throttled` or `Unavailable`."""
        total: Counter[str] = Counter()
        parts = (_key(poll_id, part) for part in (*range(SHARDS), REFUSALS))
        for numbers in self._counters.read(parts, now):
            total.update(numbers)
        return AbuseSignals(
            refusals={abuse_signal: total[abuse_signal] for abuse_signal in AbuseSignal},
            votes_by_group={
                int(name.removeprefix(_GROUP)): votes
                for name, votes in total.items()
                if name.startswith(_GROUP)
            },
        )


def _key(poll_id: PollId, part: int | str) -> str:
    return f"{PREFIX}{poll_id}#{part}"
