"""Key ring: keys in one secret by key id, and keys derived from them for one purpose each."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


class UnknownKeyId(LookupError):
    """The secret holds no key of this id: it was never issued here, or was removed."""


def hkdf_sha256(secret: bytes, *, salt: bytes, info: bytes) -> bytes:
    """Return 32 bytes by HKDF-SHA256, one block of the expand step (RFC 5869, sections 2.2 and 2.3)."""
    extracted = hmac.digest(salt or bytes(hashlib.sha256().digest_size), secret, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """The keys of a secret shaped `{"current": "k2", "k1": "…", "k2": "…"}`.

    New values are made with `current`; the other keys still verify the values that were made with them.
    """

    current: str
    keys: Mapping[str, bytes]

    @classmethod
    def read(cls, secret: Mapping[str, str]) -> Self:
        """Read the secret's JSON. Raises `UnknownKeyId` when `current` names no key in it."""
        keys = {key_id: key.encode() for key_id, key in secret.items() if key_id != "current" and key}
        if secret.get("current") not in keys:
            raise UnknownKeyId("the secret's 'current' names no key in it")
        return cls(current=secret["current"], keys=keys)

    def derive(self, key_id: str, *, info: bytes, salt: bytes = b"") -> bytes:
        """Return the 32-byte key for one purpose. Raises `UnknownKeyId`."""
        if key_id not in self.keys:
            raise UnknownKeyId(f"no key {key_id!r}")
        return hkdf_sha256(self.keys[key_id], salt=salt, info=info)
