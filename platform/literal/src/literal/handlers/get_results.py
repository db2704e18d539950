"""Return the counters of a poll."""

import json
import os
from typing import Any

import boto3

from literal.handlers.preflight import HEADERS

results = boto3.resource("dynamodb").Table(os.environ["GAME_RESULTS_TABLE"])


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return both counts."""
    found: dict[str, Any] = results.get_item(Key={"poll_id": event["pathParameters"]["poll_id"]}).get(
        "Item", {}
    )
    counts = {name: int(found.get(name, 0)) for name in ("a", "b")}
    return {"statusCode": 200, "headers": HEADERS, "body": json.dumps({"counts": counts})}
