"""How the stores of GameResults call DynamoDB: keys, and failures as this service's own words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from results_service.domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class ConditionFailed(Exception):
    """The condition failed: somebody else wrote first, or an earlier attempt of our own did.

    `item` is what they left, where the call asked for it.
    """

    def __init__(self, item: Mapping[str, Any]) -> None:
        super().__init__("overtaken")
        self.item = item


def key_of(poll_id: str, sort_key: str) -> dict[str, Any]:
    """Return an item's key."""
    return {"pk": {"S": poll_id}, "sk": {"S": sort_key}}


@contextmanager
def map_aws_errors(doing: str) -> Iterator[None]:
    """Raise `ConditionFailed` for a failed condition, `StoreUnavailable` for a call that is not confirmed."""
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
    """Yield a poll's items whose sort key begins so, as they are now; or only the last of them."""
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
