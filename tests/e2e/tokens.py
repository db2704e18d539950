"""Forged access tokens for tests: each differs from a genuine one in one property."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from laptop.aws import outputs
from laptop.instance import ENVIRONMENT

from .live_stack import Organiser, Running


@dataclass(frozen=True)
class Minter:
    """Creates tokens from a genuine one, signed with the pool's key, which the emulator stores on disk."""

    running: Running
    genuine: str

    @classmethod
    def of(cls, running: Running, organiser: Organiser) -> "Minter":
        """Return a minter for this organiser's access token."""
        return cls(running, organiser.token)

    @property
    def claims(self) -> dict[str, Any]:
        """The claims of the genuine token."""
        return self._part(1)

    def signed(self, **changes: Any) -> str:
        """Return a token with changed claims (None removes a claim), signed with the pool's key."""
        return self._signed_by(self._pool_key, self._part(0), changes)

    def signed_with_another_key(self) -> str:
        """Return the same token signed with another key, under the key id of the pool's."""
        return self._signed_by(rsa.generate_private_key(65537, 2048), self._part(0), {})

    def changed(self, **changes: Any) -> str:
        """Return a token with changed claims and the original signature."""
        header, _, signature = self.genuine.split(".")
        return f"{header}.{_encode(self.claims | changes)}.{signature}"

    def unsigned(self, algorithm: str = "none") -> str:
        """Return the same token without a signature, with `alg` set to `none` or another value."""
        return f"{_encode(self._part(0) | {'alg': algorithm})}.{_encode(self.claims)}."

    def signed_with_the_public_key(self) -> str:
        """Return the same token with an HMAC keyed with the public key (algorithm confusion)."""
        public = self._pool_key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        unsigned = f"{_encode(self._part(0) | {'alg': 'HS256'})}.{_encode(self.claims)}"
        return f"{unsigned}.{_text(hmac.digest(public, unsigned.encode(), hashlib.sha256))}"

    @cached_property
    def _pool_key(self) -> rsa.RSAPrivateKey:
        pool = outputs(self.running.instance, f"tot-{ENVIRONMENT}-platform")["UserPoolId"]
        file = self.running.instance.emulator_state / "cognito-pool-keys" / f"{pool}-access.pem"
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return key

    def _signed_by(self, key: rsa.RSAPrivateKey, header: dict[str, Any], changes: dict[str, Any]) -> str:
        claims = {name: value for name, value in (self.claims | changes).items() if value is not None}
        unsigned = f"{_encode(header)}.{_encode(claims)}"
        return f"{unsigned}.{_text(key.sign(unsigned.encode(), padding.PKCS1v15(), hashes.SHA256()))}"

    def _part(self, number: int) -> dict[str, Any]:
        part: dict[str, Any] = json.loads(base64.urlsafe_b64decode(self.genuine.split(".")[number] + "=="))
        return part


def _encode(part: dict[str, Any]) -> str:
    return _text(json.dumps(part).encode())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
