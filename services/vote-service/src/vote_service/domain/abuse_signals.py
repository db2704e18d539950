"""Abuse signals of a poll: anonymous counts of refused votes and of votes by group of networks.

A MAC with a key from the poll's salt assigns a vote's network to one of 1,024 groups. This shows that one
network cast half of all votes but does not identify it, because each group holds millions of addresses. The
choices of a group are not counted.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, log
from typing import Final

from contracts.abuse import Networks
from contracts.key_ring import KeyRing
from contracts.network import Network

from vote_service.domain.poll import PollCopy

GROUPS: Final = 1_024
SHARDS: Final = 16
"""Number of items with a poll's groups: small items, and less contention between writes."""

MIN_VOTES: Final = 20
"""Minimum number of votes; with fewer, the number of networks could identify people."""


class AbuseSignal(StrEnum):
    """A refusal that is counted: the voter has voted for the other option, or the code is invalid."""

    ALREADY_VOTED = "already_voted"
    INVALID_CODE = "invalid_code"


@dataclass(frozen=True, slots=True)
class AbuseSignals:
    """Counts of one poll: refusals by kind, votes by group of networks."""

    refusals: Mapping[AbuseSignal, int]
    votes_by_group: Mapping[int, int]


def group_of(network: Network, poll: PollCopy, keys: KeyRing) -> int:
    """Return the group of a network in this poll; groups of different polls are unrelated.

    Raises `PollClosed` for an archived poll, or `UnknownKeyId`.
    """
    info = b"group of networks\x00" + poll.poll_id.encode()
    key = keys.derive(poll.keys.key_id, salt=poll.keys.salt_of_voters(), info=info)
    return int.from_bytes(hmac.digest(key, network.encode(), "sha256")[:2]) % GROUPS


def networks_in(votes_by_group: Mapping[int, int]) -> Networks | None:
    """Return statistics about voters' networks, or None if there are too few votes for anonymity."""
    votes = sum(votes_by_group.values())
    if votes < MIN_VOTES:
        return None
    return Networks(
        votes=votes,
        networks=_estimate(len(votes_by_group)),
        largest_percent=ceil(100 * max(votes_by_group.values()) / votes),  # an upper bound for one network
    )


def _estimate(groups: int) -> int:
    """Estimate the number of networks from the number of non-empty groups (linear counting)."""
    empty = max(GROUPS - groups, 1)
    return max(groups, round(-GROUPS * log(empty / GROUPS)))
