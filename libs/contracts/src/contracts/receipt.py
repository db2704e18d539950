"""Receipts: 70 bits as fourteen characters, and two check characters that find and locate typing errors.

The check characters are those of a shortened Reed-Solomon code over GF(32): every one or two wrong characters
and every transposition are found. `tests/corpus/receipts.json` tests this rule and that of the voter's page.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

from contracts.ids import CROCKFORD, Receipt, crockford

BITS: Final = 70
_LENGTH: Final = 14
_GROUP: Final = 4
_POLYNOMIAL: Final = 0b100101
"""x⁵ + x² + 1, of which 2 is a root: its powers are the 31 elements of GF(32) but zero."""

_INVERSE_OF_3: Final = 28


def write_receipt(number: int) -> Receipt:
    """Return the receipt of a number of 70 bits."""
    text = crockford(number, _LENGTH)
    total, weighted = _syndromes([*_symbols(text), 0, 0])
    first = _multiply(total ^ weighted, _INVERSE_OF_3)
    text = (text + CROCKFORD[first] + CROCKFORD[total ^ first]).upper()
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def has_valid_check_characters(receipt: Receipt) -> bool:
    """Return whether a receipt in its canonical form is free of typing errors."""
    return _syndromes(_symbols(receipt.replace("-", ""))) == (0, 0)


def receipt_hash(receipt: Receipt) -> bytes:
    """Return the hash by which a poll's transparency log names a receipt."""
    return hashlib.sha256(b"receipt" + receipt.encode()).digest()


def _symbols(text: str) -> list[int]:
    return [CROCKFORD.index(character) for character in text.lower()]


def _syndromes(symbols: Iterable[int]) -> tuple[int, int]:
    """Return the sum of the symbols, and the sum weighted by powers of 2, the last weight being 1."""
    total = weighted = 0
    for symbol in symbols:
        total ^= symbol
        weighted = _multiply(weighted, 2) ^ symbol
    return total, weighted


def _multiply(one: int, other: int) -> int:
    product = 0
    while other:
        product ^= one if other & 1 else 0
        one = one << 1 ^ (_POLYNOMIAL if one & 16 else 0)
        other >>= 1
    return product
