"""Where signs of abuse in a poll are counted, and how the counts read."""

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from contracts.ids import PollId

from vote_service.adapters.sampled_counters import SampledCounters
from vote_service.domain.abuse_signals import SHARDS, Sign, Signs

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PREFIX: Final = "#signs#"
EXACT: Final = 100
"""So many per item: 1,600 votes of a poll, where they come from everywhere."""

KEPT_FOR: Final = timedelta(days=90)
REFUSALS: Final = "refusals"
_GROUP: Final = "group_"


class PollSigns:
    """Sixteen items per poll for votes, each of some groups of networks, and one for refusals."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._counters = SampledCounters(client, table, exact=EXACT)

    def vote(self, poll_id: PollId, group: int, now: datetime) -> None:
        """Count a recorded vote."""
        self._counters.add(_key(poll_id, group % SHARDS), ("votes", f"{_GROUP}{group}"), now + KEPT_FOR)

    def refusal(self, poll_id: PollId, sign: Sign, now: datetime) -> None:
        """Count a refused vote."""
        self._counters.add(_key(poll_id, REFUSALS), (sign,), now + KEPT_FOR)

    def of(self, poll_id: PollId, now: datetime) -> Signs:
        """Return all that was counted. Raises `Throttled` or `Unavailable`."""
        total: Counter[str] = Counter()
        parts = (_key(poll_id, part) for part in (*range(SHARDS), REFUSALS))
        for numbers in self._counters.read(parts, now):
            total.update(numbers)
        return Signs(
            refusals={sign: total[sign] for sign in Sign},
            votes_by_group={
                int(name.removeprefix(_GROUP)): votes
                for name, votes in total.items()
                if name.startswith(_GROUP)
            },
        )


def _key(poll_id: PollId, part: int | str) -> str:
    return f"{PREFIX}{poll_id}#{part}"
