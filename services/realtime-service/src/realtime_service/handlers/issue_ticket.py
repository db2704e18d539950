"""Issue a ticket to a page: the public's, or with a results pass the voter's."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from contracts.api import RequestTicket, TicketIssued
from contracts.results_pass import poll_of_results_pass
from contracts.visibility import Scope

from realtime_service.config import Settings
from realtime_service.domain.ticket import mint_ticket
from realtime_service.domain.viewer import Viewer
from realtime_service.http import json_answer, read_body, require_same_origin, resolver

settings = Settings.from_environment()
app = resolver(settings)
logger = Logger()
metrics = Metrics()


@app.post("/live/ticket")
def issue_ticket() -> Response[str]:
    """Answer `TicketIssued`. A pass that is not valid is refused, not ignored: the page must know."""
    require_same_origin(app, settings.site_origin)
    results_pass = read_body(app, RequestTicket).results_pass
    now, keys, viewer = datetime.now(UTC), settings.keys(), Viewer(Scope.PUBLIC)
    if results_pass is not None:
        viewer = Viewer(Scope.VOTER, poll_of_results_pass(keys, results_pass, now))
    ticket, expires_at = mint_ticket(keys, viewer, now)
    return json_answer(TicketIssued(ticket=ticket, scope=viewer.scope, expires_at=expires_at))


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer `POST /live/ticket`."""
    metrics.add_metric("IssueTicket", MetricUnit.Count, 1)
    return app.resolve(event, context)
