"""An Ed25519 key of KMS, which moto does not emulate: two of its calls, with a key made for the test run."""

import base64
import json
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class SigningKey:
    """Serves `GetPublicKey` and `Sign` for all clients of the current session created from now on."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        events: Any = boto3._get_default_session().events
        events.register("before-call.kms.GetPublicKey", self._get_public_key)
        events.register("before-call.kms.Sign", self._sign)

    def rotate(self) -> None:
        """Replace the key, as a deployment with another `LogKeyArn` does."""
        self._key = Ed25519PrivateKey.generate()

    @property
    def public_key(self) -> bytes:
        """Return the 32 bytes of the public key."""
        return self._key.public_key().public_bytes_raw()

    def _get_public_key(self, **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        encoded = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return _ok({"PublicKey": encoded})

    def _sign(self, params: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        sent = json.loads(params["body"])
        assert (sent["MessageType"], sent["SigningAlgorithm"]) == ("RAW", "ED25519_SHA_512")
        return _ok({"Signature": self._key.sign(base64.b64decode(sent["Message"]))})


def _ok(answer: dict[str, Any]) -> tuple[AWSResponse, dict[str, Any]]:
    return AWSResponse("", 200, HTTPHeaders(), None), answer
