"""Send each change of a counter to every connection."""

import json
import os
from typing import Any

import boto3

connections = boto3.resource("dynamodb").Table(os.environ["CONNECTIONS_TABLE"])
sockets = boto3.client("apigatewaymanagementapi", endpoint_url=os.environ["CONNECTIONS_ENDPOINT"])


def handler(event: dict[str, Any], _context: object) -> None:
    """Broadcast once per record."""
    for record in event["Records"]:
        image = record["dynamodb"]["NewImage"]
        message = {name: image.get(name, {"N": "0"})["N"] for name in ("a", "b")}
        data = json.dumps({"poll_id": image["poll_id"]["S"], "counts": message}).encode()
        for connection in connections.scan()["Items"]:
            connection_id = str(connection["connection_id"])
            try:
                sockets.post_to_connection(ConnectionId=connection_id, Data=data)
            except sockets.exceptions.GoneException:
                connections.delete_item(Key={"connection_id": connection_id})
