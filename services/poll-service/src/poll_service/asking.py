"""The actor of a request, as the token identifies them."""

from datetime import datetime

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from chassis.organiser import authenticated_principal

from poll_service.domain.change import Actor


def actor_of(app: APIGatewayHttpResolver, at: datetime, seen_revision: int | None = None) -> Actor:
    """Return the actor of this request, with the revision that they have seen. Raises `NotSignedIn`."""
    organiser = authenticated_principal(app)
    return Actor(organiser.subject, at, seen_revision, organiser.name)
