"""Delete a closed connection. API Gateway may omit this call; then a failed post deletes it later."""

from http import HTTPStatus

import boto3
from chassis.aws import AWS_CONFIG, bounded
from chassis.event_entry_point import Answer, Event, event_entry_point

from realtime_service.adapters.connections import Connections
from realtime_service.config import Settings
from realtime_service.use_cases.count_audience import AudienceCounter

settings = Settings.from_environment()
table = (bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.connections_table)
connections, audience_counter = Connections(*table), AudienceCounter.of(*table)


def disconnect(event: Event) -> Answer:
    """Delete and count the connection. Idempotent."""
    request = event["requestContext"]
    if request["eventType"] != "DISCONNECT":  # a client message with the action "$disconnect"
        return {"statusCode": HTTPStatus.BAD_REQUEST}
    removed = connections.remove(request["connectionId"])
    if removed is not None:
        audience_counter.closed(request["connectionId"], organiser=removed.is_organiser)
    return {"statusCode": HTTPStatus.OK}


handler = event_entry_point(disconnect, "Disconnect")
