"""Decide who may open a socket: our own page, through our distribution, with a fresh ticket."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from gateway.secret import key_ring, read_secret

from realtime_service.config import AWS_CLIENT, Settings
from realtime_service.domain.admission import NotAdmitted, require_own_page
from realtime_service.domain.ticket import BadTicket, read_ticket
from realtime_service.domain.viewer import Viewer
from realtime_service.store.tickets import Tickets

settings = Settings.from_environment()
tickets = Tickets(boto3.client("dynamodb", config=AWS_CLIENT), settings.connections_table)
logger = Logger()
metrics = Metrics()


def admit(headers: Mapping[str, str], query: Mapping[str, str], now: datetime) -> Viewer:
    """Return in which role the bearer may watch, and use up the ticket. Raises `NotAdmitted`, `BadTicket`."""
    lower_case = {name.lower(): value for name, value in headers.items()}
    require_own_page(lower_case, read_secret(settings.origin_secret_arn), settings.site_origin)
    ticket = read_ticket(key_ring(settings.results_pass_secret_arn), query.get("ticket", ""), now)
    tickets.use(ticket)
    return ticket.viewer


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001
    """Answer with a policy for this one handshake; the role goes with it to every event of the connection."""
    metrics.add_metric("AuthorizeConnection", MetricUnit.Count, 1)
    try:
        viewer = admit(event["headers"] or {}, event["queryStringParameters"] or {}, datetime.now(UTC))
    except (NotAdmitted, BadTicket) as error:
        logger.info("refused", reason=str(error))
        return _policy("Deny", event["methodArn"])
    return _policy("Allow", event["methodArn"], viewer)


def _policy(effect: Literal["Allow", "Deny"], arn: str, viewer: Viewer | None = None) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": arn}
    return {
        "principalId": viewer.scope if viewer else "nobody",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": viewer.as_context() if viewer else {},
    }
