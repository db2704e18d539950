"""Searches text for many identities at once, and for the formats of our own tokens and codes."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from .identity import SHORTEST, Identity
from .places import Place

SHAPES: Final = {
    # Voter token, results pass and ticket all end in a MAC, so unknown ones are found too.
    "a signed token": re.compile(rb"v[0-9]+\.[A-Za-z0-9]+(?:\.[A-Za-z0-9_-]+){2,4}\.[A-Za-z0-9_-]{43}"),
    "a voting code": re.compile(rb"\b[0-9A-HJKMNP-TV-Z]{5}(?:-[0-9A-HJKMNP-TV-Z]{5}){4}\b"),
    "a token": re.compile(rb"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\."),
}
_AROUND: Final = 60


@dataclass(frozen=True, slots=True)
class Leak:
    """A match: its kind, its place and the text around it, without the value itself."""

    kind: str
    place: str
    around: str


class Scanner:
    """Finds identities, in any encoding, outside the places where they belong."""

    def __init__(self, identities: Iterable[Identity]) -> None:
        # Indexed by their first bytes: one lookup per position suffices for any number of identities.
        self._by_start: dict[bytes, list[tuple[bytes, Identity]]] = {}
        for identity in identities:
            for form in identity.forms():
                self._by_start.setdefault(form[:SHORTEST], []).append((form, identity))

    def leaks(self, places: Iterable[Place]) -> list[Leak]:
        """Return the leaks in these places, one for each kind and place."""
        found: dict[tuple[str, str], Leak] = {}
        for place in places:
            for leak in (*self._named(place), *_shaped(place)):
                found.setdefault((leak.kind, leak.place), leak)
        return list(found.values())

    def _named(self, place: Place) -> Iterator[Leak]:
        text, by_start = place.content, self._by_start
        for position in range(len(text) - SHORTEST + 1):
            for form, identity in by_start.get(text[position : position + SHORTEST], ()):
                if text.startswith(form, position) and not place.name.startswith(identity.kept_in):
                    yield _leak(identity.kind, place, position, position + len(form))


def _shaped(place: Place) -> Iterator[Leak]:
    for kind, shape in SHAPES.items():
        for match in shape.finditer(place.content):
            yield _leak(kind, place, match.start(), match.end())


def _leak(kind: str, place: Place, start: int, end: int) -> Leak:
    before, after = place.content[max(0, start - _AROUND) : start], place.content[end : end + _AROUND]
    around = f"{before.decode(errors='replace')}[{kind}]{after.decode(errors='replace')}"
    return Leak(kind, place.name, around)
