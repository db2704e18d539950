"""Authorize a WebSocket handshake: from our own page, through our distribution, with an unused ticket."""

from datetime import UTC, datetime

import boto3
from aws_lambda_powertools import Logger
from chassis.aws import AWS_CONFIG, bounded
from chassis.event_entry_point import Answer, Event, event_entry_point
from chassis.origin_check import comes_from_distribution
from chassis.secret import key_ring

from realtime_service.adapters.tickets import Tickets
from realtime_service.config import Settings
from realtime_service.domain.admission import NotAdmitted, policy, require_own_page
from realtime_service.domain.ticket import BadTicket, read_ticket

settings = Settings.from_environment()
tickets = Tickets(bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.connections_table)
logger = Logger()


def authorize(event: Event) -> Answer:
    """Return a policy for this handshake; its context adds the scope to every event of the connection."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    try:
        from_distribution = comes_from_distribution(headers, settings.origin_secret_arn)
        require_own_page(headers, settings.site_origin, from_distribution=from_distribution)
        keys = key_ring(settings.results_pass_secret_arn)
        ticket = read_ticket(keys, _only_ticket(event), datetime.now(UTC))
        tickets.use(ticket, event["requestContext"]["connectionId"])
    except (NotAdmitted, BadTicket) as error:
        logger.info("refused", reason=str(error))
        return policy(event["methodArn"], None)
    return policy(event["methodArn"], ticket.subscriber)


def _only_ticket(event: Event) -> str:
    """Return the ticket in the query string, "" if there is none. Raises `BadTicket` for several."""
    given = (event.get("multiValueQueryStringParameters") or {}).get("ticket") or ()
    if len(given) > 1:
        raise BadTicket("more than one ticket")
    return str((event.get("queryStringParameters") or {}).get("ticket", ""))


handler = event_entry_point(authorize, "AuthorizeConnection")
