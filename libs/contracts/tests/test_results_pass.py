"""The results pass: only ours, only unchanged, only until it expires."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from contracts.ids import new_poll_id
from contracts.keys import KeyRing
from contracts.results_pass import RESULTS_PASS_TTL, BadResultsPass, mint_results_pass, poll_of_results_pass
from hypothesis import given
from hypothesis import strategies as st
from testkit.rules import offenders

NOW = datetime(2026, 5, 4, 18, 42, 11, tzinfo=UTC)
POLL = "7zq4m0x2v9c6k3t8hj5n1w0rge"
KEYS = KeyRing.read({"current": "k1", "k1": "one"})
ROTATED = KeyRing.read({"current": "k2", "k1": "one", "k2": "two"})
PASS = mint_results_pass(KEYS, POLL, NOW)


def test_it_names_its_poll() -> None:
    assert poll_of_results_pass(KEYS, PASS, NOW) == POLL


def test_it_stays_valid_when_keys_rotate_until_its_key_is_removed() -> None:
    assert poll_of_results_pass(ROTATED, PASS, NOW) == POLL
    with pytest.raises(BadResultsPass):
        poll_of_results_pass(KeyRing.read({"current": "k2", "k2": "two"}), PASS, NOW)


def test_a_new_one_is_made_with_the_current_key() -> None:
    assert mint_results_pass(ROTATED, POLL, NOW).startswith(f"v1.k2.{POLL}.")


def is_good(text: str) -> bool:
    with contextlib.suppress(BadResultsPass):
        poll_of_results_pass(KEYS, text, NOW)
        return True
    return False


def test_changing_any_one_character_voids_it() -> None:
    def good_when_changed_at(position: int) -> list[str]:
        before, found, after = PASS[:position], PASS[position], PASS[position + 1 :]
        others = {*"019aAzZ-_.=+/ é٣", chr(ord(found) ^ 1), chr(ord(found) ^ 32)} - {found}
        return [other for other in sorted(others) if is_good(f"{before}{other}{after}")]

    assert offenders(range(len(PASS)), good_when_changed_at) == {}
    assert is_good(PASS), "and nothing else is wrong with it"


def test_leaving_out_or_doubling_any_character_voids_it() -> None:
    def good_when_cut_at(position: int) -> list[str]:
        left_out = PASS[:position] + PASS[position + 1 :]
        doubled = PASS[:position] + PASS[position] + PASS[position:]
        return [changed for changed in (left_out, doubled) if is_good(changed)]

    assert offenders(range(len(PASS)), good_when_cut_at) == {}


@pytest.mark.parametrize("part", ["k2", "k9", "", "current"])
def test_naming_another_key_voids_it(part: str) -> None:
    with pytest.raises(BadResultsPass):
        poll_of_results_pass(ROTATED, PASS.replace(".k1.", f".{part}."), NOW)


def test_the_same_key_under_another_id_does_not_verify_it() -> None:
    twins = KeyRing.read({"current": "k1", "k1": "one", "k2": "one"})
    with pytest.raises(BadResultsPass):
        poll_of_results_pass(twins, PASS.replace(".k1.", ".k2."), NOW)


def test_a_pass_of_another_poll_cannot_be_relabelled() -> None:
    with pytest.raises(BadResultsPass):
        poll_of_results_pass(KEYS, PASS.replace(POLL, new_poll_id()), NOW)


def test_it_is_valid_until_the_second_before_it_expires_and_not_at_it() -> None:
    assert poll_of_results_pass(KEYS, PASS, NOW + RESULTS_PASS_TTL - timedelta(seconds=1)) == POLL
    with pytest.raises(BadResultsPass, match="expired"):
        poll_of_results_pass(KEYS, PASS, NOW + RESULTS_PASS_TTL)


@given(text=st.text() | st.from_regex(r"v1\.k1\.[^.]*\.[0-9]{1,5000}\.[A-Za-z0-9_-]*", fullmatch=True))
def test_no_other_text_is_a_pass_or_does_harm(text: str) -> None:
    with pytest.raises(BadResultsPass):
        poll_of_results_pass(KEYS, text, NOW)
