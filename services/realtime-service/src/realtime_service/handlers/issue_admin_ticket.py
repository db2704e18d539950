"""Issue a ticket to an organiser; API Gateway has validated the token and its scope."""

from datetime import UTC, datetime

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from chassis.entry_point import entry_point
from chassis.request import organiser
from chassis.resolver import resolver
from chassis.response import json_answer
from chassis.secret import key_ring
from contracts.api import TicketIssued
from contracts.visibility import Scope

from realtime_service.config import Settings
from realtime_service.domain.subscriber import Subscriber
from realtime_service.domain.ticket import mint_ticket
from realtime_service.http import ISSUE_ADMIN_TICKET, PROBLEMS

logger = Logger()
settings = Settings.from_environment()
app = resolver(settings, PROBLEMS)


@app.post("/admin/api/live/ticket")
@ISSUE_ADMIN_TICKET
def issue_admin_ticket() -> Response[str]:
    """Return `TicketIssued`; the request has no body."""
    principal, subscriber = organiser(app), Subscriber(Scope.ORGANISER)
    keys = key_ring(settings.results_pass_secret_arn)
    ticket, expires_at = mint_ticket(keys, subscriber, datetime.now(UTC))
    logger.info("issued", organiser=principal)
    return json_answer(TicketIssued(ticket=ticket, scope=subscriber.scope, expires_at=expires_at))


handler = entry_point(app, "IssueAdminTicket")
