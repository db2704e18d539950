"""Abuse signals: anonymous, but detailed enough to show that half of all votes have one source."""

from collections import Counter
from ipaddress import IPv4Address

import pytest
from contracts.enums import PollStatus, VoterPolicy
from contracts.key_ring import KeyRing
from contracts.network import Network
from hypothesis import given
from hypothesis import strategies as st
from vote_service.domain.abuse_signals import GROUPS, MIN_VOTES, group_of, networks_in
from vote_service.domain.poll import PollCopy, VotingKeys

KEYS = KeyRing.read({"current": "k1", "k1": "first key"})
networks = st.ip_addresses(v=4).map(lambda address: Network(str(address)))


def poll_with(poll_id: str = "0" * 26, salt: bytes = bytes(32)) -> PollCopy:
    keys = VotingKeys(salt, "k1", 16)
    return PollCopy(poll_id, PollStatus.OPEN, None, None, VoterPolicy.DEVICE, 1, keys)


def many_networks(count: int) -> list[Network]:
    return [Network(str(IPv4Address(0x0A000000 + number))) for number in range(count)]


@given(networks)
def test_a_network_is_always_in_the_same_group_of_a_poll(network: Network) -> None:
    rotated = KeyRing.read({"current": "k2", "k1": "first key", "k2": "second key"})
    group = group_of(network, poll_with(), KEYS)
    assert 0 <= group < GROUPS
    assert group_of(network, poll_with(), rotated) == group


def test_groups_of_different_polls_and_salts_are_unrelated() -> None:
    found = many_networks(300)
    here = [group_of(network, poll_with(), KEYS) for network in found]
    for elsewhere in (poll_with("1" * 26), poll_with(salt=bytes(31) + b"x")):
        there = [group_of(network, elsewhere, KEYS) for network in found]
        assert sum(a == b for a, b in zip(here, there, strict=True)) < 5


def test_groups_are_too_large_to_identify_a_network() -> None:
    groups = Counter(group_of(network, poll_with(), KEYS) for network in many_networks(30_000))
    assert len(groups) == GROUPS
    assert min(groups.values()) > 5, "each holds one in a thousand of all addresses"


@given(st.dictionaries(st.integers(0, GROUPS - 1), st.integers(1, 3)))
def test_networks_of_few_votes_are_not_reported(votes_by_group: dict[int, int]) -> None:
    found = networks_in(votes_by_group)
    assert (found is None) == (sum(votes_by_group.values()) < MIN_VOTES)


@pytest.mark.parametrize("count", [1, 5, 30, 300, 1_500])
def test_number_of_networks_is_estimated(count: int) -> None:
    votes: Counter[int] = Counter()
    for network in many_networks(count):
        votes[group_of(network, poll_with(), KEYS)] += 20
    found = networks_in(votes)
    assert found is not None
    assert found.votes == 20 * count
    assert abs(found.networks - count) <= 0.1 * count


def test_largest_share_is_reported_among_many_networks() -> None:
    votes = Counter(group_of(network, poll_with(), KEYS) for network in many_networks(200))
    votes[group_of(Network("198.51.100.10"), poll_with(), KEYS)] += 200
    found = networks_in(votes)
    assert found is not None
    assert 50 <= found.largest_percent <= 52


def test_estimate_is_finite_with_no_empty_group() -> None:
    found = networks_in(dict.fromkeys(range(GROUPS), 9))
    assert found is not None
    assert found.networks > 5_000
