"""AWS client configuration, and the mapping of AWS errors to domain errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, HTTPClientError
from chassis.aws import NoTimeLeft, budget

from members.domain.errors import MemberExists, NoAccount, Throttled, Unavailable

LONG_READ_CONFIG: Final = budget(read=5)
"""Longer reads: Cognito sends the e-mail of an invitation before it responds."""

ERRORS_BY_CODE: Final = {
    "UserNotFoundException": NoAccount,
    "UsernameExistsException": MemberExists,
    "AliasExistsException": MemberExists,
    "TooManyRequestsException": Throttled,
    "LimitExceededException": Throttled,
    "CodeDeliveryFailureException": Unavailable,
    "ProvisionedThroughputExceededException": Unavailable,
    "TransactionCanceledException": Unavailable,  # concurrent transaction; our conditions: see members.py
    "TransactionInProgressException": Unavailable,
    "RequestLimitExceeded": Unavailable,
    "ThrottlingException": Unavailable,
}


@contextmanager
def map_aws_errors() -> Iterator[None]:
    """Map AWS errors to domain errors; unknown client errors are re-raised and become a 500."""
    try:
        yield
    except ClientError as error:
        meaning = ERRORS_BY_CODE.get(error.response["Error"]["Code"])
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if meaning is not None:
            raise meaning from error
        if status >= 500:  # noqa: PLR2004
            raise Unavailable from error
        raise
    except (HTTPClientError, ConnectTimeoutError, EndpointConnectionError, NoTimeLeft) as error:
        raise Unavailable from error
