"""Texts of a poll that voters read: question and labels, with their maximum lengths.

Text that cannot be shown is rejected.

poll-service decides whether two texts look alike (`poll_service.use_cases.check_lookalikes`): that needs
Unicode's table of confusable characters, a megabyte that no other service carries. The property
Default_Ignorable_Code_Point is seventeen ranges; a test compares them with Unicode's own.
"""

import re
import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

MAX_MARKS: Final = 6
"""Maximum number of combining marks in a row: as many as scripts need, too few to cover other lines."""

IGNORABLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f-\u1160\u17b4-\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Invisible characters: Default_Ignorable_Code_Point. Allowed, as writing needs joiners and selectors."""

_BLANK: Final = "\u2800"
"""BRAILLE PATTERN BLANK: a symbol by its category, but invisible."""
_BIDI_CONTROLS: Final = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}


def _plain_text(text: str) -> str:
    if any(unicodedata.category(character) in {"Cc", "Cs", "Co", "Zl", "Zp"} for character in text):
        raise ValueError("control characters and line breaks are not allowed")
    if any(unicodedata.bidirectional(character) in _BIDI_CONTROLS for character in text):
        raise ValueError("characters that turn the direction of writing are not allowed")
    seen = IGNORABLE.sub("", text).replace(_BLANK, "")
    if not any(unicodedata.category(character)[0] in "LNSP" for character in seen):
        raise ValueError("needs at least one visible character")
    marks = 0
    for character in unicodedata.normalize("NFD", seen):
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks > MAX_MARKS:
            raise ValueError(f"at most {MAX_MARKS} combining marks may follow each other")
    return text


def casefolded(text: str) -> str:
    """Return the text without differences of case, Unicode form, spaces and invisible characters."""
    return unicodedata.normalize(
        "NFKC", " ".join(IGNORABLE.sub("", text).replace(_BLANK, " ").split())
    ).casefold()


MAX_QUESTION: Final = 200
MAX_LABEL: Final = 80

Question = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUESTION),
    AfterValidator(_plain_text),
]
Label = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_LABEL),
    AfterValidator(_plain_text),
]
