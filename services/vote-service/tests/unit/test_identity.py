"""The voter's identity under each policy, and its stability."""

import pytest
from contracts.enums import PollStatus, VoterPolicy
from contracts.key_ring import KeyRing
from contracts.network import AddressUnknown
from hypothesis import given
from hypothesis import strategies as st
from vote_service.domain.errors import CodeMissing, CodeUnexpected
from vote_service.domain.identity import identify
from vote_service.domain.poll import PollCopy, VotingKeys
from vote_service.domain.voter_key import Voter, voter_of

KEYS = KeyRing.read({"current": "k1", "k1": "first key"})
CODE = "00000-0001Y-JM9Z2-Q0TJS-6QDBH"
OTHER_CODE = "00000-00022-EF3YV-D1ZWG-B4FN9"
ADDRESS = "198.51.100.10:46532"
voter_ids = st.binary(min_size=16, max_size=16)
key_rings = st.dictionaries(st.text("abcdef", min_size=1), st.text(min_size=1)).flatmap(
    lambda keys: st.sampled_from(["k1", *keys]).map(
        lambda current: KeyRing.read({**keys, "k1": "first key", "current": current})
    )
)
"""Key rings after rotations: the first key is kept, any key may be current."""


def poll_by(policy: VoterPolicy) -> PollCopy:
    return PollCopy("0" * 26, PollStatus.OPEN, None, None, policy, 1, VotingKeys(bytes(32), "k1", 16))


def voter(
    policy: VoterPolicy,
    voter_id: bytes = bytes(16),
    code: str = CODE,
    address: str = ADDRESS,
    keys: KeyRing = KEYS,
) -> Voter:
    poll = poll_by(policy)
    asked = code if policy is VoterPolicy.CODE else None
    return voter_of(poll, identify(poll, voter_id, asked, address, keys).value, voter_id, keys)


def same_voter(one: Voter, other: Voter) -> bool:
    return (one.key, one.bucket, one.receipt) == (other.key, other.bucket, other.receipt)


@given(st.sampled_from(VoterPolicy), voter_ids, key_rings, key_rings)
def test_voter_is_independent_of_the_current_key_under_every_policy(
    policy: VoterPolicy, voter_id: bytes, before: KeyRing, after: KeyRing
) -> None:
    assert same_voter(voter(policy, voter_id, keys=before), voter(policy, voter_id, keys=after))
    assert voter(policy, voter_id, keys=before).voter_token == voter(policy, voter_id, keys=after).voter_token


@given(voter_ids, voter_ids)
def test_voter_by_device_is_the_voter_token_and_not_the_network(one: bytes, other: bytes) -> None:
    first = voter(VoterPolicy.DEVICE, one)
    assert same_voter(first, voter(VoterPolicy.DEVICE, one, address="203.0.113.9:1"))
    assert same_voter(first, voter(VoterPolicy.DEVICE, other)) == (one == other)


@given(voter_ids, voter_ids)
def test_voter_by_code_is_the_code_with_any_voter_token(one: bytes, other: bytes) -> None:
    first = voter(VoterPolicy.CODE, one)
    assert same_voter(first, voter(VoterPolicy.CODE, other, CODE.lower(), address="203.0.113.9:1"))
    assert not same_voter(first, voter(VoterPolicy.CODE, one, OTHER_CODE))
    assert (first.voter_token == voter(VoterPolicy.CODE, other).voter_token) == (one == other)


@given(voter_ids, voter_ids, st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_voter_by_network_is_the_address_with_any_voter_token(
    one: bytes, other: bytes, host: int, other_host: int
) -> None:
    def address(number: int) -> str:
        return ".".join(map(str, number.to_bytes(4)))

    first = voter(VoterPolicy.NETWORK, one, address=f"{address(host)}:1")
    again = voter(VoterPolicy.NETWORK, other, address=f"[::ffff:{address(host)}]:2")
    assert same_voter(first, again)
    assert (first.voter_token == again.voter_token) == (one == other)
    elsewhere = voter(VoterPolicy.NETWORK, one, address=f"{address(other_host)}:1")
    assert same_voter(first, elsewhere) == (host == other_host)


@given(st.integers(1, 2**16 - 1), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_addresses_of_one_64_are_one_voter_by_network(subnet: int, one: int, other: int) -> None:
    [first, second] = (
        voter(VoterPolicy.NETWORK, address=f"2001:db8:0:{subnet:x}:" + groups(host) + ":443")
        for host in (one, other)
    )
    assert same_voter(first, second)


def groups(host: int) -> str:
    return ":".join(f"{host >> shift & 0xFFFF:x}" for shift in (48, 32, 16, 0))


def test_the_same_identity_is_another_voter_under_another_policy() -> None:
    voters = [voter_of(poll_by(policy), b"identity", b"voter_token", KEYS) for policy in VoterPolicy]
    assert len({one.key for one in voters}) == len({one.receipt for one in voters}) == len(voters)


@given(voter_ids)
def test_the_hash_of_a_voter_token_is_no_voter_key_and_no_voter_token(voter_id: bytes) -> None:
    by_device = voter(VoterPolicy.DEVICE, voter_id)
    assert by_device.voter_token != by_device.key
    assert by_device.voter_token == voter(VoterPolicy.CODE, voter_id).voter_token
    assert voter_id.hex() not in by_device.voter_token


def test_poll_by_code_names_the_missing_field() -> None:
    with pytest.raises(CodeMissing) as refused:
        identify(poll_by(VoterPolicy.CODE), bytes(16), None, ADDRESS, KEYS)
    assert [error.field for error in refused.value.errors or ()] == ["code"]


@pytest.mark.parametrize("policy", [VoterPolicy.DEVICE, VoterPolicy.NETWORK])
def test_poll_with_another_policy_accepts_no_code(policy: VoterPolicy) -> None:
    with pytest.raises(CodeUnexpected) as refused:
        identify(poll_by(policy), bytes(16), CODE, ADDRESS, KEYS)
    assert [error.field for error in refused.value.errors or ()] == ["code"]


@pytest.mark.parametrize("code", ["wrong", CODE[:-1], CODE[:-1] + ("0" if CODE[-1] != "0" else "1")])
def test_wrong_code_is_not_entitled(code: str) -> None:
    identity = identify(poll_by(VoterPolicy.CODE), bytes(16), code, ADDRESS, KEYS)
    assert not identity.entitled
    assert len(identity.value) == 6


def test_missing_address_is_refused_by_network_only() -> None:
    with pytest.raises(AddressUnknown):
        identify(poll_by(VoterPolicy.NETWORK), bytes(16), None, None, KEYS)
    assert identify(poll_by(VoterPolicy.DEVICE), bytes(16), None, None, KEYS).value == bytes(16)
