"""Texts that people write and others read: a question, a label. Whatever cannot be shown is refused."""

import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

_BIDI_CONTROLS: Final = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}


def _plain_text(text: str) -> str:
    if any(unicodedata.category(character) in {"Cc", "Cs", "Co", "Zl", "Zp"} for character in text):
        raise ValueError("control characters and line breaks are not allowed")
    if any(unicodedata.bidirectional(character) in _BIDI_CONTROLS for character in text):
        raise ValueError("characters that turn the direction of writing are not allowed")
    if not any(unicodedata.category(character)[0] in "LNSP" for character in text):
        raise ValueError("needs at least one visible character")
    return text


def folded(text: str) -> str:
    """Return what texts that look alike have in common."""
    return unicodedata.normalize("NFKC", text).casefold()


Question = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_plain_text)
]
Label = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(_plain_text)
]
