"""Write `logs.json` beside this file: trees, a checkpoint and a proof by two packages that are not ours.

Usage: `.venv/bin/python services/frontend/tests/logic/vectors/write_logs.py`. The key is fixed and signs
nothing else, so the file is the same each time.
"""

import io
import json
import tempfile
from base64 import b64encode
from contextlib import redirect_stdout
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from aics_tlog.note import format_vkey, vkey_from_ed25519
from aics_tlog.tree import MerkleTree
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tlog_scales import cli
from tlog_scales.signing import PlainEd25519Signer
from tlog_scales.writer import TilesWriter

FILE: Final = Path(__file__).with_name("logs.json")
KEY: Final = Ed25519PrivateKey.from_private_bytes(sha256(b"this-or-that test key").digest())
LOG: Final = "this-or-that/test/7vnm3h2k9q4w8r5t6y1x0c2b3d"
SIZES: Final = (1, 2, 3, 5, 255, 256, 257, 600, 65_537, 70_000)


def base64(data: bytes) -> str:
    return b64encode(data).decode()


def verifier_key(name: str) -> str:
    return format_vkey(vkey_from_ed25519(name, KEY.public_key()))


def tree(size: int) -> dict[str, Any]:
    """Return root and proofs of a tree, by aics-tlog."""
    made = MerkleTree(f"entry {index}".encode() for index in range(size))
    places = sorted({0, 1, size // 2, size - 2, size - 1} & set(range(size)))
    proofs = {str(place): [base64(one) for one in made.inclusion_proof(place)] for place in places}
    return {"size": size, "root": base64(made.root()), "proofs": proofs}


def log(folder: Path) -> tuple[str, str]:
    """Return the checkpoint of a log of 600 entries and the proof of one, by tlog-scales."""
    writer = TilesWriter.create(folder, LOG)
    for index in range(600):
        writer.add_leaf(f"entry {index}".encode())
    writer.commit([PlainEd25519Signer(LOG, KEY)])
    with (
        patch("sys.argv", ["tlog-tiles", "gen-proof", str(folder), "417"]),
        redirect_stdout(io.StringIO()) as said,
    ):
        cli.main()
    return (folder / "checkpoint").read_text(), said.getvalue()


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as scratch:
        checkpoint, proof = log(Path(scratch) / "log")
    key = {
        "vkey": verifier_key("this-or-that/test/certificates"),
        "valid_from": "2026-01-01T00:00:00.000Z",
        "valid_until": None,
    }
    vectors = {
        "trees": [tree(size) for size in SIZES],
        "checkpoint": checkpoint,
        "proof": proof,
        "vkey": verifier_key(LOG),
        "keys": {"keys": [key]},
    }
    FILE.write_text(json.dumps(vectors, indent=1) + "\n")


if __name__ == "__main__":
    main()
