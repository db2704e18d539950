"""Voter keys and receipts: stable for one voter in one poll, unlinkable otherwise."""

import re
from collections import Counter
from dataclasses import replace

import pytest
from contracts.enums import PollStatus, VoterPolicy
from contracts.ids import CROCKFORD
from contracts.key_ring import KeyRing, UnknownKeyId
from contracts.receipt import has_valid_check_characters
from hypothesis import given
from hypothesis import strategies as st
from vote_service.domain.errors import PollClosed
from vote_service.domain.poll import PollCopy, VotingKeys
from vote_service.domain.voter_key import bucket_of, voter_of

KEYS = KeyRing.read({"current": "k1", "k1": "first key"})
VOTER_TOKEN = b"voter token of a voter"
GOLDEN = ("U2lnByhvalDAZNzIxqG3enACD0O3PoL0M7Z1f3pkfgY", 1, "V1M6-8J28-C27G-1SJB")
voter_ids = st.binary(min_size=16, max_size=16)
poll_ids = st.text(CROCKFORD, min_size=26, max_size=26)
salts = st.binary(min_size=32, max_size=32)


def poll_with(
    poll_id: str = "0" * 26, salt: bytes = bytes(32), key_id: str = "k1", buckets: int = 16
) -> PollCopy:
    keys = VotingKeys(salt, key_id, buckets)
    return PollCopy(poll_id, PollStatus.OPEN, None, None, VoterPolicy.DEVICE, 1, keys)


@pytest.mark.covers("R15")
@given(voter_ids, poll_ids, salts, st.dictionaries(st.text("abcdef", min_size=1), st.text(min_size=1)))
def test_a_rotation_changes_neither_voter_key_nor_receipt_nor_bucket(
    voter_id: bytes, poll_id: str, salt: bytes, more_keys: dict[str, str]
) -> None:
    poll = poll_with(poll_id, salt)
    rotated = KeyRing.read({**more_keys, "k1": "first key", "k2": "second key", "current": "k2"})
    before, after = (
        voter_of(poll, voter_id, VOTER_TOKEN, KEYS),
        voter_of(poll, voter_id, VOTER_TOKEN, rotated),
    )
    assert (before.key, before.bucket, before.receipt) == (after.key, after.bucket, after.receipt)


@given(voter_ids, poll_ids, salts)
def test_key_and_receipt_have_the_shape_of_the_contract(voter_id: bytes, poll_id: str, salt: bytes) -> None:
    voter = voter_of(poll_with(poll_id, salt), voter_id, VOTER_TOKEN, KEYS)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", voter.key)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}", voter.receipt)
    assert has_valid_check_characters(voter.receipt)
    assert 0 <= voter.bucket < 16


def test_key_derivation_is_stable() -> None:
    """A stored format: a change would give every voter of a running poll another voter key."""
    voter = voter_of(poll_with(), bytes(16), VOTER_TOKEN, KEYS)
    assert (voter.key, voter.bucket, voter.receipt) == GOLDEN


def test_poll_without_salt_has_no_voter_keys() -> None:
    poll = poll_with()
    archived = replace(poll, keys=replace(poll.keys, salt=None))
    with pytest.raises(PollClosed, match="archived"):
        voter_of(archived, bytes(16), VOTER_TOKEN, KEYS)


@given(voter_ids, voter_ids, salts)
def test_two_voters_have_two_keys(one: bytes, other: bytes, salt: bytes) -> None:
    keys = {voter_of(poll_with(salt=salt), voter_id, VOTER_TOKEN, KEYS).key for voter_id in (one, other)}
    assert len(keys) == len({one, other})


@pytest.mark.covers("T29")
@given(voter_ids)
def test_the_same_voter_is_unlinkable_between_polls_salts_and_pinned_keys(voter_id: bytes) -> None:
    both = KeyRing.read({"current": "k1", "k1": "first key", "k2": "second key"})
    polls = [
        poll_with(),
        poll_with(poll_id="1" * 26),
        poll_with(salt=bytes(31) + b"x"),
        poll_with(key_id="k2"),
    ]
    voters = [voter_of(poll, voter_id, VOTER_TOKEN, both) for poll in polls]
    assert len({voter.key for voter in voters}) == len({voter.receipt for voter in voters}) == len(polls)


def test_missing_key_of_the_poll_raises_an_error() -> None:
    with pytest.raises(UnknownKeyId):
        voter_of(poll_with(key_id="k0"), bytes(16), VOTER_TOKEN, KEYS)


def test_votes_spread_over_all_partitions() -> None:
    keys = [voter_of(poll_with(), number.to_bytes(16), VOTER_TOKEN, KEYS).key for number in range(16_000)]
    spread = Counter(bucket_of(key, 16) for key in keys)
    assert set(spread) == set(range(16))
    assert max(spread.values()) < 1.2 * 1000


def test_repr_of_voter_and_poll_copy_contains_no_secret() -> None:
    poll = poll_with(salt=b"s" * 32)
    voter = voter_of(poll, bytes(16), VOTER_TOKEN, KEYS)
    assert voter.key not in repr(voter)
    assert "ssss" not in repr(poll)
