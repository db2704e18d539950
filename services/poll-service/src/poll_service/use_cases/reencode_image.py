"""Re-encoding of uploaded images: nothing of the uploaded file is ever served.

An image is untrusted input to a decoder and, once stored, to every voter's browser. Decoding proves that it
is one; encoding it again drops all its other data (places, cameras, thumbnails, programs); its size is known
before its pixels are unpacked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from poll_service.domain.errors import ImageTooLarge, InvalidImage, NotAnImage
from poll_service.domain.image import (
    MAX_PIXELS,
    MAX_STORED_BYTES,
    MAX_UPLOAD_BYTES,
    StoredImage,
)

# Only these decoders are enabled: each further one adds attack surface.
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
MAX_SIDES: Final = (1280, 1024, 768)
QUALITIES: Final = (80, 65, 50)

# `_opened` checks the size before anything is unpacked; this limit is a second check.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def reencode(body: bytes) -> StoredImage:
    """Return the image in the form in which it is stored.

    Raises `NotAnImage`, `ImageTooLarge` or `InvalidImage`.
    """
    if len(body) > MAX_UPLOAD_BYTES:
        raise ImageTooLarge(f"At most {MAX_UPLOAD_BYTES // 1024 // 1024} MB are taken")
    image = _unpacked(_opened(body))
    for longest_side in MAX_SIDES:
        image.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
        for quality in QUALITIES:
            if len(webp := _as_webp(image, quality)) <= MAX_STORED_BYTES:
                return StoredImage(sha256(webp).hexdigest(), webp, image.width, image.height)
    raise InvalidImage("This picture has more detail than fits: use a calmer one")


def _opened(body: bytes) -> Image.Image:
    with _mapped_decoder_errors():
        image = Image.open(BytesIO(body), formats=FORMATS)
        moving = getattr(image, "is_animated", False)
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    if moving:
        raise InvalidImage("Moving pictures are not taken: save one frame of it")
    return image


def _unpacked(image: Image.Image) -> Image.Image:
    with _mapped_decoder_errors():
        image.draft("RGB", (MAX_SIDES[0], MAX_SIDES[0]))
        upright = ImageOps.exif_transpose(image)
        return upright.convert("RGBA" if upright.has_transparency_data else "RGB")


@contextmanager
def _mapped_decoder_errors() -> Iterator[None]:
    """Map a decoder's errors to domain errors: invalid input may raise anything; its sender is at fault."""
    try:
        yield
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except UnidentifiedImageError:
        raise NotAnImage("This file is not a JPEG, PNG, WebP or GIF picture") from None
    except Exception:  # noqa: BLE001 (see above)
        raise InvalidImage("This picture is broken or incomplete: save it again and send that") from None


def _as_webp(image: Image.Image, quality: int) -> bytes:
    target = BytesIO()
    # Explicit empty values: no profile, no EXIF, no XMP is carried over.
    image.save(target, "WEBP", quality=quality, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return target.getvalue()


def _too_many_pixels() -> ImageTooLarge:
    return ImageTooLarge(f"At most {MAX_PIXELS // 1_000_000} megapixels are taken: make it smaller first")
