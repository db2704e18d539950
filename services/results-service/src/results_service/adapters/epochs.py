"""Store the epochs of a poll's counters in GameResults: one item, absent until the first rebuild."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from contracts.model import format_instant

from results_service.adapters.calls import ConditionFailed, key_of, map_aws_errors
from results_service.adapters.game_results_items import Item, counts_item
from results_service.domain.epoch import FIRST, Epoch, Epochs
from results_service.domain.tally import Tally

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SORT_KEY: Final = "epochs"


def counter_key(poll_id: str, epoch: str, of: str) -> dict[str, Any]:
    """Return the key of one counter of an epoch: that of a stream shard, `base` or `redriven`."""
    return key_of(poll_id, f"{counter_prefix(epoch)}{of}")


def counter_prefix(epoch: str) -> str:
    """Return the prefix of the sort keys of all counters of an epoch."""
    return f"counter#{epoch}#"


class EpochStore:
    """Every method raises `StoreUnavailable` if a call is not confirmed."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def of(self, poll_id: str) -> Epochs:
        """Return a poll's epochs, by consistent read."""
        with map_aws_errors("read epochs"):
            answer = self._client.get_item(
                TableName=self._table, Key=key_of(poll_id, SORT_KEY), ConsistentRead=True
            )
        return _epochs_of(answer["Item"]) if "Item" in answer else Epochs()

    def begin(self, poll_id: str, now: datetime) -> Epoch:
        """Add a candidate epoch and return it. If the poll has a candidate, return that one."""
        epochs = self.of(poll_id)
        if epochs.candidate is not None:
            return epochs.candidate
        candidate = epochs.active.after(now)
        try:
            self._put(
                poll_id,
                Epochs(epochs.active, candidate),
                "attribute_not_exists(pk) OR (active = :active AND attribute_not_exists(candidate))",
                {":active": {"S": epochs.active.name}},
            )
        except ConditionFailed:
            return self.begin(poll_id, now)
        return candidate

    def activate(self, poll_id: str, epoch: Epoch, base: Tally) -> None:
        """Store the base of a candidate epoch, then make the epoch active. Idempotent."""
        try:
            with map_aws_errors("keep base"):
                self._client.put_item(
                    TableName=self._table,
                    Item=counter_key(poll_id, epoch.name, "base") | counts_item(base),
                    ConditionExpression="attribute_not_exists(pk)",
                )
        except ConditionFailed:
            pass  # The order ran twice; both runs read the same base.
        try:
            self._put(poll_id, Epochs(epoch), "candidate = :candidate", {":candidate": {"S": epoch.name}})
        except ConditionFailed:
            return

    def _put(self, poll_id: str, epochs: Epochs, condition: str, values: Item) -> None:
        with map_aws_errors("write epochs"):
            self._client.put_item(
                TableName=self._table,
                Item=key_of(poll_id, SORT_KEY) | _item_of(epochs),
                ConditionExpression=condition,
                ExpressionAttributeValues=values,
            )


def _item_of(epochs: Epochs) -> Item:
    named = {"active": epochs.active} | ({"candidate": epochs.candidate} if epochs.candidate else {})
    names: Item = {name: {"S": epoch.name} for name, epoch in named.items()}
    return names | {f"{name}_cutoff": {"S": format_instant(epoch.cutoff)} for name, epoch in named.items()}


def _epochs_of(item: Mapping[str, Any]) -> Epochs:
    active, candidate = (
        Epoch(item[name]["S"], datetime.fromisoformat(item[f"{name}_cutoff"]["S"])) if name in item else None
        for name in ("active", "candidate")
    )
    return Epochs(active or FIRST, candidate)
