"""Codes: genuine in one poll only, parsed leniently, impossible to forge."""

import re
from dataclasses import replace
from typing import get_args

import pytest
from contracts.enums import PollStatus, VoterPolicy
from contracts.ids import CROCKFORD, Code
from contracts.key_ring import KeyRing, UnknownKeyId
from hypothesis import given
from hypothesis import strategies as st
from vote_service.domain.code import LENGTH, mint_codes, read_code
from vote_service.domain.errors import PollClosed
from vote_service.domain.poll import PollCopy, VotingKeys

KEYS = KeyRing.read({"current": "k1", "k1": "first key"})
CODE = "00000-0001Y-JM9Z2-Q0TJS-6QDBH"
OF_ANOTHER_POLL = "00000-0001F-2C7J5-BDV2J-TRB29"
symbols = st.sampled_from(CROCKFORD)


def poll_with(poll_id: str = "0" * 26, salt: bytes = bytes(32), key_id: str = "k1") -> PollCopy:
    keys = VotingKeys(salt, key_id, 16)
    return PollCopy(poll_id, PollStatus.OPEN, None, None, VoterPolicy.CODE, 1, keys)


def is_genuine(text: str, poll: PollCopy | None = None, keys: KeyRing = KEYS) -> bool:
    return read_code(poll or poll_with(), text, keys).genuine


def test_minted_codes_have_the_format_of_the_contract_and_differ() -> None:
    pattern = get_args(Code)[1].metadata[0].pattern
    codes = mint_codes(poll_with(), 2_000, KEYS, "submission-1")
    assert len(set(codes)) == len({read_code(poll_with(), code, KEYS).nonce for code in codes}) == 2_000
    assert all(re.fullmatch(pattern, code) for code in codes)


def test_minted_code_is_genuine_in_its_own_poll_only() -> None:
    others = [poll_with("1" * 26), poll_with(salt=bytes(31) + b"x")]
    for code in mint_codes(poll_with(), 200, KEYS, "submission-1"):
        assert is_genuine(code)
        assert not any(is_genuine(code, other) for other in others)


def test_code_format_is_stable() -> None:
    """A change would invalidate all printed codes."""
    assert is_genuine(CODE)
    assert is_genuine(OF_ANOTHER_POLL, poll_with("1" * 26))
    assert read_code(poll_with(), CODE, KEYS).nonce == (1).to_bytes(6)


def test_key_rotation_changes_no_code() -> None:
    rotated = KeyRing.read({"current": "k2", "k1": "first key", "k2": "second key"})
    assert is_genuine(CODE, keys=rotated)
    [after] = mint_codes(poll_with(), 1, rotated, "submission-1")
    assert is_genuine(after)


def test_a_pinned_key_that_is_gone_is_an_error_and_never_a_wrong_code() -> None:
    with pytest.raises(UnknownKeyId):
        read_code(poll_with(key_id="k0"), CODE, KEYS)
    with pytest.raises(UnknownKeyId):
        mint_codes(poll_with(key_id="k0"), 1, KEYS, "submission-1")


def test_archived_poll_raises_closed_for_any_code() -> None:
    poll = poll_with()
    archived = replace(poll, keys=replace(poll.keys, salt=None))
    for text in (CODE, OF_ANOTHER_POLL, "wrong"):
        with pytest.raises(PollClosed, match="archived"):
            read_code(archived, text, KEYS)


def spelt_kindly(draw: st.DrawFn) -> str:
    """Draw a spelling of the code as people and phones may write it."""
    decoration = st.text(st.sampled_from("- _.\t\u00a0\u200b\u2011\u2013\u2014\u2212"), max_size=2)
    text = draw(decoration)
    for character in CODE:
        alike = {"0": "0oO\uff10", "1": "1iIlL\uff11"}.get(character, character + character.lower())
        text += draw(st.sampled_from(alike)) + draw(decoration) if character != "-" else draw(decoration)
    return text


@given(st.composite(spelt_kindly)())
def test_a_code_is_read_in_every_spelling(text: str) -> None:
    assert read_code(poll_with(), text, KEYS) == read_code(poll_with(), CODE, KEYS)
    assert is_genuine(text)


@given(st.integers(0, LENGTH - 1), symbols)
def test_a_code_with_any_character_changed_is_wrong(place: int, symbol: str) -> None:
    plain = CODE.replace("-", "").lower()
    changed = plain[:place] + symbol + plain[place + 1 :]
    assert is_genuine(changed) == (changed == plain)


@pytest.mark.parametrize(
    "text",
    [
        "-",
        "0",
        "wrong",
        CODE[:-1],
        CODE + "0",
        CODE.replace("-", "")[1:],
        CODE * 2,
        CODE[:-1] + "U",
        CODE[:-1] + "ü",
        CODE[:-1] + "\u0301",
        "0" * LENGTH,
        "z" * LENGTH,
        OF_ANOTHER_POLL,
    ],
)
def test_code_that_is_not_of_the_poll_is_not_genuine(text: str) -> None:
    assert not is_genuine(text)


@given(st.text(max_size=64) | st.text(symbols, min_size=LENGTH, max_size=LENGTH))
def test_any_text_is_parsed_and_is_not_genuine(text: str) -> None:
    read = read_code(poll_with(), text, KEYS)
    assert (len(read.nonce), read.genuine) == (6, False)


def test_repr_contains_neither_code_nor_nonce() -> None:
    read = read_code(poll_with(), CODE, KEYS)
    assert str(read.nonce) not in repr(read)
