"""The ballot: no changed character passes, and the voter outlives its age and its key."""

import string
from datetime import UTC, datetime, timedelta

import pytest
from contracts.keys import KeyRing
from hypothesis import assume, given
from hypothesis import strategies as st
from vote_service.domain.errors import BadBallot, BallotExpired, NoBallot
from vote_service.domain.voter_token import Ballot, read_ballot, renew_ballot, write_ballot

NOW = datetime(2026, 6, 1, 12, 0, 0, 250_000, tzinfo=UTC)
KEYS = KeyRing.read({"current": "k1", "k1": "first key"})
ROTATED = KeyRing.read({"current": "k2", "k1": "first key", "k2": "second key"})
BASE64URL = string.ascii_letters + string.digits + "-_"

ballots = st.builds(
    Ballot,
    voter_id=st.binary(min_size=16, max_size=16),
    issued_at=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
        lambda moment: moment.replace(microsecond=0)
    ),
)


@given(ballots)
def test_what_is_written_is_read(ballot: Ballot) -> None:
    assert read_ballot(write_ballot(ballot, KEYS), KEYS) == ballot


@given(ballots)
def test_every_single_bit_counts(ballot: Ballot) -> None:
    good = write_ballot(ballot, KEYS).encode()
    for place in range(len(good) * 8):
        changed = bytearray(good)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(BadBallot):
            read_ballot(changed.decode("latin-1"), KEYS)


def test_every_single_character_counts() -> None:
    good = write_ballot(Ballot.new(NOW), KEYS)
    for place, original in enumerate(good):
        for other in set(BASE64URL + ".=% \n") - {original}:
            with pytest.raises(BadBallot):
                read_ballot(good[:place] + other + good[place + 1 :], KEYS)


@given(ballots, st.data())
def test_nothing_may_be_added_or_left_out(ballot: Ballot, data: st.DataObject) -> None:
    good = write_ballot(ballot, KEYS)
    place = data.draw(st.integers(0, len(good)))
    added = data.draw(st.characters())
    with pytest.raises(BadBallot):
        read_ballot(good[:place] + added + good[place:], KEYS)
    assume(place < len(good))
    with pytest.raises(BadBallot):
        read_ballot(good[:place] + good[place + 1 :], KEYS)


@given(st.text())
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    with pytest.raises((NoBallot, BadBallot)):
        read_ballot(text, KEYS)


@pytest.mark.parametrize("text", [None, ""])
def test_no_cookie_is_no_ballot(text: str | None) -> None:
    with pytest.raises(NoBallot):
        read_ballot(text, KEYS)


def test_the_parts_of_two_ballots_do_not_mix() -> None:
    one = write_ballot(Ballot(bytes(16), NOW), KEYS).split(".")
    other = write_ballot(Ballot(bytes(15) + b"x", NOW + timedelta(days=1)), KEYS).split(".")
    for part in (2, 3, 4):
        mixed = [*one[:part], other[part], *one[part + 1 :]]
        with pytest.raises(BadBallot):
            read_ballot(".".join(mixed), KEYS)


def test_a_key_that_was_removed_signs_nothing_any_more() -> None:
    ballot = write_ballot(Ballot.new(NOW), KEYS)
    with pytest.raises(BadBallot):
        read_ballot(ballot, KeyRing.read({"current": "k2", "k2": "second key"}))


def test_a_ballot_cannot_name_a_key_of_its_choice() -> None:
    for key_id in ("current", "", "k3"):
        with pytest.raises(BadBallot):
            read_ballot(write_ballot(Ballot.new(NOW), KEYS).replace("k1", key_id), KEYS)


@given(ballots, st.timedeltas(timedelta(0), timedelta(days=2000)))
def test_a_genuine_ballot_keeps_its_voter_however_old_and_under_a_new_key(
    ballot: Ballot, later: timedelta
) -> None:
    now = ballot.issued_at + later
    renewed = renew_ballot(write_ballot(ballot, KEYS), ROTATED, now)
    assert renewed is not None
    assert renewed.voter_id == ballot.voter_id
    text = write_ballot(renewed, ROTATED)
    assert text.startswith("v1.k2.")
    read_ballot(text, ROTATED).require_valid(now)


def test_nobody_keeps_a_voter_by_a_forged_ballot() -> None:
    genuine = write_ballot(Ballot(bytes(16), NOW), KEYS)
    for text in (None, "", "rubbish", genuine[:-1], genuine.replace("v1", "v2")):
        assert renew_ballot(text, KEYS, NOW) is None


def test_new_voters_differ() -> None:
    assert len({Ballot.new(NOW).voter_id for _ in range(1000)}) == 1000


def test_a_ballot_is_accepted_for_180_days_to_the_second() -> None:
    ballot = Ballot.new(NOW)
    ballot.require_valid(ballot.issued_at + timedelta(days=180) - timedelta(microseconds=1))
    with pytest.raises(BallotExpired):
        ballot.require_valid(ballot.issued_at + timedelta(days=180))
