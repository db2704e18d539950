"""POST /admin/api/images: re-encoded and stored, or rejected with the remedy."""

from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from contracts.images import ImageStored
from PIL import Image

from .conftest import IMAGES

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def a_picture(kind: str = "PNG", colour: str = "teal") -> bytes:
    target = BytesIO()
    Image.new("RGB", (60, 40), colour).save(target, kind)
    return target.getvalue()


def upload(ask: Callable[..., SimpleNamespace], content: bytes, kind: str = "image/png") -> SimpleNamespace:
    return ask("upload_image", content=content, headers={"content-type": kind})


def test_image_is_stored_and_its_path_returned(
    ask: Callable[..., SimpleNamespace], bucket: "S3Client"
) -> None:
    answer = upload(ask, a_picture())
    stored = ImageStored.model_validate(answer.body)

    assert (answer.status, answer.headers["location"]) == (201, stored.image)
    assert (stored.width, stored.height) == (60, 40)
    shown = ask("get_image", name=stored.image.removeprefix("/images/"))
    assert Image.open(BytesIO(shown.body)).format == "WEBP"


def test_repeated_upload_returns_the_same_path_and_stores_one_object(
    ask: Callable[..., SimpleNamespace], bucket: "S3Client"
) -> None:
    first, again, other = (
        upload(ask, a_picture(colour=colour)).body["image"] for colour in ("teal", "teal", "red")
    )

    assert first == again != other
    assert bucket.list_objects_v2(Bucket=IMAGES)["KeyCount"] == 2


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", "imagepng"]
)
def test_upload_without_image_content_type_is_rejected(
    ask: Callable[..., SimpleNamespace], bucket: "S3Client", kind: str
) -> None:
    answer = upload(ask, a_picture(), kind)

    assert (answer.status, answer.body["type"]) == (415, "/problems/not-an-image")
    assert "the picture's own bytes" in answer.body["detail"]


@pytest.mark.covers("T33")
@pytest.mark.parametrize("kind", ["image/png", "image/svg+xml", "image/heic"])
def test_file_that_is_no_image_is_rejected(
    ask: Callable[..., SimpleNamespace], bucket: "S3Client", kind: str
) -> None:
    answer = upload(ask, b"<svg><script>alert(1)</script></svg>", kind)

    assert (answer.status, answer.body["type"]) == (415, "/problems/not-an-image")
    assert answer.body["detail"] == "This file is not a JPEG, PNG, WebP or GIF picture"
    assert bucket.list_objects_v2(Bucket=IMAGES)["KeyCount"] == 0


def test_broken_image_is_rejected_with_the_reason(
    ask: Callable[..., SimpleNamespace], bucket: "S3Client"
) -> None:
    answer = upload(ask, a_picture("JPEG")[:-200], "image/jpeg")

    assert (answer.status, answer.body["type"]) == (422, "/problems/validation-failed")
    assert answer.body["errors"] == [
        {"field": "body", "message": "This picture is broken or incomplete: save it again and send that"}
    ]


def test_a_file_of_more_than_four_megabytes_is_too_large(
    ask: Callable[..., SimpleNamespace], bucket: "S3Client"
) -> None:
    answer = upload(ask, a_picture() + bytes(4 * 1024 * 1024))

    assert (answer.status, answer.body["type"]) == (413, "/problems/too-large")
    assert answer.body["detail"] == "At most 4 MB are taken"


@pytest.mark.parametrize("subject", [None, ""])
def test_upload_requires_an_organiser(
    ask: Callable[..., SimpleNamespace], bucket: "S3Client", subject: str | None
) -> None:
    answer = ask("upload_image", content=a_picture(), headers={"content-type": "image/png"}, subject=subject)

    assert (answer.status, answer.body["type"]) == (403, "/problems/not-allowed")
    assert bucket.list_objects_v2(Bucket=IMAGES)["KeyCount"] == 0
