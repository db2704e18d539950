"""A picture that options may show: limits, and its name by its content."""

import re
from dataclasses import dataclass
from typing import Final

MAX_UPLOAD_BYTES: Final = 4 * 1024 * 1024
"""A request reaches a function as text of at most 6 MB, in which bytes take a third more room."""

MAX_PIXELS: Final = 40_000_000
MAX_STORED_BYTES: Final = 300 * 1024
CONTENT_TYPE: Final = "image/webp"
_NAME: Final = re.compile(r"([0-9a-f]{64})\.webp")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept: WebP, named by the SHA-256 of its bytes."""

    sha256: str
    webp: bytes
    width: int
    height: int

    @property
    def path(self) -> str:
        """Where everybody finds it; what is behind a path never changes."""
        return f"/images/{self.sha256}.webp"


def hash_in(name: str) -> str | None:
    """Return the hash that the last part of a path names, if it is the name of a picture."""
    found = _NAME.fullmatch(name)
    return found and found.group(1)
