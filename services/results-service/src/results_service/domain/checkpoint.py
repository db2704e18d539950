"""Checkpoints of transparency logs (C2SP tlog-checkpoint), signed with Ed25519 as signed notes.

The name of a log's key is the log's origin, so that one public key has a verifier key for each log.
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import Final

_ED25519: Final = b"\x01"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: its origin, number of entries, and Merkle tree hash."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the text that the log signs."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def note(self, public_key: bytes, signature: bytes) -> str:
        """Return the signed checkpoint as it is published."""
        signed = base64.b64encode(_key_id(self.origin, public_key) + signature).decode()
        return f"{self.text()}\n— {self.origin} {signed}\n"


def verifier_key(name: str, public_key: bytes) -> str:
    """Return the verifier key of a log: name, key id, and public key of 32 bytes."""
    encoded = base64.b64encode(_ED25519 + public_key).decode()
    return f"{name}+{_key_id(name, public_key).hex()}+{encoded}"


def _key_id(name: str, public_key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public_key).digest()[:4]
