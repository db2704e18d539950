"""Check that the poll is open, and that the voter has no vote in it."""

import os
from typing import Any

import boto3

dynamodb = boto3.resource("dynamodb")
polls = dynamodb.Table(os.environ["POLLS_TABLE"])
votes = dynamodb.Table(os.environ["VOTES_LOG_TABLE"])


def handler(vote: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the vote with the answer; two requests of one voter may both find no vote."""
    poll = polls.get_item(Key={"poll_id": vote["poll_id"]}).get("Item")
    key = {"poll_id": vote["poll_id"], "voter_id": vote["voter_id"]}
    if poll is None or poll["status"] != "open" or vote["choice"] not in {"a", "b"}:
        return vote | {"valid": False, "reason": "closed"}
    if "Item" in votes.get_item(Key=key):
        return vote | {"valid": False, "reason": "already voted"}
    return vote | {"valid": True}
