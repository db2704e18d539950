"""Secrets from Secrets Manager, kept for five minutes.

So a new value takes five minutes to be known everywhere: when rotating, add it first, use it later.
"""

from collections.abc import Mapping
from typing import Final

from aws_lambda_powertools.utilities import parameters
from contracts.keys import KeyRing

MAX_AGE_SECONDS: Final = 300


def read_secret(arn: str) -> Mapping[str, str]:
    """Return a secret that is a JSON object of texts. Raises `GetParameterError`."""
    secret: Mapping[str, str] = parameters.get_secret(arn, transform="json", max_age=MAX_AGE_SECONDS)
    return secret


def key_ring(arn: str) -> KeyRing:
    """Return the keys of a secret. Raises `GetParameterError`, or `UnknownKeyId` without a current one."""
    return KeyRing.read(read_secret(arn))
