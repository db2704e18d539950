"""A witness that is not ours cosigns the log of certificates, and a failing one delays nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Thread

import pytest
from aics_tlog import parse_note, parse_vkey, verify_checkpoint, verify_consistency
from aics_witness import LogConfig, Witness, WitnessStore, make_server
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from results_service.adapters.witnesses import Witnesses
from results_service.domain.checkpoint import Checkpoint, verifier_key
from results_service.domain.log_tree import LogTree, consistency_proof, leaf_hash

ORIGIN = "this-or-that/test/certificates"
KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()
LEAVES = [leaf_hash(b"%d" % number) for number in range(700)]


def tree_of(size: int) -> LogTree:
    tree = LogTree()
    for leaf in LEAVES[:size]:
        list(tree.append(leaf))
    return tree


def signed(size: int) -> str:
    checkpoint = Checkpoint(ORIGIN, size, tree_of(size).root())
    return checkpoint.note(PUBLIC, KEY.sign(checkpoint.text().encode()))


@contextmanager
def running_witness(folder: Path) -> Iterator[tuple[str, str]]:
    """Run a witness on a free port of this machine; yield its address and its verifier key."""
    key = Ed25519PrivateKey.generate()
    with WitnessStore(folder / "state.sqlite", create=True) as store:
        log = LogConfig.from_strings(ORIGIN, [verifier_key(ORIGIN, PUBLIC)])
        witness = Witness("witness.example/w1", key, store, [log])
        server = make_server(witness)
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.url.rstrip("/"), witness.vkey_text
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


@pytest.mark.parametrize("before", [1, 2, 255, 256, 300, 699])
def test_consistency_proof_is_accepted_by_a_verifier_that_is_not_ours(before: int) -> None:
    proof = consistency_proof(LEAVES, before)
    roots = tree_of(before).root(), tree_of(700).root()
    assert verify_consistency(before, 700, *roots, proof)
    assert not verify_consistency(before, 700, roots[1], roots[0], proof)


@pytest.mark.covers("T42")
def test_witness_cosigns_each_larger_head_and_no_other_history(tmp_path: Path) -> None:
    with running_witness(tmp_path) as (url, vkey):
        witnesses = Witnesses.of(url)
        for size in (3, 300, 300, 700):
            note = witnesses.cosigned(signed(size), partial(consistency_proof, LEAVES[:size]))
            found = verify_checkpoint(
                parse_note(note), parse_vkey(verifier_key(ORIGIN, PUBLIC)), [parse_vkey(vkey)], quorum=1
            )
            assert (found.ok, found.cosignature_count, found.size) == (True, 1, size)
        forged = Checkpoint(ORIGIN, 701, bytes(32))
        note = forged.note(PUBLIC, KEY.sign(forged.text().encode()))
        assert witnesses.cosigned(note, lambda _: LEAVES[:9]) == note


def test_witness_that_does_not_answer_or_answers_nonsense_leaves_the_checkpoint_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = signed(3)
    with running_witness(tmp_path) as (url, _):
        stopped = url
        monkeypatch.setattr(Witness, "add_checkpoint", lambda *_: "— witness\nx".encode())
        assert Witnesses.of(url).cosigned(note, lambda _: ()) == note
    assert Witnesses.of(stopped).cosigned(note, lambda _: ()) == note
    assert Witnesses.of("").cosigned(note, lambda _: ()) == note
