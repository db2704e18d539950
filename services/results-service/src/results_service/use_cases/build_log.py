"""Build the transparency log of a closed poll from the receipt hashes of its votes, sorted by hash.

Each bucket of the vote log becomes one sorted file; the files are then merged into tiles and entry bundles.
Only a bucket and a part of each file are in memory, and an interrupted build continues where it stopped.
"""

import heapq
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import batched, islice
from typing import Final, Self

from contracts.ids import PollId
from contracts.model import Contract
from contracts.transparency_log import vote_entry

from results_service.adapters.log_files import LogFiles
from results_service.adapters.receipt_hashes import ReceiptHashes
from results_service.domain.errors import PublicationNotOver
from results_service.domain.log_tree import TILE_WIDTH, LogFile, LogTree, entry_bundle, leaf_hash

PROGRESS: Final = "progress.json"
BUNDLES_AT_ONCE: Final = 64
"""Entry bundles between two looks at the clock: 16,384 votes, whose files are written in a second or two."""

_BUCKETS_AT_ONCE: Final = 4


class BuildProgress(Contract):
    """Progress of a build: files of buckets that are stored, hashes read from each, and the tree so far."""

    buckets: int
    stored: int = 0
    read: tuple[int, ...] = ()
    size: int = 0
    levels: tuple[tuple[str, ...], ...] = ()

    def tree(self) -> LogTree:
        """Return the tree to continue."""
        return LogTree(self.size, [[bytes.fromhex(hash_) for hash_ in level] for level in self.levels])

    def with_tree(self, tree: LogTree, read: list[int]) -> Self:
        """Return the progress after more entries."""
        levels = tuple(tuple(hash_.hex() for hash_ in level) for level in tree.levels)
        return self.model_copy(update={"read": tuple(read), "size": tree.size, "levels": levels})


@dataclass(frozen=True, slots=True)
class LogBuilder:
    """Reads `hashes`, and publishes tiles and entry bundles to `files`."""

    hashes: ReceiptHashes
    files: LogFiles

    def build(self, poll_id: PollId, closes_at: datetime, has_time: Callable[[], bool]) -> LogTree:
        """Return the complete tree, whose files are published.

        Raises `PublicationNotOver` if time runs out, `VoteLogUnavailable`, `StoreUnavailable`.
        """
        saved = self.files.read(poll_id, PROGRESS)
        if saved is None:
            progress = BuildProgress(buckets=self.hashes.page(poll_id, 0, None).buckets)
        else:
            progress = BuildProgress.model_validate_json(saved)
        progress = self._store_buckets(poll_id, closes_at, progress, has_time)
        return self._merge(poll_id, progress, has_time)

    def clear(self, poll_id: PollId) -> None:
        """Remove the interim files of a build."""
        saved = self.files.read(poll_id, PROGRESS)
        if saved is not None:
            buckets = BuildProgress.model_validate_json(saved).buckets
            self.files.clear(poll_id, [*map(_name, range(buckets)), PROGRESS])

    def _store_buckets(
        self, poll_id: PollId, closes_at: datetime, progress: BuildProgress, has_time: Callable[[], bool]
    ) -> BuildProgress:
        def store(bucket: int) -> None:
            self.files.save(
                poll_id, _name(bucket), b"".join(sorted(self._bucket(poll_id, closes_at, bucket)))
            )

        for buckets in batched(range(progress.stored, progress.buckets), _BUCKETS_AT_ONCE, strict=False):
            if not has_time():
                raise PublicationNotOver("There was no time to read all receipts")
            with ThreadPoolExecutor(_BUCKETS_AT_ONCE) as threads:
                list(threads.map(store, buckets))
            progress = progress.model_copy(update={"stored": buckets[-1] + 1})
            self._save(poll_id, progress)
        return progress

    def _bucket(self, poll_id: PollId, closes_at: datetime, bucket: int) -> Iterator[bytes]:
        cursor: str | None = None
        while True:
            page = self.hashes.page(poll_id, bucket, cursor)
            if page.closes_at != closes_at:
                raise PublicationNotOver("vote-service does not know this close yet")
            yield from map(bytes.fromhex, page.hashes)
            cursor = page.cursor
            if cursor is None:
                return

    def _merge(self, poll_id: PollId, progress: BuildProgress, has_time: Callable[[], bool]) -> LogTree:
        tree, read = progress.tree(), list(progress.read or [0] * progress.buckets)
        merged = heapq.merge(*(self._tagged(poll_id, bucket, start) for bucket, start in enumerate(read)))
        while batch := list(islice(merged, BUNDLES_AT_ONCE * TILE_WIDTH)):
            self.files.publish_tiles(poll_id, _files_of(poll_id, tree, [hash_ for hash_, _ in batch]))
            for _, bucket in batch:
                read[bucket] += 1
            if not has_time():
                self._save(poll_id, progress.with_tree(tree, read))
                raise PublicationNotOver("There was no time to write all tiles")
        self.files.publish_tiles(poll_id, tree.partial_tiles())
        return tree

    def _tagged(self, poll_id: PollId, bucket: int, start: int) -> Iterator[tuple[bytes, int]]:
        return ((hash_, bucket) for hash_ in self.files.hashes(poll_id, _name(bucket), start))

    def _save(self, poll_id: PollId, progress: BuildProgress) -> None:
        self.files.save(poll_id, PROGRESS, progress.model_dump_json().encode())


def _files_of(poll_id: PollId, tree: LogTree, hashes: list[bytes]) -> Iterator[LogFile]:
    """Yield entry bundles and full tiles of the next entries; all but the last bundle are full."""
    for part in batched(hashes, TILE_WIDTH, strict=False):
        entries = [vote_entry(poll_id, hash_) for hash_ in part]
        yield entry_bundle(tree.size // TILE_WIDTH, entries)
        for entry in entries:
            yield from tree.append(leaf_hash(entry))


def _name(bucket: int) -> str:
    return f"bucket-{bucket:04d}"
