"""Single-use codes: minted without being stored, read as people type them.

A code is a nonce and the MAC over it, under a key made from the poll's own salt: whoever holds one holds a
right to one vote in this poll, and only its use is ever written down. Nobody makes one up: of 2⁸⁰ codes with
the same nonce one is genuine.
"""

import hmac
import itertools
import unicodedata
from dataclasses import dataclass
from typing import Final

from contracts.ids import CROCKFORD, Code, crockford
from contracts.keys import KeyRing

from vote_service.domain.poll import PollCopy

NONCE_BITS: Final = 45
"""Codes of one answer never share a nonce. Of `MAX_CODES` in many answers two may: in one poll of 7,000."""

MAC_BITS: Final = 80
LENGTH: Final = 25
MAX_CODES: Final = 100_000
"""How many a poll may have, for the sake of their nonces."""

_GROUP: Final = 5
_LOOKALIKES: Final = str.maketrans(
    "oilавсԁеһнјкморԛѕтѵԝхуіӏзαβεζηικμνορτυχ",  # noqa: RUF001
    "011abcdehhjkm0pqstvwxy113abezh1kmn0ptyx",
)
"""O, I and L as Crockford has it; Cyrillic and Greek by their capitals, which codes are printed in."""


@dataclass(frozen=True, slots=True, repr=False)
class TypedCode:
    """What somebody typed: the nonce it names, and whether it is a code of this poll."""

    nonce: bytes
    genuine: bool


def mint_codes(poll: PollCopy, count: int, keys: KeyRing, submission: str) -> tuple[Code, ...]:
    """Return so many codes of the poll, all different: for one submission the same ones each time.

    So an answer that was lost can be given again, though codes are kept nowhere. `submission` is no secret;
    the poll's own key makes nonces of it. Raises `UnknownKeyId`.
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
    """Read a code in either case, with or without dashes and spaces, in any digits, with look-alikes.

    Whatever was typed takes the same steps, so that nothing but the answer tells codes apart. Raises
    `UnknownKeyId`, or `PollClosed` when the poll is archived.
    """
    symbols = _symbols(text)
    number = sum(symbol << 5 * place for place, symbol in enumerate(reversed(symbols)))
    nonce, mac = number >> MAC_BITS, number & ((1 << MAC_BITS) - 1)
    expected = _mac(_code_key(poll, keys), poll, nonce)
    right = hmac.compare_digest(expected.to_bytes(MAC_BITS // 8), mac.to_bytes(MAC_BITS // 8))
    return TypedCode(nonce=_bytes(nonce), genuine=right and len(symbols) == LENGTH)


def _symbols(text: str) -> list[int]:
    """Return what each character stands for; nothing where that is no code by its length or its letters."""
    spelt = plain(text)
    if len(spelt) != LENGTH or not set(spelt) <= set(CROCKFORD):
        return []
    return [CROCKFORD.index(character) for character in spelt]


def plain(text: str) -> str:
    """Return the letters and digits of what was typed, as a code spells them.

    The voter's page has the same rule in `logic/code.js`; `tests/corpus/codes.json` holds for both.
    """
    typed = unicodedata.normalize("NFKC", text).lower()
    spelt = "".join(character for character in typed if character.isalnum()).translate(_LOOKALIKES)
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
