"""Temporary failures of AWS, mapped to one domain error."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, HTTPClientError
from chassis.aws import NoTimeLeft

from poll_service.domain.errors import Unavailable

THROTTLES: Final = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceQuotaExceededException",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)


@contextmanager
def temporary_failures_as_unavailable() -> Iterator[None]:
    """Raise `Unavailable` if a later attempt can succeed; any other error remains a fault of this service."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if error.response["Error"]["Code"] in THROTTLES or status >= 500:  # noqa: PLR2004
            raise Unavailable from error
        raise
    except (HTTPClientError, ConnectTimeoutError, EndpointConnectionError, NoTimeLeft) as error:
        raise Unavailable from error
