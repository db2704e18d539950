"""Download the logo of the brand."""

from typing import Final
from urllib.request import urlopen

from frontend.domain.brand import MAX_LOGO_BYTES, InvalidBrandError

TIMEOUT_SECONDS: Final = 10


def download(address: str) -> bytes:
    """Return the file, up to one byte more than the limit. Raises `InvalidBrandError`."""
    if not address.startswith("https://"):
        raise InvalidBrandError("BrandLogo: the address must begin with https://")
    try:
        with urlopen(address, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 (https only)
            content: bytes = answer.read(MAX_LOGO_BYTES + 1)
    except OSError as error:
        raise InvalidBrandError(
            f"BrandLogo: {address} cannot be loaded ({error}). Check that it is public, or leave it empty"
        ) from error
    return content
