"""Re-encoding of images: the content that is kept and the data that is dropped."""

import struct
import zlib
from hashlib import sha256
from io import BytesIO
from random import Random
from typing import Any

import pytest
from PIL import Image, ImageDraw
from poll_service.domain.errors import ImageTooLarge, InvalidImage, NotAnImage
from poll_service.domain.image import MAX_PIXELS, MAX_STORED_BYTES, MAX_UPLOAD_BYTES, hash_in
from poll_service.use_cases.reencode_image import reencode


def encoded(image: Image.Image, kind: str, **more: Any) -> bytes:
    target = BytesIO()
    image.save(target, kind, **more)
    return target.getvalue()


def a_picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), **more: Any) -> bytes:
    """Soft colours, as photographs have them."""
    red, green = Image.linear_gradient("L").resize(size), Image.radial_gradient("L").resize(size)
    return encoded(Image.merge("RGB", (red, green, red)), kind, **more)


def moving(kind: str) -> bytes:
    first, second = (Image.new("RGB", (32, 32), colour) for colour in ("red", "blue"))
    return encoded(first, kind, save_all=True, append_images=[second])


def claiming(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that declares this many pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


def opened(webp: bytes) -> Image.Image:
    return Image.open(BytesIO(webp), formats=["WEBP"])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_every_supported_format_becomes_webp_named_by_its_bytes(kind: str) -> None:
    picture = reencode(a_picture(kind))

    assert opened(picture.webp).size == (picture.width, picture.height) == (640, 480)
    assert picture.path == f"/images/{sha256(picture.webp).hexdigest()}.webp"
    assert hash_in(picture.path.removeprefix("/images/")) == picture.sha256


def test_equal_images_have_the_same_name() -> None:
    assert reencode(a_picture()) == reencode(a_picture())


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "I;16", "RGBA", "LA"])
def test_every_colour_mode_is_converted(mode: str) -> None:
    body = encoded(Image.new(mode, (40, 30)), "JPEG" if mode == "CMYK" else "PNG")

    picture = reencode(body)

    assert opened(picture.webp).mode == ("RGBA" if mode in {"RGBA", "LA"} else "RGB")


def test_large_image_is_scaled_to_the_longest_side() -> None:
    picture = reencode(a_picture(size=(3000, 2000)))

    assert (picture.width, picture.height) == (1280, 853)
    assert len(picture.webp) <= MAX_STORED_BYTES


def test_detailed_image_is_reduced_to_the_size_limit() -> None:
    noise = Image.frombytes("RGB", (900, 900), Random(7).randbytes(900 * 900 * 3))

    picture = reencode(encoded(noise, "PNG"))

    assert len(picture.webp) <= MAX_STORED_BYTES
    assert picture.width <= 900


@pytest.mark.covers("T33")
def test_metadata_of_the_upload_is_dropped() -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x8825] = "at home <script>", {1: "N", 2: (52.0, 31.0, 12.0)}
    body = a_picture(exif=exif, comment=b"hidden words", icc_profile=b"a colour profile" * 8)
    assert b"hidden words" in body

    webp = reencode(body + b"<?php echo 'a tail' ?>").webp

    assert not opened(webp).getexif()
    assert {"exif", "icc_profile", "xmp"} & opened(webp).info.keys() == set()
    assert not [word for word in (b"script", b"hidden", b"php", b"profile") if word in webp]


def test_image_with_exif_orientation_is_rotated() -> None:
    image = Image.new("RGB", (200, 100), "white")
    ImageDraw.Draw(image).rectangle((0, 0, 99, 99), fill="blue")
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate by 90 degrees, clockwise

    picture = reencode(encoded(image, "JPEG", exif=exif, quality=95))
    shown = opened(picture.webp).convert("RGB")

    assert shown.size == (100, 200)
    top, bottom = shown.getpixel((50, 40)), shown.getpixel((50, 160))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[2] - top[0] > 150
    assert min(bottom) > 200


NOT_PICTURES = {
    "nothing": b"",
    "text": b"hello",
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a drawing with a script": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a PDF": b"%PDF-1.7\n1 0 obj\n",
    "a program": b"MZ\x90\x00" + bytes(200),
    "the first bytes of a JPEG": b"\xff\xd8\xff\xe0",
    "a picture of another kind": encoded(Image.new("RGB", (8, 8)), "BMP"),
    "PostScript, which would be a program": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
}


@pytest.mark.parametrize("body", NOT_PICTURES.values(), ids=NOT_PICTURES)
def test_unsupported_file_is_rejected(body: bytes) -> None:
    with pytest.raises(NotAnImage, match="not a JPEG, PNG, WebP or GIF"):
        reencode(body)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_animated_image_is_rejected_with_the_remedy(kind: str) -> None:
    with pytest.raises(InvalidImage) as refused:
        reencode(moving(kind))

    assert refused.value.errors is not None
    assert refused.value.errors[0].message == "Moving pictures are not taken: save one frame of it"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_truncated_image_is_rejected_at_any_length(kind: str) -> None:
    body = a_picture(kind, size=(64, 64))
    for length in range(len(body) // 8, len(body) - 12, max(1, len(body) // 25)):
        with pytest.raises((NotAnImage, InvalidImage)):
            reencode(body[:length])


@pytest.mark.covers("T33")
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_corrupted_image_is_converted_or_rejected(kind: str) -> None:
    random, body = Random(kind), a_picture(kind, size=(48, 48))
    for _ in range(150):
        changed = bytearray(body)
        for _ in range(random.randint(1, 8)):
            changed[random.randrange(len(changed))] = random.randrange(256)
        try:
            assert opened(reencode(bytes(changed)).webp).format == "WEBP"
        except (NotAnImage, InvalidImage, ImageTooLarge):
            continue


@pytest.mark.covers("T33")
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(("width", "height"), [(40_000, 40_000), (8000, 5001), (2**31 - 1, 1)])
def test_decompression_bomb_is_rejected_by_its_declared_size(width: int, height: int) -> None:
    assert width * height > MAX_PIXELS
    with pytest.raises(ImageTooLarge, match="40 megapixels"):
        reencode(claiming(width, height))


def test_oversized_file_is_rejected_before_decoding() -> None:
    with pytest.raises(ImageTooLarge, match="At most 4 MB"):
        reencode(a_picture() + bytes(MAX_UPLOAD_BYTES))


HASH = "a" * 64


@pytest.mark.parametrize(
    "name",
    ["", HASH, f"{HASH.upper()}.webp", f"{HASH[1:]}.webp", f"a{HASH}.webp", f"../{HASH}.webp",
     f"{HASH}.webp\n", f"{HASH}.WEBP", f"{HASH}.webp/x"],
)  # fmt: skip
def test_invalid_image_name_has_no_hash(name: str) -> None:
    assert hash_in(name) is None
