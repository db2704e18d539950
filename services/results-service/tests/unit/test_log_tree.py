"""Transparency logs: two verifiers that are not ours accept them, and reject one changed byte."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from aics_tlog import (
    MemoryTileReader,
    TileMissingError,
    TileVerificationError,
    audit_tiles,
    inclusion_proof_from_tiles,
    parse_note,
    parse_vkey,
    verify_checkpoint,
    verify_consistency,
    verify_leaf_inclusion,
)
from contracts.transparency_log import origin, vote_entry
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from results_service.domain.checkpoint import Checkpoint, verifier_key
from results_service.domain.log_tree import TILE_WIDTH, LogTree, entry_bundle, leaf_hash
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tlog import ConsistencyProof, InclusionProof

POLL = "7zq4m0x2v9c6k3t8hj5n1w0rge"
ORIGIN = origin("test", POLL)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
SIZES = (1, 2, 3, 255, 256, 257, 511, 70_000)


def entries(size: int) -> list[bytes]:
    return [vote_entry(POLL, number.to_bytes(32)) for number in range(size)]


def files_of(written: Sequence[bytes]) -> tuple[LogTree, dict[str, bytes]]:
    tree = LogTree()
    files = dict(file for entry in written for file in tree.append(leaf_hash(entry)))
    files |= dict(tree.partial_tiles())
    files |= dict(
        entry_bundle(start // TILE_WIDTH, written[start : start + TILE_WIDTH])
        for start in range(0, len(written), TILE_WIDTH)
    )
    return tree, files


def signed(tree: LogTree) -> str:
    checkpoint = Checkpoint(ORIGIN, tree.size, tree.root())
    return checkpoint.note(PUBLIC, KEY.sign(checkpoint.text().encode()))


@dataclass
class Files:
    """The backend of tlog-scales: the published files in memory."""

    files: dict[str, bytes]

    def get(self, *path: str) -> bytes | None:
        return self.files.get("/".join(path))


@pytest.mark.parametrize("size", SIZES)
def test_aics_tlog_accepts_all_tiles_entries_and_the_checkpoint(size: int) -> None:
    tree, files = files_of(entries(size))
    found = verify_checkpoint(
        parse_note(signed(tree)), parse_vkey(verifier_key(ORIGIN, PUBLIC)), expected_origin=ORIGIN
    )
    assert (found.ok, found.size, found.error) == (True, size, None)
    assert found.root == tree.root()
    audit_tiles(MemoryTileReader(files), size, tree.root())


@pytest.mark.parametrize("size", SIZES)
def test_tlog_scales_accepts_the_checkpoint_and_an_inclusion_proof(size: int) -> None:
    tree, files = files_of(entries(size))
    reader = TilesReader(Files({**files, "checkpoint": signed(tree).encode()}))
    checkpoint = reader.get_checkpoint()
    checkpoint.verify(Vkey.from_string(verifier_key(ORIGIN, PUBLIC)))
    last = size - 1
    assert reader.get_entry(last) == entries(size)[last]
    reader.get_inclusion_proof(last, size).check(leaf_hash(entries(size)[last]), checkpoint.root_hash)


@pytest.mark.covers("T42")
def test_both_verifiers_reject_one_changed_byte() -> None:
    written = entries(700)
    tree, files = files_of(written)
    proof = inclusion_proof_from_tiles(MemoryTileReader(files), 300, 700)
    assert verify_leaf_inclusion(written[300], 300, 700, proof, tree.root())
    changed = written[300].replace(b"tot/1", b"tot/2")
    assert not verify_leaf_inclusion(changed, 300, 700, proof, tree.root())
    with pytest.raises(Exception, match="root_hash"):
        InclusionProof(300, 700, proof).check(leaf_hash(changed), tree.root())
    key = verifier_key(ORIGIN, PUBLIC)
    forged = signed(tree).replace("\n700\n", "\n701\n")
    assert not verify_checkpoint(parse_note(forged), parse_vkey(key)).ok
    with pytest.raises(Exception, match=r".*"):
        TilesReader(Files({"checkpoint": forged.encode()})).get_checkpoint().verify(Vkey.from_string(key))


def test_every_damaged_or_missing_file_is_found_by_the_audit_of_aics_tlog() -> None:
    tree, files = files_of(entries(700))
    missed = []
    for path, data in files.items():
        others = {name: kept for name, kept in files.items() if name != path}
        for damaged in ({}, {path: bytes([data[0] ^ 1]) + data[1:]}, {path: data[:-1]}):
            try:
                audit_tiles(MemoryTileReader(others | damaged), tree.size, tree.root())
                missed.append(path)
            except (TileMissingError, TileVerificationError, ValueError):
                pass
    assert not missed


def test_a_longer_log_is_consistent_with_each_shorter_one() -> None:
    written = entries(1_000)
    for old in (1, 255, 256, 700, 1_000):
        before, _ = files_of(written[:old])
        after, files = files_of(written)
        reader = TilesReader(Files(files))
        reader.set_size(after.size)
        proof = reader.get_consistency_proof(old, after.size)
        assert verify_consistency(old, after.size, before.root(), after.root(), proof.node_hashes)
        ConsistencyProof(old, after.size, proof.node_hashes).check(before.root(), after.root())


def test_a_continued_tree_is_the_tree_built_at_once() -> None:
    written = entries(900)
    whole, _ = files_of(written)
    first, _ = files_of(written[:555])
    continued = LogTree(first.size, [list(level) for level in first.levels])
    for entry in written[555:]:
        list(continued.append(leaf_hash(entry)))
    assert (continued.root(), continued.size) == (whole.root(), whole.size)
    assert sum(map(len, continued.levels)) <= 2 * TILE_WIDTH


def test_empty_log_has_the_hash_of_nothing_and_no_files() -> None:
    tree, files = files_of([])
    assert tree.root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert not files
