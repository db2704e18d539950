"""The Merkle tree of a transparency log as tiles (C2SP tlog-tiles; hashing as in RFC 6962).

The tree keeps only the hashes of the tiles that are not full yet, at most 255 for each level. So a log of any
size is built in little memory, and continued later.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

TILE_WIDTH: Final = 256

type LogFile = tuple[str, bytes]
"""The path of a file of the log, relative to the log, and its bytes."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


@dataclass(slots=True)
class LogTree:
    """A tree of `size` leaves. `levels` are the hashes of the incomplete tile at each level."""

    size: int = 0
    levels: list[list[bytes]] = field(default_factory=list)

    def append(self, leaf: bytes) -> Iterator[LogFile]:
        """Add a leaf hash; yield the tiles that it fills."""
        self.size += 1
        carried, level = leaf, 0
        while True:
            if level == len(self.levels):
                self.levels.append([])
            tile = self.levels[level]
            tile.append(carried)
            if len(tile) < TILE_WIDTH:
                return
            yield _path(str(level), (self.size >> 8 * (level + 1)) - 1), b"".join(tile)
            carried, self.levels[level] = _root_of(tile), []
            level += 1

    def partial_tiles(self) -> Iterator[LogFile]:
        """Yield the incomplete tiles, which a tree of this size has beside the full ones."""
        for level, tile in enumerate(self.levels):
            if tile:
                yield _path(str(level), self.size >> 8 * (level + 1), len(tile)), b"".join(tile)

    def root(self) -> bytes:
        """Return the Merkle tree hash."""
        if self.size == 0:
            return hashlib.sha256().digest()
        subtrees = [root for tile in reversed(self.levels) for root in _perfect_subtrees(tile)]
        root = subtrees.pop()
        while subtrees:
            root = _node(subtrees.pop(), root)
        return root


def entry_bundle(number: int, entries: Sequence[bytes]) -> LogFile:
    """Return the bundle of up to 256 entries that begins at entry `number` x 256."""
    width = len(entries) % TILE_WIDTH
    body = b"".join(len(entry).to_bytes(2) + entry for entry in entries)
    return _path("entries", number, width), body


def _path(level: str, number: int, width: int = 0) -> str:
    """Return a tile's path; the number is in groups of three digits, all but the last with an `x`."""
    groups = f"{number % 1000:03d}"
    while number := number // 1000:
        groups = f"x{number % 1000:03d}/{groups}"
    return f"tile/{level}/{groups}" + (f".p/{width}" if width else "")


def _perfect_subtrees(hashes: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the roots of the largest perfect subtrees, from left to right."""
    start = 0
    for height in range(8, -1, -1):
        if len(hashes) & 1 << height:
            yield _root_of(hashes[start : start + (1 << height)])
            start += 1 << height


def _root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root of a perfect subtree."""
    while len(hashes) > 1:
        hashes = [_node(hashes[place], hashes[place + 1]) for place in range(0, len(hashes), 2)]
    return hashes[0]


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def consistency_proof(leaves: Sequence[bytes], before: int) -> list[bytes]:
    """Return the hashes that prove that the log of the first `before` leaves is the beginning of this one."""
    if before in {0, len(leaves)}:
        return []
    return _subproof(leaves, before, is_whole=True)


def _subproof(leaves: Sequence[bytes], before: int, *, is_whole: bool) -> list[bytes]:
    """RFC 6962, 2.1.2. `is_whole`: the earlier log's own root is among the verifier's data."""
    if before == len(leaves):
        return [] if is_whole else [_tree_hash(leaves)]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if before <= split:
        return [*_subproof(leaves[:split], before, is_whole=is_whole), _tree_hash(leaves[split:])]
    return [*_subproof(leaves[split:], before - split, is_whole=False), _tree_hash(leaves[:split])]


def _tree_hash(leaves: Sequence[bytes]) -> bytes:
    tree = LogTree()
    for leaf in leaves:
        list(tree.append(leaf))
    return tree.root()
