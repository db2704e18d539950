"""The build of a log: bounded in memory, resumable, and small proofs.

`LOGGED_VOTES=1000000 pytest -s` with this file prints time and memory for a million votes.
"""

import base64
import os
import resource
import time
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from aics_tlog import FileSystemTileReader, audit_tiles, inclusion_proof_from_tiles, verify_leaf_inclusion
from botocore.exceptions import ClientError
from contracts.model import Instant
from contracts.transparency_log import ReadReceiptHashes, ReceiptHashPage, vote_entry
from pydantic import TypeAdapter
from results_service.adapters.log_files import LogFiles
from results_service.adapters.receipt_hashes import ReceiptHashes
from results_service.domain.checkpoint import Checkpoint
from results_service.domain.errors import PublicationNotOver
from results_service.domain.log_tree import LogTree
from results_service.use_cases.build_log import LogBuilder

VOTES: Final = int(os.environ.get("LOGGED_VOTES", "20000"))
POLL: Final = "7zq4m0x2v9c6k3t8hj5n1w0rge"
CLOSES: Final = TypeAdapter(Instant).validate_python("2026-11-23T19:00:00.000Z")
BUCKETS: Final = 16
PAGE: Final = 3_500
PROOF_LIMIT: Final = 2_048


class FolderAsBucket:
    """An S3 client whose bucket is a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put_object(self, **put: Any) -> None:
        path = self.folder / put["Key"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(put["Body"])

    def get_object(self, **get: Any) -> dict[str, Any]:
        path = self.folder / get["Key"]
        start, _, end = get["Range"].removeprefix("bytes=").partition("-")
        if not path.exists():
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        with path.open("rb") as file:
            file.seek(int(start))
            return {"Body": BytesIO(file.read(int(end) + 1 - int(start) if end else -1))}

    def delete_object(self, **delete: Any) -> None:
        (self.folder / delete["Key"]).unlink()


class HashesOfAPoll:
    """A Lambda client for `read_receipt_hashes`: as many hashes as votes, computed page by page."""

    def invoke(self, **call: Any) -> dict[str, Any]:
        request = ReadReceiptHashes.model_validate_json(call["Payload"])
        start = int(request.cursor or request.bucket)
        numbers = range(start, min(VOTES, start + PAGE * BUCKETS), BUCKETS)
        following = start + PAGE * BUCKETS
        page = ReceiptHashPage(
            poll_id=POLL,
            bucket=request.bucket,
            buckets=BUCKETS,
            hashes=tuple(sha256(b"%d" % number).hexdigest() for number in numbers),
            cursor=str(following) if following < VOTES else None,
            closes_at=CLOSES,
        )
        return {"Payload": BytesIO(page.model_dump_json().encode())}


def build(folder: Path, has_time: Callable[[], bool] = lambda: True) -> LogTree:
    client: Any = FolderAsBucket(folder)
    caller: Any = HashesOfAPoll()
    builder = LogBuilder(ReceiptHashes(caller, "read-receipt-hashes"), LogFiles(client, "logs"))
    return builder.build(POLL, CLOSES, has_time)


def test_log_is_built_in_bounded_memory_and_a_proof_has_less_than_two_kilobytes(tmp_path: Path) -> None:
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    tree = build(tmp_path)
    after, seconds = resource.getrusage(resource.RUSAGE_SELF), time.monotonic() - began
    files = [path for path in (tmp_path / "logs").rglob("*") if path.is_file()]
    reader = FileSystemTileReader(tmp_path / "logs" / POLL)
    index = VOTES // 3
    path = inclusion_proof_from_tiles(reader, index, VOTES)
    entry = vote_entry(POLL, sorted(sha256(b"%d" % number).digest() for number in range(VOTES))[index])
    assert verify_leaf_inclusion(entry, index, VOTES, path, tree.root())
    note = Checkpoint(f"this-or-that/production/{POLL}", tree.size, tree.root()).note(bytes(32), bytes(64))
    lines = [base64.b64encode(hash_).decode() for hash_ in path]
    proof = "\n".join(["c2sp.org/tlog-proof@v1", f"index {index}", *lines, "", note])
    assert len(proof.encode()) < PROOF_LIMIT
    assert tree.size == VOTES
    audit_tiles(reader, VOTES, tree.root())
    print(  # noqa: T201 (a measurement, shown with -s)
        f"\n{VOTES:,} votes: {seconds:.1f} s, {after.ru_utime - before.ru_utime:.1f} s of CPU, "
        f"{after.ru_maxrss / 1024:.0f} MB of memory with the test's own, {len(files):,} files, "
        f"{sum(path.stat().st_size for path in files) / 1e6:.1f} MB, a proof {len(proof.encode()):,} bytes"
    )


def test_build_that_is_interrupted_at_each_look_at_the_clock_makes_the_same_log(tmp_path: Path) -> None:
    whole = build(tmp_path / "at-once")
    attempts = 0
    while True:
        looks, attempts = iter([True]), attempts + 1
        try:
            tree = build(tmp_path / "in-parts", partial(next, looks, False))
            break
        except PublicationNotOver:
            assert attempts < BUCKETS + VOTES
    assert attempts > BUCKETS // 4
    assert (tree.size, tree.root()) == (whole.size, whole.root())
    published = [
        {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (tmp_path / "at-once" / "logs", tmp_path / "in-parts" / "logs")
    ]
    assert len(published[0]) > VOTES // 256
    assert published[0] == published[1]
