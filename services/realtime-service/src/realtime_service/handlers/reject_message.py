"""Answer any message that is not for another route: say what is understood here, do nothing."""

from http import HTTPStatus
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from realtime_service.config import Settings
from realtime_service.domain.frames import encode, not_understood
from realtime_service.push import Sockets

settings = Settings.from_environment()
sockets = Sockets(settings.connections_endpoint, boto3.Session())
logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Post an error frame; the message itself is neither read nor kept."""
    metrics.add_metric("RejectMessage", MetricUnit.Count, 1)
    sockets.post({event["requestContext"]["connectionId"]: [encode(not_understood())]})
    return {"statusCode": HTTPStatus.OK}
