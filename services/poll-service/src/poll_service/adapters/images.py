"""The bucket of images: each under the hash of its bytes, so that storing one again changes nothing."""

from typing import TYPE_CHECKING, Final, Self

import boto3
from botocore.exceptions import ClientError
from chassis.aws import AWS_CONFIG, bounded

from poll_service.adapters.aws import temporary_failures_as_unavailable
from poll_service.domain.image import CONTENT_TYPE, StoredImage

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX: Final = "images/"


class ImageStore:
    """Stores images: they are added and read, never changed or removed."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    @classmethod
    def at(cls, bucket: str) -> Self:
        """Return the store in this bucket, with a client of its own."""
        return cls(bounded(boto3.client("s3", config=AWS_CONFIG)), bucket)

    def save(self, image: StoredImage) -> None:
        """Store the image. Raises `Unavailable`."""
        with temporary_failures_as_unavailable():
            self._client.put_object(
                Bucket=self._bucket,
                Key=f"{PREFIX}{image.sha256}",
                Body=image.webp,
                ContentType=CONTENT_TYPE,
            )

    def get(self, sha256: str) -> bytes | None:
        """Return the bytes of an image, None if it is not stored. Raises `Unavailable`."""
        try:
            with temporary_failures_as_unavailable():
                return self._client.get_object(Bucket=self._bucket, Key=f"{PREFIX}{sha256}")["Body"].read()
        except ClientError as error:
            # Without permission to list the bucket, S3 reports a missing object as denied.
            if error.response["Error"]["Code"] in {"NoSuchKey", "AccessDenied"}:
                return None
            raise
