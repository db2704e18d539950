"""The S3 bucket behind the distribution."""

from collections.abc import Iterable, Iterator
from itertools import batched
from typing import TYPE_CHECKING, Final

from frontend.domain.site import ASSETS, SiteObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DELETE_LIMIT: Final = 1000
"""Maximum number of keys in one DeleteObjects request."""


class ObjectsNotRemovedError(RuntimeError):
    """S3 did not delete all objects that were to be removed."""


class SiteBucket:
    """The objects of one published site."""

    def __init__(self, s3: "S3Client", name: str) -> None:
        self._s3 = s3
        self._name = name

    def replace_with(self, objects: Iterable[SiteObject]) -> int:
        """Upload `objects`, then delete all others; return the number of uploads.

        Objects under `assets/` are never deleted: a page that is open may still request an asset of its own
        release.
        """
        published = set()
        for item in objects:
            self._s3.put_object(
                Bucket=self._name,
                Key=item.key,
                Body=item.body,
                ContentType=item.content_type,
                CacheControl=item.cache_control,
            )
            published.add(item.key)
        self._remove(key for key in self._keys() if key not in published and not key.startswith(ASSETS))
        return len(published)

    def empty(self) -> None:
        """Delete all objects, so that the bucket can be deleted; a missing bucket counts as empty."""
        try:
            self._remove(self._keys())
        except self._s3.exceptions.NoSuchBucket:
            return

    def _keys(self) -> Iterator[str]:
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._name):
            for item in page.get("Contents", []):
                yield item["Key"]

    def _remove(self, keys: Iterable[str]) -> None:
        for some in batched(keys, DELETE_LIMIT, strict=False):
            answer = self._s3.delete_objects(
                Bucket=self._name, Delete={"Objects": [{"Key": key} for key in some], "Quiet": True}
            )
            if refused := answer.get("Errors"):
                raise ObjectsNotRemovedError(f"{len(refused)} objects, the first: {refused[0]}")
