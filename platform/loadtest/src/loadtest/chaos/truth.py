"""Compares each answer that a voter received with the vote log."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from laptop.aws import client, table_of
from laptop.instance import Instance

from loadtest.crowd.expected_results import Check
from loadtest.crowd.voter import VoterRecord

type Log = dict[str, str]
"""The choices in a poll's vote log, by receipt."""


def read_log(instance: Instance, poll_id: str) -> Log:
    """Return the votes of a poll in VotesLog."""
    pages = client(instance, "dynamodb").get_paginator("scan").paginate(
        TableName=table_of(instance, "vote-service", "VotesLog"), ConsistentRead=True,
        FilterExpression="begins_with(pk, :poll)", ExpressionAttributeValues={":poll": {"S": f"{poll_id}#"}},
        ProjectionExpression="receipt, #e", ExpressionAttributeNames={"#e": "event"},
    )  # fmt: skip
    items: list[dict[str, Any]] = [item for page in pages for item in page["Items"]]
    return {item["receipt"]["S"]: item["event"]["M"]["choice"]["S"] for item in items}


def truth(records: Sequence[VoterRecord], before: Log, after: Log) -> list[Check]:
    """Compare: every confirmation (201, 200) is in the vote log, and the log has no other new votes."""
    new = {receipt: choice for receipt, choice in after.items() if receipt not in before}
    confirmed = [tap for record in records for tap in record.replies if tap.confirmed]
    receipts = {tap.receipt for tap in confirmed}
    first = Counter(tap.receipt for tap in confirmed if tap.status == 201)  # noqa: PLR2004 (newly recorded)
    return [
        Check(
            "confirmations (201, 200): received / in the vote log with that choice",
            len(confirmed),
            sum(after.get(tap.receipt or "") == tap.choice for tap in confirmed),
        ),
        Check("new votes in the vote log / receipts issued to voters", len(new), len(receipts)),
        Check("receipts issued / of new votes in the vote log", len(receipts), len(receipts & new.keys())),
        Check("receipts issued by more than one 201", 0, sum(count > 1 for count in first.values())),
    ]
