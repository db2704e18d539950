"""Check characters of receipts: typing errors are found, by the same rule as on the voter's page."""

import json
import re
from pathlib import Path
from typing import Any

from contracts.ids import CROCKFORD
from contracts.receipt import BITS, has_valid_check_characters, receipt_hash, write_receipt
from hypothesis import given
from hypothesis import strategies as st

CORPUS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[3] / "tests" / "corpus" / "receipts.json").read_text()
)
numbers = st.integers(0, (1 << BITS) - 1)
places = st.integers(0, 15)
symbols = st.sampled_from(CROCKFORD.upper())


def with_characters(receipt: str, changes: dict[int, str]) -> str:
    characters = list(receipt.replace("-", ""))
    for place, character in changes.items():
        characters[place] = character
    text = "".join(characters)
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def test_receipts_of_the_corpus_are_written_and_their_mistypes_found() -> None:
    assert [write_receipt(int(row["number"])) for row in CORPUS["valid"]] == [
        row["receipt"] for row in CORPUS["valid"]
    ]
    assert not [row for row in CORPUS["mistyped"] if has_valid_check_characters(row["typed"])]


@given(numbers)
def test_receipt_has_the_shape_of_the_contract_and_valid_check_characters(number: int) -> None:
    receipt = write_receipt(number)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}", receipt)
    assert has_valid_check_characters(receipt)


@given(numbers, places, places, symbols, symbols)
def test_one_or_two_wrong_characters_are_found(
    number: int, place: int, other_place: int, symbol: str, other_symbol: str
) -> None:
    receipt = write_receipt(number)
    typed = with_characters(receipt, {place: symbol, other_place: other_symbol})
    assert has_valid_check_characters(typed) is (typed == receipt)


@given(numbers, places, places)
def test_transposition_is_found(number: int, place: int, other_place: int) -> None:
    receipt = write_receipt(number)
    characters = receipt.replace("-", "")
    typed = with_characters(receipt, {place: characters[other_place], other_place: characters[place]})
    assert has_valid_check_characters(typed) is (typed == receipt)


def test_receipt_hash_is_stable() -> None:
    """A published format: a change would make the receipts of closed polls unverifiable."""
    expected = "161dc6d81a19ba713d48b14dc0f7b941af727f487f7bae11a8c9547c2d183d3c"
    assert receipt_hash("0000-0000-0000-0132").hex() == expected
