"""Forget a closed connection. API Gateway only does its best to call this; posts find out about the rest."""

from http import HTTPStatus
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from realtime_service.config import AWS_CLIENT, Settings
from realtime_service.store.connections import Connections

settings = Settings.from_environment()
connections = Connections(boto3.client("dynamodb", config=AWS_CLIENT), settings.connections_table)
logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Remove the connection; once more changes nothing."""
    request = event["requestContext"]
    metrics.add_metric("Disconnect", MetricUnit.Count, 1)
    if request["eventType"] != "DISCONNECT":
        return {"statusCode": HTTPStatus.BAD_REQUEST}
    connections.remove([request["connectionId"]])
    return {"statusCode": HTTPStatus.OK}
