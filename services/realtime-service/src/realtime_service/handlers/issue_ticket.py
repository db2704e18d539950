"""Issue a ticket to a page: with the public scope, or with a results pass the voter's scope.

When so many connections are open as they are allowed to, or a network has got very many tickets, pages get
none. They fetch the results from CloudFront's cache instead, which has no quota, and ask again later.
"""

from datetime import UTC, datetime

import boto3
from aws_lambda_powertools.event_handler import Response
from chassis.aws import AWS_CONFIG, BEST_EFFORT_CONFIG, bounded
from chassis.entry_point import entry_point
from chassis.resolver import resolver
from chassis.response import json_answer
from chassis.secret import key_ring
from contracts.api import TicketIssued
from contracts.edge import VIEWER_ADDRESS_HEADER
from contracts.results_pass import poll_of_results_pass
from contracts.visibility import Scope

from realtime_service.adapters.network_tickets import NetworkTickets
from realtime_service.config import Settings
from realtime_service.domain.subscriber import Subscriber
from realtime_service.domain.ticket import mint_ticket
from realtime_service.http import ISSUE_TICKET, PROBLEMS
from realtime_service.use_cases.count_audience import AudienceCounter
from realtime_service.use_cases.limit_tickets import TicketLimit

settings = Settings.from_environment()
table = settings.connections_table
audience_counter = AudienceCounter.of(bounded(boto3.client("dynamodb", config=AWS_CONFIG)), table)
# A ticket is issued without the count, so that the count may not use up the time of the function.
counting = bounded(boto3.client("dynamodb", config=BEST_EFFORT_CONFIG))
ticket_limit = TicketLimit(NetworkTickets(counting, table), settings.tickets_per_network)
app = resolver(settings, PROBLEMS, only_pages_of=settings.site_origin)


@app.post("/live/ticket")
@ISSUE_TICKET
def issue_ticket() -> Response[str]:
    """Return `TicketIssued`. An invalid pass is rejected, not ignored, so that the page gets an error."""
    results_pass = ISSUE_TICKET.read(app).results_pass
    audience_counter.require_room(settings.max_connections)
    keys, now = key_ring(settings.results_pass_secret_arn), datetime.now(UTC)
    if results_pass is None:
        subscriber = Subscriber(Scope.PUBLIC)
    else:
        subscriber = Subscriber(Scope.VOTER, poll_of_results_pass(keys, results_pass, now))
    ticket_limit.require(app.current_event.headers.get(VIEWER_ADDRESS_HEADER), keys, now)
    ticket, expires_at = mint_ticket(keys, subscriber, now)
    return json_answer(TicketIssued(ticket=ticket, scope=subscriber.scope, expires_at=expires_at))


handler = entry_point(app, "IssueTicket")
