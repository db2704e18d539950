"""Single-use access codes: minted without being stored, and parsed leniently as people type them.

A code is a nonce and its MAC, with a key derived from the poll's salt. Each code entitles its holder to one
vote in this poll; only its use is stored. Codes cannot be guessed: of 2⁸⁰ codes with the same nonce, one is
genuine.
"""

import hmac
import itertools
import unicodedata
from dataclasses import dataclass
from typing import Final

from contracts.ids import CROCKFORD, Code, crockford
from contracts.key_ring import KeyRing

from vote_service.domain.poll import PollCopy

NONCE_BITS: Final = 45
"""Unique within one response. `MAX_CODES` codes of many responses contain a duplicate in 1 of 7,000 polls."""

MAC_BITS: Final = 80
LENGTH: Final = 25
MAX_CODES: Final = 100_000
"""Maximum number of codes of a poll; limits collisions of nonces."""

_GROUP: Final = 5
_LOOK_ALIKES: Final = str.maketrans(
    "oilавсԁеһнјкморԛѕтѵԝхуіӏзαβεζηικμνορτυχ",  # noqa: RUF001
    "011abcdehhjkm0pqstvwxy113abezh1kmn0ptyx",
)
"""O, I and L as in Crockford's Base32; Cyrillic and Greek by their capitals, because codes are printed so."""


@dataclass(frozen=True, slots=True, repr=False)
class TypedCode:
    """A parsed code: its nonce, and whether it is a genuine code of this poll."""

    nonce: bytes
    genuine: bool


def mint_codes(poll: PollCopy, count: int, keys: KeyRing, submission: str) -> tuple[Code, ...]:
    """Return `count` different codes of the poll; the same submission always yields the same codes.

    A retry after a lost response therefore returns the same codes, although they are not stored. `submission`
    is no secret; nonces are derived from it with the poll's key. Raises `UnknownKeyId`.
    """
    key = _code_key(poll, keys)
    seed = hmac.digest(key, b"nonces\x00" + submission.encode(), "sha256")
    nonces: dict[int, None] = {}
    for number in itertools.count():
        if len(nonces) == count:
            break
        nonces[int.from_bytes(hmac.digest(seed, number.to_bytes(8), "sha256")[:8]) >> 64 - NONCE_BITS] = None
    return tuple(_spell(nonce << MAC_BITS | _mac(key, poll, nonce)) for nonce in nonces)


def read_code(poll: PollCopy, text: str, keys: KeyRing) -> TypedCode:
    """Parse a typed code in either case, with or without dashes and spaces, in any digits, with look-alikes.

    Every input takes the same steps, so that timing reveals nothing about a code. Raises `UnknownKeyId`, or
    `PollClosed` if the poll is archived.
    """
    symbols = _symbols(text)
    number = sum(symbol << 5 * place for place, symbol in enumerate(reversed(symbols)))
    nonce, mac = number >> MAC_BITS, number & ((1 << MAC_BITS) - 1)
    expected = _mac(_code_key(poll, keys), poll, nonce)
    right = hmac.compare_digest(expected.to_bytes(MAC_BITS // 8), mac.to_bytes(MAC_BITS // 8))
    return TypedCode(nonce=_bytes(nonce), genuine=right and len(symbols) == LENGTH)


def _symbols(text: str) -> list[int]:
    """Return the Base32 value of each character; an empty list if the length or a letter is invalid."""
    spelt = plain(text)
    if len(spelt) != LENGTH or not set(spelt) <= set(CROCKFORD):
        return []
    return [CROCKFORD.index(character) for character in spelt]


def plain(text: str) -> str:
    """Normalise typed text: lower case, letters and digits only, look-alikes replaced.

    The voter's page has the same rule in `logic/code.js`; `tests/corpus/codes.json` tests both.
    """
    typed = unicodedata.normalize("NFKC", text).lower()
    spelt = "".join(character for character in typed if character.isalnum()).translate(_LOOK_ALIKES)
    return "".join(str(unicodedata.decimal(character, character)) for character in spelt)


def _spell(number: int) -> Code:
    text = crockford(number, LENGTH).upper()
    return "-".join(text[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))


def _code_key(poll: PollCopy, keys: KeyRing) -> bytes:
    return keys.derive(poll.keys.key_id, salt=poll.keys.salt_of_voters(), info=b"code")


def _mac(key: bytes, poll: PollCopy, nonce: int) -> int:
    digest = hmac.digest(key, poll.poll_id.encode() + b"\x00" + _bytes(nonce), "sha256")
    return int.from_bytes(digest[: MAC_BITS // 8])


def _bytes(nonce: int) -> bytes:
    return nonce.to_bytes((NONCE_BITS + 7) // 8)
