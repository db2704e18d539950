"""Keys from Secrets Manager, kept for five minutes.

So a new key takes five minutes to be known everywhere: add it first, make it `current` ten minutes later.
"""

from typing import Final

from aws_lambda_powertools.utilities import parameters
from contracts.keys import KeyRing

MAX_AGE_SECONDS: Final = 300


def key_ring(secret_arn: str) -> KeyRing:
    """Return the keys of a secret. Raises `GetParameterError`, or `UnknownKeyId` without a current one."""
    return KeyRing.read(parameters.get_secret(secret_arn, transform="json", max_age=MAX_AGE_SECONDS))
