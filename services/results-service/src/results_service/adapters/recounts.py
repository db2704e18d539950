"""Recounts in GameResults: progress per bucket, and certificates.

A page is added on the condition that no other invocation has added it. So an order that is delivered twice,
or again after a crash, continues from the stored progress, and no page is counted twice.
"""

import json
from collections.abc import Mapping
from dataclasses import astuple
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from contracts.model import format_instant
from contracts.recount import Certificate, RecountState

from results_service.adapters.calls import ConditionFailed, items_with, key_of, map_aws_errors
from results_service.adapters.game_results_items import Item, counts_item, tally_of
from results_service.adapters.recount_queue import ORDERS
from results_service.domain.recount import BucketCount, Counters, RecountJob, RecountOrder
from results_service.domain.tally import Tally

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


ORDERED: Final = "#ordered#"
"""Partition of an organiser's order: the role that places orders may write no other partition."""


class Recounts:
    """Recount jobs, their progress and certificates. Every method raises `StoreUnavailable`."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def ordered(self, poll_id: str) -> RecountOrder | None:
        """Return the order that an organiser of the poll placed last."""
        with map_aws_errors("read order"):
            answer = self._client.get_item(
                TableName=self._table, Key=_order_key(poll_id), ConsistentRead=True
            )
        return _order_in(answer["Item"]) if "Item" in answer else None

    def place(self, order: RecountOrder, after: RecountOrder | None) -> RecountOrder:
        """Store an organiser's order that follows `after`; return it, or the order of another request."""
        try:
            with map_aws_errors("place order"):
                self._client.put_item(
                    TableName=self._table,
                    Item=_order_key(order.poll_id) | {"order": {"S": order.model_dump_json()}},
                    ConditionExpression="attribute_not_exists(pk) OR #order = :after",
                    ExpressionAttributeNames={"#order": "order"},
                    ExpressionAttributeValues={":after": {"S": after.model_dump_json() if after else "none"}},
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ConditionFailed as conflict:
            return _order_in(conflict.item)
        return order

    def find(self, order: RecountOrder) -> RecountJob | None:
        """Return the recount job of an order, or None if it has not begun."""
        key = key_of(order.poll_id, f"recount#{order.recount_id}")
        with map_aws_errors("read recount"):
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return _run_of(answer["Item"]) if "Item" in answer else None

    def begin(self, run: RecountJob) -> RecountJob:
        """Store a new recount job and return it. If the same order has begun already, return that job."""
        try:
            self._put_new(run.order.poll_id, f"recount#{run.order.recount_id}", _run_item(run), "begin")
        except ConditionFailed:
            return self.find(run.order) or run
        return run

    def buckets(self, run: RecountJob) -> dict[int, BucketCount]:
        """Return the count of every bucket, including buckets that have not begun."""
        prefix = f"bucket#{run.order.recount_id}#"
        found = items_with(self._client, self._table, run.order.poll_id, prefix)
        counted = {count.bucket: count for count in map(_count_of, found)}
        return {bucket: counted.get(bucket, BucketCount(bucket)) for bucket in range(run.buckets)}

    def advance(self, run: RecountJob, after: BucketCount) -> BucketCount:
        """Store a bucket's count after one more page, and return it.

        If another invocation has written first, return the stored count.
        """
        key = key_of(run.order.poll_id, f"bucket#{run.order.recount_id}#{after.bucket:04d}")
        try:
            with map_aws_errors("advance"):
                self._client.put_item(
                    TableName=self._table,
                    Item=key | _count_item(after),
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **_if_pages_are(after.pages - 1),
                )
        except ConditionFailed as conflict:
            return _count_of(conflict.item) if conflict.item else BucketCount(after.bucket)
        return after

    def certify(self, certificate: Certificate, *, over: bool) -> None:
        """Store a recount's certificate; a final one is never replaced. `over`: the recount has ended."""
        key = key_of(certificate.poll_id, f"certificate#{certificate.recount_id}")
        body: Item = {"state": {"S": certificate.state}, "body": {"S": certificate.model_dump_json()}}
        try:
            with map_aws_errors("certify"):
                self._client.put_item(
                    TableName=self._table,
                    Item=key | body,
                    ConditionExpression="attribute_not_exists(pk) OR #state = :provisional",
                    ExpressionAttributeNames={"#state": "state"},
                    ExpressionAttributeValues={":provisional": {"S": RecountState.PROVISIONAL}},
                )
        except ConditionFailed:
            pass
        if over:
            with map_aws_errors("end"):
                self._client.update_item(
                    TableName=self._table,
                    Key=key_of(certificate.poll_id, f"recount#{certificate.recount_id}"),
                    UpdateExpression="SET finished_at = :now",
                    ExpressionAttributeValues={":now": {"S": format_instant(certificate.finished_at)}},
                )

    def certificate(self, order: RecountOrder) -> Certificate | None:
        """Return the latest certificate of an order's recount, or None."""
        key = key_of(order.poll_id, f"certificate#{order.recount_id}")
        with map_aws_errors("read certificate"):
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return _certificate_of(answer["Item"]) if "Item" in answer else None

    def newest_certificate(self, poll_id: str) -> Certificate | None:
        """Return the certificate of the newest recount that has one, or None."""
        found = items_with(self._client, self._table, poll_id, "certificate#", newest_only=True)
        return next(map(_certificate_of, found), None)

    def running(self, poll_id: str) -> RecountJob | None:
        """Return the newest recount job if it has not ended."""
        found = items_with(self._client, self._table, poll_id, "recount#", newest_only=True)
        return next((_run_of(item) for item in found if "finished_at" not in item), None)

    def _put_new(self, poll_id: str, sort_key: str, item: Item, doing: str) -> None:
        with map_aws_errors(doing):
            self._client.put_item(
                TableName=self._table,
                Item=key_of(poll_id, sort_key) | item,
                ConditionExpression="attribute_not_exists(pk)",
            )


def _order_key(poll_id: str) -> Item:
    return key_of(f"{ORDERED}{poll_id}", "order")


def _order_in(item: Mapping[str, Any]) -> RecountOrder:
    return RecountOrder.model_validate_json(item["order"]["S"])


def _if_pages_are(pages: int) -> dict[str, Any]:
    if pages == 0:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "pages = :read",
        "ExpressionAttributeValues": {":read": {"N": str(pages)}},
    }


