"""Signs of abuse in a poll: counted as votes come in, so coarsely that no count is anybody's.

A vote's network is put into one of 1,024 groups by a MAC under the poll's own salt: enough to see that one
network brought half of all votes, too few to tell whose it is, for each group holds millions of addresses.
What a group chose is counted nowhere.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, log
from typing import Final

from contracts.abuse import Networks
from contracts.keys import KeyRing

from vote_service.domain.network import Network
from vote_service.domain.poll import PollCopy

GROUPS: Final = 1_024
SHARDS: Final = 16
"""Over how many items a poll's groups are spread: small ones, and no writer waits for all others."""

MIN_VOTES: Final = 20
"""Below so many, a number of networks would point at people."""


class AbuseSignal(StrEnum):
    """A refusal that is counted: of a voter who had voted otherwise, of a code that is none."""

    ALREADY_VOTED = "already_voted"
    INVALID_CODE = "invalid_code"


@dataclass(frozen=True, slots=True)
class AbuseSignals:
    """What was counted in one poll: refusals by kind, votes by group of networks."""

    refusals: Mapping[AbuseSignal, int]
    votes_by_group: Mapping[int, int]


def group_of(network: Network, poll: PollCopy, keys: KeyRing) -> int:
    """Return the group of a network in this poll; in another poll the same one is in another group.

    Raises `PollClosed` for an archived poll, or `UnknownKeyId`.
    """
    info = b"group of networks\x00" + poll.poll_id.encode()
    key = keys.derive(poll.keys.key_id, salt=poll.keys.salt_of_voters(), info=info)
    return int.from_bytes(hmac.digest(key, network.encode(), "sha256")[:2]) % GROUPS


def networks_in(votes_by_group: Mapping[int, int]) -> Networks | None:
    """Return what can be said of where votes came from, or None where that would point at people."""
    votes = sum(votes_by_group.values())
    if votes < MIN_VOTES:
        return None
    return Networks(
        votes=votes,
        networks=_estimate(len(votes_by_group)),
        largest_percent=ceil(100 * max(votes_by_group.values()) / votes),  # none brought more
    )


def _estimate(groups: int) -> int:
    """Return about how many networks fill so many groups, some sharing one (linear counting)."""
    empty = max(GROUPS - groups, 1)
    return max(groups, round(-GROUPS * log(empty / GROUPS)))
