"""Issue a ticket to an organiser, for whom the gateway has checked a token and its scope."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from contracts.api import TicketIssued
from contracts.visibility import Scope

from realtime_service.config import Settings
from realtime_service.domain.ticket import mint_ticket
from realtime_service.domain.viewer import Viewer
from realtime_service.http import json_answer, require_organiser, resolver

settings = Settings.from_environment()
app = resolver(settings)
logger = Logger()
metrics = Metrics()


@app.post("/admin/api/live/ticket")
def issue_admin_ticket() -> Response[str]:
    """Answer `TicketIssued`; the request has no body."""
    require_organiser(app)
    viewer = Viewer(Scope.ORGANISER)
    ticket, expires_at = mint_ticket(settings.keys(), viewer, datetime.now(UTC))
    return json_answer(TicketIssued(ticket=ticket, scope=viewer.scope, expires_at=expires_at))


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer `POST /admin/api/live/ticket`."""
    metrics.add_metric("IssueAdminTicket", MetricUnit.Count, 1)
    return app.resolve(event, context)
