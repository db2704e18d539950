"""Forget a connection."""

import os
from typing import Any

import boto3

connections = boto3.resource("dynamodb").Table(os.environ["CONNECTIONS_TABLE"])


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Delete the connection's id."""
    connections.delete_item(Key={"connection_id": event["requestContext"]["connectionId"]})
    return {"statusCode": 200}
