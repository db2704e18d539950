"""Issue a ticket to a page: with the public scope, or with a results pass the voter's scope."""

from datetime import UTC, datetime

from aws_lambda_powertools.event_handler import Response
from chassis.entry_point import entry_point
from chassis.resolver import resolver
from chassis.response import json_answer
from chassis.secret import key_ring
from contracts.api import TicketIssued
from contracts.results_pass import poll_of_results_pass
from contracts.visibility import Scope

from realtime_service.config import Settings
from realtime_service.domain.subscriber import Subscriber
from realtime_service.domain.ticket import mint_ticket
from realtime_service.http import ISSUE_TICKET, PROBLEMS

settings = Settings.from_environment()
app = resolver(settings, PROBLEMS, only_pages_of=settings.site_origin)


@app.post("/live/ticket")
@ISSUE_TICKET
def issue_ticket() -> Response[str]:
    """Return `TicketIssued`. An invalid pass is rejected, not ignored, so that the page gets an error."""
    results_pass = ISSUE_TICKET.read(app).results_pass
    keys, now = key_ring(settings.results_pass_secret_arn), datetime.now(UTC)
    if results_pass is None:
        subscriber = Subscriber(Scope.PUBLIC)
    else:
        subscriber = Subscriber(Scope.VOTER, poll_of_results_pass(keys, results_pass, now))
    ticket, expires_at = mint_ticket(keys, subscriber, now)
    return json_answer(TicketIssued(ticket=ticket, scope=subscriber.scope, expires_at=expires_at))


handler = entry_point(app, "IssueTicket")
