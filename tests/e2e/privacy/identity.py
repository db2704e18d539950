"""Values that the privacy scan searches for, in every encoding in which they could be stored."""

import base64
import json
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

SHORTEST: Final = 8
"""In bytes. A shorter value would match other texts by chance."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Personal data or a secret: its kind in words, its value, and the places where it may be stored.

    `kept_in` lists places by the beginning of their names.
    """

    kind: str
    value: bytes
    kept_in: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.value) < SHORTEST:
            raise ValueError(f"{self.kind}: too short to search for")

    def forms(self) -> frozenset[bytes]:
        """Return its encodings: raw, URL-quoted, hexadecimal, JSON and Python literals, and inside base64."""
        found = {self.value, quote(self.value, safe="").encode(), *_as_literals(self.value)}
        found |= {self.value.hex().encode(), self.value.hex().upper().encode()}
        for offset in range(3):
            found |= _inside_base64(self.value, offset)
        return frozenset(form for form in found if len(form) >= SHORTEST)


def _as_literals(value: bytes) -> set[bytes]:
    """Return the value as JSON and Python literals, and the Python literal inside JSON."""
    python = repr(value)[2:-1]
    texts = [python]
    try:
        texts.append(value.decode())
    except UnicodeDecodeError:
        texts.append(value.decode("latin-1"))
    return {python.encode(), *(json.dumps(text)[1:-1].encode() for text in texts)}


def _inside_base64(value: bytes, offset: int) -> set[bytes]:
    """Return the base64 characters that depend only on the value, after `offset` other bytes (modulo 3)."""
    groups, rest = divmod(offset + len(value), 3)
    start, end = (0, 2, 3)[offset], groups * 4 + rest
    padded = bytes(offset) + value
    return {encode(padded)[start:end] for encode in (base64.standard_b64encode, base64.urlsafe_b64encode)}
