"""Listing returns all connections, regardless of their number."""

from collections.abc import Callable
from itertools import count, islice
from typing import Any

from realtime_service.adapters.connections import SHARDS, shard_of


def test_listing_reads_all_pages_of_a_shard(aws: Any, connected: Callable[..., str]) -> None:
    in_one_shard = (f"c{n}=" for n in count() if shard_of(f"c{n}=") == 3)
    everyone = {connected(connection_id) for connection_id in islice(in_one_shard, 8)}
    for item in aws.items():  # DynamoDB ends a page at one megabyte
        aws.dynamodb.put_item(
            TableName="tot-test-web-socket-connections", Item={**item, "padding": {"S": "x" * 300_000}}
        )
    pages = aws.dynamodb.get_paginator("query").paginate(
        TableName="tot-test-web-socket-connections",
        KeyConditionExpression="pk = :shard",
        ExpressionAttributeValues={":shard": {"S": "connection#3"}},
    )
    assert len(list(pages)) > 1
    assert aws.connected() == everyone


def test_connections_spread_over_all_shards(aws: Any, connected: Callable[..., str]) -> None:
    for number in range(100):
        connected(f"c{number}=")
    partitions = {item["pk"]["S"] for item in aws.items()} - {"audience"}
    assert partitions == {f"connection#{shard}" for shard in range(SHARDS)}
