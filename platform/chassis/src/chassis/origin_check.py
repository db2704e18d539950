"""The origin check: rejects and counts requests that did not come through the distribution."""

from collections.abc import Mapping
from typing import Final

from aws_lambda_powertools.metrics import MetricUnit, single_metric
from contracts.edge import has_valid_origin_secret

from chassis.secret import read_secret

NAMESPACE: Final = "ThisOrThat"
REJECTED: Final = "OriginRejected"
ALL_SERVICES: Final = {"service": "origin-check"}


def comes_from_distribution(headers: Mapping[str, str], origin_secret_arn: str) -> bool:
    """Return whether a request has the origin secret. Header names are lower case.

    One metric of all services counts the others; after a failed rotation of the secret it counts every
    request. Raises `SecretUnavailable`.
    """
    if has_valid_origin_secret(headers, read_secret(origin_secret_arn)):
        return True
    with single_metric(REJECTED, MetricUnit.Count, 1, namespace=NAMESPACE, default_dimensions=ALL_SERVICES):
        return False
