"""Answer any message that is not for another route: say what is understood here, do nothing."""

from http import HTTPStatus

import boto3

from realtime_service.adapters.sockets import Sockets
from realtime_service.config import Settings
from realtime_service.domain.messages import encode, not_understood
from realtime_service.entry_point import Answer, Event, entry_point

settings = Settings.from_environment()
sockets = Sockets(settings.connections_endpoint, boto3.Session())


def reject_message(event: Event) -> Answer:
    """Post an error frame; the message itself is neither read nor kept."""
    sockets.post({event["requestContext"]["connectionId"]: (encode(not_understood()),)})
    return {"statusCode": HTTPStatus.OK}


handler = entry_point(reject_message, "RejectMessage")
