"""Answer a ping: a pong, then the snapshot the page has not seen. So a page catches up after any gap."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from contracts.problem import field_errors
from contracts.realtime import Frame, Ping, PongFrame
from pydantic import ValidationError

from realtime_service.config import AWS_CLIENT, Settings
from realtime_service.domain.frames import encode, missed, not_understood
from realtime_service.domain.viewer import Viewer
from realtime_service.push import Sockets
from realtime_service.store.snapshots import Snapshots

settings = Settings.from_environment()
snapshots = Snapshots(boto3.client("dynamodb", config=AWS_CLIENT), settings.connections_table)
sockets = Sockets(settings.connections_endpoint, boto3.Session())
logger = Logger()
metrics = Metrics()


def answers(ping: Ping, viewer: Viewer, now: datetime) -> tuple[Frame, ...]:
    """Return the pong and what was missed. Raises `StoreUnavailable`."""
    tally = snapshots.newest(ping.poll_id)
    scope = viewer.scope_for(tally.poll_id) if tally else viewer.scope
    return PongFrame(server_time=now), *missed(tally, ping.version or 0, scope, now)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Post the answers to the connection that asked."""
    request = event["requestContext"]
    metrics.add_metric("Ping", MetricUnit.Count, 1)
    frames: tuple[Frame, ...]
    try:
        ping = Ping.model_validate_json(event["body"])
    except ValidationError as error:
        frames = (not_understood(field_errors(error)),)
    else:
        frames = answers(ping, Viewer.from_context(request["authorizer"]), datetime.now(UTC))
    sockets.post({request["connectionId"]: [encode(frame) for frame in frames]})
    return {"statusCode": HTTPStatus.OK}
