"""The voter token: any change invalidates it, and renewals keep the voter."""

import string
from datetime import UTC, datetime, timedelta

import pytest
from contracts.key_ring import KeyRing
from hypothesis import assume, given
from hypothesis import strategies as st
from vote_service.domain.errors import InvalidVoterToken, NoVoterToken, VoterTokenExpired
from vote_service.domain.voter_token import VoterToken, read_voter_token, renew_voter_token, write_voter_token

NOW = datetime(2026, 6, 1, 12, 0, 0, 250_000, tzinfo=UTC)
KEYS = KeyRing.read({"current": "k1", "k1": "first key"})
ROTATED = KeyRing.read({"current": "k2", "k1": "first key", "k2": "second key"})
BASE64URL = string.ascii_letters + string.digits + "-_"

voter_tokens = st.builds(
    VoterToken,
    voter_id=st.binary(min_size=16, max_size=16),
    issued_at=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
        lambda moment: moment.replace(microsecond=0)
    ),
)


@given(voter_tokens)
def test_written_voter_token_can_be_read(voter_token: VoterToken) -> None:
    assert read_voter_token(write_voter_token(voter_token, KEYS), KEYS) == voter_token


@pytest.mark.covers("T5", "R14")
@given(voter_tokens)
def test_voter_token_with_any_changed_bit_is_invalid(voter_token: VoterToken) -> None:
    good = write_voter_token(voter_token, KEYS).encode()
    for place in range(len(good) * 8):
        changed = bytearray(good)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(InvalidVoterToken):
            read_voter_token(changed.decode("latin-1"), KEYS)


def test_voter_token_with_any_changed_character_is_invalid() -> None:
    good = write_voter_token(VoterToken.new(NOW), KEYS)
    for place, original in enumerate(good):
        for other in set(BASE64URL + ".=% \n") - {original}:
            with pytest.raises(InvalidVoterToken):
                read_voter_token(good[:place] + other + good[place + 1 :], KEYS)


@given(voter_tokens, st.data())
def test_voter_token_with_added_or_removed_text_is_invalid(
    voter_token: VoterToken, data: st.DataObject
) -> None:
    good = write_voter_token(voter_token, KEYS)
    place = data.draw(st.integers(0, len(good)))
    added = data.draw(st.characters())
    with pytest.raises(InvalidVoterToken):
        read_voter_token(good[:place] + added + good[place:], KEYS)
    assume(place < len(good))
    with pytest.raises(InvalidVoterToken):
        read_voter_token(good[:place] + good[place + 1 :], KEYS)


@given(st.text())
def test_any_text_is_invalid_and_raises_no_other_error(text: str) -> None:
    with pytest.raises((NoVoterToken, InvalidVoterToken)):
        read_voter_token(text, KEYS)


@pytest.mark.parametrize("text", [None, ""])
def test_no_cookie_is_no_voter_token(text: str | None) -> None:
    with pytest.raises(NoVoterToken):
        read_voter_token(text, KEYS)


@pytest.mark.covers("T5")
def test_spliced_voter_tokens_are_invalid() -> None:
    one = write_voter_token(VoterToken(bytes(16), NOW), KEYS).split(".")
    other = write_voter_token(VoterToken(bytes(15) + b"x", NOW + timedelta(days=1)), KEYS).split(".")
    for part in (2, 3, 4):
        mixed = [*one[:part], other[part], *one[part + 1 :]]
        with pytest.raises(InvalidVoterToken):
            read_voter_token(".".join(mixed), KEYS)


@pytest.mark.covers("T28")
def test_voter_token_of_a_removed_key_is_invalid() -> None:
    voter_token = write_voter_token(VoterToken.new(NOW), KEYS)
    with pytest.raises(InvalidVoterToken):
        read_voter_token(voter_token, KeyRing.read({"current": "k2", "k2": "second key"}))


def test_a_voter_token_cannot_name_a_key_of_its_choice() -> None:
    for key_id in ("current", "", "k3"):
        with pytest.raises(InvalidVoterToken):
            read_voter_token(write_voter_token(VoterToken.new(NOW), KEYS).replace("k1", key_id), KEYS)


@given(voter_tokens, st.timedeltas(timedelta(0), timedelta(days=2000)))
def test_renewal_of_any_age_and_under_a_new_key_keeps_the_voter(
    voter_token: VoterToken, later: timedelta
) -> None:
    now = voter_token.issued_at + later
    renewed = renew_voter_token(write_voter_token(voter_token, KEYS), ROTATED, now)
    assert renewed is not None
    assert renewed.voter_id == voter_token.voter_id
    text = write_voter_token(renewed, ROTATED)
    assert text.startswith("v1.k2.")
    read_voter_token(text, ROTATED).require_valid(now)


def test_forged_voter_token_is_not_renewed() -> None:
    genuine = write_voter_token(VoterToken(bytes(16), NOW), KEYS)
    for text in (None, "", "rubbish", genuine[:-1], genuine.replace("v1", "v2")):
        assert renew_voter_token(text, KEYS, NOW) is None


def test_new_voters_differ() -> None:
    assert len({VoterToken.new(NOW).voter_id for _ in range(1000)}) == 1000


@pytest.mark.covers("R16")
def test_voter_token_is_valid_for_exactly_180_days() -> None:
    voter_token = VoterToken.new(NOW)
    voter_token.require_valid(voter_token.issued_at + timedelta(days=180) - timedelta(microseconds=1))
    with pytest.raises(VoterTokenExpired):
        voter_token.require_valid(voter_token.issued_at + timedelta(days=180))
