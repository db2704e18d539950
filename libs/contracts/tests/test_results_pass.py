"""Results pass: issued here, unchanged, and not expired."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from contracts.ids import new_poll_id
from contracts.key_ring import KeyRing
from contracts.results_pass import (
    RESULTS_PASS_TTL,
    InvalidResultsPass,
    mint_results_pass,
    poll_of_results_pass,
)
from hypothesis import given
from hypothesis import strategies as st
from testkit.rules import offenders

NOW = datetime(2026, 5, 4, 18, 42, 11, tzinfo=UTC)
POLL = "7zq4m0x2v9c6k3t8hj5n1w0rge"
KEYS = KeyRing.read({"current": "k1", "k1": "one"})
ROTATED = KeyRing.read({"current": "k2", "k1": "one", "k2": "two"})
PASS = mint_results_pass(KEYS, POLL, NOW)


def test_results_pass_names_its_poll() -> None:
    assert poll_of_results_pass(KEYS, PASS, NOW) == POLL


def test_results_pass_stays_valid_until_its_key_is_removed() -> None:
    assert poll_of_results_pass(ROTATED, PASS, NOW) == POLL
    with pytest.raises(InvalidResultsPass):
        poll_of_results_pass(KeyRing.read({"current": "k2", "k2": "two"}), PASS, NOW)


def test_new_results_pass_is_signed_with_current_key() -> None:
    assert mint_results_pass(ROTATED, POLL, NOW).startswith(f"v1.k2.{POLL}.")


def is_good(text: str) -> bool:
    with contextlib.suppress(InvalidResultsPass):
        poll_of_results_pass(KEYS, text, NOW)
        return True
    return False


def test_results_pass_with_changed_character_is_rejected() -> None:
    def good_when_changed_at(position: int) -> list[str]:
        before, found, after = PASS[:position], PASS[position], PASS[position + 1 :]
        others = {*"019aAzZ-_.=+/ é٣", *(chr(ord(found) ^ 1 << bit) for bit in range(8))} - {found}
        return [other for other in sorted(others) if is_good(f"{before}{other}{after}")]

    assert offenders(range(len(PASS)), good_when_changed_at) == {}
    assert is_good(PASS), "and nothing else is wrong with it"


def test_results_pass_with_missing_or_doubled_character_is_rejected() -> None:
    def good_when_cut_at(position: int) -> list[str]:
        left_out = PASS[:position] + PASS[position + 1 :]
        doubled = PASS[:position] + PASS[position] + PASS[position:]
        return [changed for changed in (left_out, doubled) if is_good(changed)]

    assert offenders(range(len(PASS)), good_when_cut_at) == {}


@pytest.mark.parametrize("part", ["k2", "k9", "", "current"])
def test_results_pass_with_other_key_id_is_rejected(part: str) -> None:
    with pytest.raises(InvalidResultsPass):
        poll_of_results_pass(ROTATED, PASS.replace(".k1.", f".{part}."), NOW)


def test_results_pass_with_key_id_of_equal_key_is_rejected() -> None:
    twins = KeyRing.read({"current": "k1", "k1": "one", "k2": "one"})
    with pytest.raises(InvalidResultsPass):
        poll_of_results_pass(twins, PASS.replace(".k1.", ".k2."), NOW)


def test_results_pass_with_replaced_poll_is_rejected() -> None:
    with pytest.raises(InvalidResultsPass):
        poll_of_results_pass(KEYS, PASS.replace(POLL, new_poll_id()), NOW)


def test_results_pass_expires_at_its_expiry() -> None:
    assert poll_of_results_pass(KEYS, PASS, NOW + RESULTS_PASS_TTL - timedelta(seconds=1)) == POLL
    with pytest.raises(InvalidResultsPass, match="expired"):
        poll_of_results_pass(KEYS, PASS, NOW + RESULTS_PASS_TTL)


@given(text=st.text() | st.from_regex(r"v1\.k1\.[^.]*\.[0-9]{1,5000}\.[A-Za-z0-9_-]*", fullmatch=True))
def test_arbitrary_text_is_rejected_as_results_pass(text: str) -> None:
    with pytest.raises(InvalidResultsPass):
        poll_of_results_pass(KEYS, text, NOW)
