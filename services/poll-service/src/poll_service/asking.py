"""Who asks for a step, as their token says."""

from datetime import datetime

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from gateway.organiser import who_asks

from poll_service.domain.change import Actor


def actor_of(app: APIGatewayHttpResolver, at: datetime, seen_revision: int | None = None) -> Actor:
    """Return whoever asks at this moment, having seen the poll at this revision. Raises `NotSignedIn`."""
    organiser = who_asks(app)
    return Actor(organiser.subject, at, seen_revision, organiser.name)
