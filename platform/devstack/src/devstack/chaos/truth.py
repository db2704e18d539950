"""Holds each word that a voter was told against the log of votes itself."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from devstack.aws import client, table_of
from devstack.crowd.expected_results import Check
from devstack.crowd.voter import VoterRecord
from devstack.instance import Instance

type Log = dict[str, str]
"""A poll's votes: choice by receipt."""


def read_log(instance: Instance, poll_id: str) -> Log:
    """Return the votes of a poll that stand in VotesLog."""
    pages = client(instance, "dynamodb").get_paginator("scan").paginate(
        TableName=table_of(instance, "vote-service", "VotesLog"), ConsistentRead=True,
        FilterExpression="begins_with(pk, :poll)", ExpressionAttributeValues={":poll": {"S": f"{poll_id}#"}},
        ProjectionExpression="receipt, #e", ExpressionAttributeNames={"#e": "event"},
    )  # fmt: skip
    items: list[dict[str, Any]] = [item for page in pages for item in page["Items"]]
    return {item["receipt"]["S"]: item["event"]["M"]["choice"]["S"] for item in items}


def truth(records: Sequence[VoterRecord], before: Log, after: Log) -> list[Check]:
    """Return what was told beside what stands: each 201 and 200, and that nothing else stands."""
    new = {receipt: choice for receipt, choice in after.items() if receipt not in before}
    told = [tap for record in records for tap in record.told if tap.confirmed]
    receipts = {tap.receipt for tap in told}
    first = Counter(tap.receipt for tap in told if tap.status == 201)  # noqa: PLR2004 (recorded now)
    return [
        Check(
            "answers 201 and 200: told / in the log with that choice",
            len(told),
            sum(after.get(tap.receipt or "") == tap.choice for tap in told),
        ),
        Check("votes new in the log / receipts told to voters", len(new), len(receipts)),
        Check("receipts told / of votes new in the log", len(receipts), len(receipts & new.keys())),
        Check("receipts told by more than one 201", 0, sum(count > 1 for count in first.values())),
    ]
