"""Read secrets from Secrets Manager: cached for five minutes, for twelve hours during an outage (ADR 28).

A new value takes five minutes to reach every function: when rotating, add it first and use it later. If a
read fails or returns an invalid value, the cached value stays in use and the metric `SecretReadFailed` raises
an alarm. Only a function without a cached value refuses requests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Final

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.parameters import base
from botocore.exceptions import BotoCoreError, ClientError
from contracts.domain_error import DomainError
from contracts.key_ring import KeyRing
from pydantic import TypeAdapter

from chassis.aws import bounded, budget

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

FRESH_SECONDS: Final = 300
MAX_STALE_SECONDS: Final = 12 * 3600
"""Maximum age of a cached value during an outage: longer than known outages, but limited for leaked keys."""

RETRY_SECONDS: Final = 60
"""Pause after a failed read while cached values are used; the next attempt delays one request."""

FAIL_FAST_SECONDS: Final = 2
"""Without a cached value, requests in this time after a failed read are refused without a call."""

DOUBLINGS: Final = 3
"""Maximum doublings of that time, one per failure, up to 16 s (backoff). A request that waits for a hanging
call occupies an environment, and Lambda starts more of them, without a cached value, for the requests behind
it."""

READ_FAILED: Final = "SecretReadFailed"
AWS_CONFIG: Final = budget(attempts=1, read=1)
"""One short attempt: a cached value needs no wait, and without one the client retries."""

_SECRET: Final[TypeAdapter[dict[str, str]]] = TypeAdapter(dict[str, str])


class SecretUnavailable(DomainError):
    """The secret cannot be read and no cached value exists."""

    retry_after = 2


@dataclass(frozen=True)
class _Known:
    value: Mapping[str, str]
    read_at: float


class Secrets:
    """Cache of this process's secrets."""

    def __init__(self, client: "SecretsManagerClient") -> None:
        self._client = client
        self._known: dict[str, _Known] = {}
        self._failed_at = float("-inf")
        self._failures = 0

    def read(self, arn: str) -> Mapping[str, str]:
        """Return the secret's value. Raises `SecretUnavailable`."""
        now, known = monotonic(), self._known.get(arn)
        if known is not None and now - known.read_at >= MAX_STALE_SECONDS:
            del self._known[arn]
            known = None
        refusing = FAIL_FAST_SECONDS << min(max(self._failures - 1, 0), DOUBLINGS)
        if known is None and now - self._failed_at < refusing:
            raise SecretUnavailable
        failed = now - self._failed_at < RETRY_SECONDS
        if known is None or (now - known.read_at >= FRESH_SECONDS and not failed):
            known = self._fetch(arn) or known
        if known is None:
            raise SecretUnavailable
        return known.value

    def _fetch(self, arn: str) -> _Known | None:
        try:
            text = self._client.get_secret_value(SecretId=arn)["SecretString"]
            known = self._known[arn] = _Known(_SECRET.validate_json(text), monotonic())
        except (ClientError, BotoCoreError, KeyError, ValueError) as error:
            # The error's text is not logged: a validation error would repeat the secret's value.
            Logger().error("secret not read", secret=arn, because=type(error).__name__)
            Metrics().add_metric(READ_FAILED, MetricUnit.Count, 1)
            self._failed_at = monotonic()
            self._failures += 1
            return None
        self._failures = 0
        return known


def read_secret(arn: str) -> Mapping[str, str]:
    """Return a secret, a JSON object of strings. Raises `SecretUnavailable`."""
    # Kept in Powertools' registry of providers, so that its `clear_caches` also clears these secrets.
    providers: dict[str, object] = vars(base)["DEFAULT_PROVIDERS"]
    if not isinstance(secrets := providers.get("secrets"), Secrets):
        secrets = Secrets(bounded(boto3.client("secretsmanager", config=AWS_CONFIG)))
        providers["secrets"] = secrets
    return secrets.read(arn)


def key_ring(arn: str) -> KeyRing:
    """Return the key ring in a secret. Raises `SecretUnavailable`, or `UnknownKeyId` if none is current."""
    return KeyRing.read(read_secret(arn))
