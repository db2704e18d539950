"""Answer any message without a route of its own with an error."""

from http import HTTPStatus

import boto3
from chassis.event_entry_point import Answer, Event, event_entry_point

from realtime_service.adapters.sockets import Sockets
from realtime_service.config import Settings
from realtime_service.domain.messages import encode, not_understood

settings = Settings.from_environment()
sockets = Sockets(settings.connections_endpoint, boto3.Session())


def reject_message(event: Event) -> Answer:
    """Post an error message; the client's message is neither parsed nor stored."""
    sockets.post([(event["requestContext"]["connectionId"], (encode(not_understood()),))])
    return {"statusCode": HTTPStatus.OK}


handler = event_entry_point(reject_message, "RejectMessage")
