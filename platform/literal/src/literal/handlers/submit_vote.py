"""Write the vote, and add one to its counter."""

import os
from datetime import UTC, datetime
from typing import Any

import boto3

dynamodb = boto3.resource("dynamodb")
votes = dynamodb.Table(os.environ["VOTES_LOG_TABLE"])
results = dynamodb.Table(os.environ["GAME_RESULTS_TABLE"])


def handler(vote: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the vote; a call that is repeated after a lost response counts again."""
    now = datetime.now(UTC).isoformat()
    item = {name: vote[name] for name in ("poll_id", "voter_id", "choice")}
    votes.put_item(Item=item | {"recorded_at": now})
    results.update_item(
        Key={"poll_id": vote["poll_id"]},
        UpdateExpression="ADD #choice :one",
        ExpressionAttributeNames={"#choice": vote["choice"]},
        ExpressionAttributeValues={":one": 1},
    )
    return vote
