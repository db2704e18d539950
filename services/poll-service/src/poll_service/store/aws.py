"""How this service calls AWS: short timeouts, few attempts, and temporary failures as one domain error."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore.config import Config
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, HTTPClientError

from poll_service.domain.refusals import Unavailable

SDK: Final = Config(retries={"mode": "standard", "max_attempts": 3}, connect_timeout=2, read_timeout=5)

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
    """Raise `Unavailable` where trying again later can help; anything else stays a fault of ours."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if error.response["Error"]["Code"] in THROTTLES or status >= 500:  # noqa: PLR2004
            raise Unavailable from error
        raise
    except (HTTPClientError, ConnectTimeoutError, EndpointConnectionError) as error:
        raise Unavailable from error
