"""Forget a closed connection. API Gateway only does its best to call this; posts find out about the rest."""

from http import HTTPStatus

import boto3
from gateway.aws import AWS_CONFIG, bounded

from realtime_service.adapters.connections import Connections
from realtime_service.config import Settings
from realtime_service.entry_point import Answer, Event, entry_point

settings = Settings.from_environment()
connections = Connections(bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.connections_table)


def disconnect(event: Event) -> Answer:
    """Remove the connection; once more changes nothing."""
    request = event["requestContext"]
    if request["eventType"] != "DISCONNECT":  # a message whose action is "$disconnect"
        return {"statusCode": HTTPStatus.BAD_REQUEST}
    connections.remove(request["connectionId"])
    return {"statusCode": HTTPStatus.OK}


handler = entry_point(disconnect, "Disconnect")
