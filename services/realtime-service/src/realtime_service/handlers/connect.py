"""Remember a connection that the authorizer let in; it asks for the snapshot itself, by its first ping."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from realtime_service.config import AWS_CLIENT, Settings
from realtime_service.domain.viewer import Viewer
from realtime_service.store.connections import Connection, Connections

settings = Settings.from_environment()
connections = Connections(boto3.client("dynamodb", config=AWS_CLIENT), settings.connections_table)
logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Store the connection with the role its ticket gave."""
    request = event["requestContext"]
    metrics.add_metric("Connect", MetricUnit.Count, 1)
    if request["eventType"] != "CONNECT":
        return {"statusCode": HTTPStatus.BAD_REQUEST}
    viewer = Viewer.from_context(request["authorizer"])
    connections.add(Connection(request["connectionId"], viewer, datetime.now(UTC)))
    return {"statusCode": HTTPStatus.OK}
