"""The key that signs checkpoints: an Ed25519 key in KMS, which no function and no operator can read."""

from typing import TYPE_CHECKING, Final

from results_service.adapters.calls import map_aws_errors

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

_RAW_KEY_BYTES: Final = 32
"""An Ed25519 key ends its DER encoding."""


class LogSigner:
    """Signs with the key. Every method raises `StoreUnavailable`."""

    def __init__(self, client: "KMSClient", key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    def public_key(self) -> bytes:
        """Return the 32 bytes of the public key."""
        with map_aws_errors("read the log key"):
            return self._client.get_public_key(KeyId=self._key_id)["PublicKey"][-_RAW_KEY_BYTES:]

    def sign(self, text: str) -> bytes:
        """Return the signature of a text."""
        with map_aws_errors("sign a checkpoint"):
            return self._client.sign(
                KeyId=self._key_id,
                Message=text.encode(),
                MessageType="RAW",
                SigningAlgorithm="ED25519_SHA_512",
            )["Signature"]
