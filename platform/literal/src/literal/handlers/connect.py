"""Remember a connection."""

import os
from typing import Any

import boto3

connections = boto3.resource("dynamodb").Table(os.environ["CONNECTIONS_TABLE"])


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Store the connection's id."""
    connections.put_item(Item={"connection_id": event["requestContext"]["connectionId"]})
    return {"statusCode": 200}
