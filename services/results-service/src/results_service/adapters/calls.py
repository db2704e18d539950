"""DynamoDB calls shared by the adapters of GameResults: keys, queries, and the mapping of AWS errors."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from results_service.domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class ConditionFailed(Exception):
    """A conditional write failed: another writer, or an earlier attempt of this call, wrote first.

    `item` is the stored item, if the call requested it.
    """

    def __init__(self, item: Mapping[str, Any]) -> None:
        super().__init__("the condition failed")
        self.item = item


def key_of(poll_id: str, sort_key: str) -> dict[str, Any]:
    """Return an item's key."""
    return {"pk": {"S": poll_id}, "sk": {"S": sort_key}}


@contextmanager
def map_aws_errors(doing: str) -> Iterator[None]:
    """Raise `ConditionFailed` for a failed condition, `StoreUnavailable` for any other failed call."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code == "ConditionalCheckFailedException":
            raise ConditionFailed(cast("dict[str, Any]", error.response).get("Item", {})) from error
        raise StoreUnavailable(f"{doing}: {code}") from error
    except BotoCoreError as error:
        raise StoreUnavailable(f"{doing}: {error}") from error


def items_with(
    client: "DynamoDBClient", table: str, poll_id: str, prefix: str, *, newest_only: bool = False
) -> Iterator[dict[str, Any]]:
    """Yield a poll's items whose sort key starts with `prefix`, by consistent read; or only the last one."""
    pages = client.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="pk = :poll AND begins_with(sk, :prefix)",
        ExpressionAttributeValues={":poll": {"S": poll_id}, ":prefix": {"S": prefix}},
        ConsistentRead=True,
        ScanIndexForward=not newest_only,
        PaginationConfig={"MaxItems": 1} if newest_only else {},
    )
    with map_aws_errors(f"read {prefix}"):
        for page in pages:
            yield from page["Items"]
