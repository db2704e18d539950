"""What must not be found, and every way in which it could have been written down."""

import base64
import json
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

SHORTEST: Final = 8
"""In bytes. What is shorter stands in other texts by chance."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells of a person or opens a door: its kind in words, itself, and where alone it may be kept.

    `kept_in` are places by the beginning of their names.
    """

    kind: str
    value: bytes
    kept_in: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.value) < SHORTEST:
            raise ValueError(f"{self.kind}: too short to be looked for")

    def forms(self) -> frozenset[bytes]:
        """Return its spellings: as it is, quoted, in hexadecimal, and in base64 of something longer, too."""
        found = {self.value, quote(self.value, safe="").encode(), *_as_literals(self.value)}
        found |= {self.value.hex().encode(), self.value.hex().upper().encode()}
        for offset in range(3):
            found |= _inside_base64(self.value, offset)
        return frozenset(form for form in found if len(form) >= SHORTEST)


def _as_literals(value: bytes) -> set[bytes]:
    """Return how JSON and Python write it; and how JSON writes what Python has written."""
    python = repr(value)[2:-1]
    texts = [python]
    try:
        texts.append(value.decode())
    except UnicodeDecodeError:
        texts.append(value.decode("latin-1"))
    return {python.encode(), *(json.dumps(text)[1:-1].encode() for text in texts)}


def _inside_base64(value: bytes, offset: int) -> set[bytes]:
    """Return the characters that are the value's alone where so many bytes (modulo 3) stand before it."""
    groups, rest = divmod(offset + len(value), 3)
    start, end = (0, 2, 3)[offset], groups * 4 + rest
    padded = bytes(offset) + value
    return {encode(padded)[start:end] for encode in (base64.standard_b64encode, base64.urlsafe_b64encode)}
