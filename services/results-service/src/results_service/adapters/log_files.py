"""The bucket of transparency logs: published files below `logs/`, and a build's interim files below `build/`.

CloudFront serves `logs/` only. Interim files are removed once a log is published.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import batched
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from results_service.adapters.calls import map_aws_errors
from results_service.domain.log_tree import LogFile

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

IMMUTABLE: Final = "public, max-age=31536000, immutable"
MUTABLE: Final = "public, max-age=5"
"""A checkpoint may grow, and a certificate can be removed: caches keep them for seconds."""

_HASH_BYTES: Final = 32
_CHUNK: Final = 8_192 * _HASH_BYTES
_AT_ONCE: Final = 8
_CONTENT_TYPES: Final = {"json": "application/json", "checkpoint": "text/plain; charset=utf-8"}


class LogFiles:
    """Reads and writes the files. Every method raises `StoreUnavailable`."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def publish_tiles(self, log: str, files: Iterable[LogFile]) -> None:
        """Publish tiles and entry bundles, eight at a time. A file that is published again is the same."""

        def put(file: LogFile) -> None:
            self._put(f"logs/{log}/{file[0]}", file[1], IMMUTABLE)

        with ThreadPoolExecutor(_AT_ONCE) as threads:
            for _ in threads.map(put, files):
                pass

    def publish(self, path: str, text: str) -> None:
        """Publish a text that may change."""
        self._put(f"logs/{path}", text.encode(), MUTABLE)

    def remove(self, path: str) -> None:
        """Remove a published text."""
        self._delete(f"logs/{path}")

    def save(self, poll_id: str, name: str, data: bytes) -> None:
        """Store an interim file of a build."""
        self._put(_interim(poll_id, name), data, "no-store")

    def read(self, poll_id: str, name: str) -> bytes | None:
        """Return an interim file, or None if there is none."""
        return self._get(_interim(poll_id, name))

    def hashes(self, poll_id: str, name: str, start: int) -> Iterator[bytes]:
        """Yield the hashes of an interim file from a place on, reading a part at a time."""
        place = start * _HASH_BYTES
        while chunk := self._get(_interim(poll_id, name), f"bytes={place}-{place + _CHUNK - 1}"):
            for hash_ in batched(chunk, _HASH_BYTES, strict=True):
                yield bytes(hash_)
            place += len(chunk)

    def clear(self, poll_id: str, names: Iterable[str]) -> None:
        """Remove a build's interim files."""
        for name in names:
            self._delete(_interim(poll_id, name))

    def _put(self, key: str, data: bytes, cache: str) -> None:
        kind = _CONTENT_TYPES.get(key.replace("/", ".").rpartition(".")[2], "application/octet-stream")
        with map_aws_errors(f"write {key}"):
            self._client.put_object(
                Bucket=self._bucket, Key=key, Body=data, ContentType=kind, CacheControl=cache
            )

    def _get(self, key: str, part: str = "bytes=0-") -> bytes | None:
        with map_aws_errors(f"read {key}"):
            try:
                return self._client.get_object(Bucket=self._bucket, Key=key, Range=part)["Body"].read()
            except ClientError as error:
                # Without permission to list the bucket, S3 reports a missing object as denied.
                if error.response["Error"]["Code"] in {"NoSuchKey", "AccessDenied", "InvalidRange"}:
                    return None
                raise

    def _delete(self, key: str) -> None:
        with map_aws_errors(f"remove {key}"):
            self._client.delete_object(Bucket=self._bucket, Key=key)


def _interim(poll_id: str, name: str) -> str:
    return f"build/{poll_id}/{name}"
