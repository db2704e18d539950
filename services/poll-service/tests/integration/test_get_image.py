"""GET /images/{name}: immutable images, and nothing but images."""

from collections.abc import Callable
from hashlib import sha256
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from .conftest import IMAGES

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BYTES = b"RIFF\x1a\x00\x00\x00WEBPVP8 "
NAME = sha256(BYTES).hexdigest()


def test_image_is_cached_for_a_year(ask: Callable[..., SimpleNamespace], bucket: "S3Client") -> None:
    bucket.put_object(Bucket=IMAGES, Key=f"images/{NAME}", Body=BYTES)

    answer = ask("get_image", name=f"{NAME}.webp", subject=None)

    assert (answer.status, answer.body) == (200, BYTES)
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["etag"] == f'"{NAME}"'


@pytest.mark.parametrize("name", [f"{'0' * 64}.webp", NAME, f"{NAME}.png", "x", "..%2Fsecret"])
def test_unknown_image_is_not_found_and_not_cached(
    ask: Callable[..., SimpleNamespace], bucket: "S3Client", name: str
) -> None:
    bucket.put_object(Bucket=IMAGES, Key=f"images/{NAME}", Body=BYTES)

    answer = ask("get_image", name=name, subject=None)

    assert (answer.status, answer.body["type"]) == (404, "/problems/not-found")
    assert answer.headers["cache-control"] == "private, no-store"


def test_missing_bucket_is_no_missing_image(ask: Callable[..., SimpleNamespace], bucket: "S3Client") -> None:
    bucket.delete_bucket(Bucket=IMAGES)
    assert ask("get_image", name=f"{NAME}.webp", subject=None).status == 500