def _run_item(run: RecountJob) -> Item:
    before = [astuple(one) for one in (run.before.summed, run.before.shown)]
    return {
        "order": {"S": run.order.model_dump_json()},
        "started_at": {"S": format_instant(run.started_at)},
        "buckets": {"N": str(run.buckets)},
        "before": {"S": json.dumps(before)},
    }


def _run_of(item: Mapping[str, Any]) -> RecountJob:
    summed, shown = (Tally(*one) for one in json.loads(item["before"]["S"]))
    return RecountJob(
        ORDERS.validate_json(item["order"]["S"]),
        datetime.fromisoformat(item["started_at"]["S"]),
        int(item["buckets"]["N"]),
        Counters(summed, shown),
    )


def _count_item(count: BucketCount) -> Item:
    cursor: Item = {} if count.cursor is None else {"cursor": {"S": count.cursor}}
    return {
        "bucket": {"N": str(count.bucket)},
        **counts_item(count.tally),
        "pages": {"N": str(count.pages)},
        "done": {"BOOL": count.done},
        "sealed": {"BOOL": count.sealed},
        **cursor,
    }


def _count_of(item: Mapping[str, Any]) -> BucketCount:
    return BucketCount(
        int(item["bucket"]["N"]),
        tally_of(item),
        int(item["pages"]["N"]),
        item["cursor"]["S"] if "cursor" in item else None,
        done=item["done"]["BOOL"],
        sealed=item["sealed"]["BOOL"],
    )


def _certificate_of(item: Mapping[str, Any]) -> Certificate:
    return Certificate.model_validate_json(item["body"]["S"])
