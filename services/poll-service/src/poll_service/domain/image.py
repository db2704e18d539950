"""Images of options: limits, and names by content."""

import re
from dataclasses import dataclass
from typing import Final

MAX_UPLOAD_BYTES: Final = 4 * 1024 * 1024
"""A function receives a request as text of at most 6 MB, in which bytes take a third more space."""

MAX_PIXELS: Final = 40_000_000
MAX_STORED_BYTES: Final = 300 * 1024
CONTENT_TYPE: Final = "image/webp"
_NAME: Final = re.compile(r"([0-9a-f]{64})\.webp")


@dataclass(frozen=True, slots=True)
class StoredImage:
    """An image as it is stored: WebP, named by the SHA-256 of its bytes."""

    sha256: str
    webp: bytes
    width: int
    height: int

    @property
    def path(self) -> str:
        """The public path; its content never changes."""
        return f"/images/{self.sha256}.webp"


def hash_in(name: str) -> str | None:
    """Return the hash in the last part of a path, None if that is no image's name."""
    found = _NAME.fullmatch(name)
    return found and found.group(1)
