"""Publications in GameResults: texts of closed polls, published certificates, and the log of certificates.

The log of certificates is append-only: an entry is written once at its index, in the transaction that records
its publication. A checkpoint covers entries that are stored, so no checkpoint contradicts an earlier one.
"""

from typing import TYPE_CHECKING, Any, Final

from contracts.model import format_instant
from contracts.stream import from_map, to_map
from contracts.transparency_log import LogKey, LogKeys, certificate_entry

from results_service.adapters.calls import ConditionFailed, items_with, key_of, map_aws_errors
from results_service.domain.errors import StoreUnavailable
from results_service.domain.log_tree import TILE_WIDTH
from results_service.domain.publication import CertificateLogHead, PollTexts, Publication

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

PUBLISHED: Final = "#published#"
"""Partition of a poll's publication, and of the logs' own items: the role that publishes writes no other."""

LOGS: Final = f"{PUBLISHED}logs"
_ENTRY: Final = "entry#"
_NEW: Final = "attribute_not_exists(pk)"
_ATTEMPTS: Final = 5


class Publications:
    """Stores publications. Every method raises `StoreUnavailable`."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def keep_texts(self, poll_id: str, texts: PollTexts) -> None:
        """Store the texts of a poll that has closed."""
        with map_aws_errors("keep texts"):
            self._client.put_item(
                TableName=self._table, Item=key_of(poll_id, "texts") | {"texts": to_map(texts)}
            )

    def texts(self, poll_id: str) -> PollTexts | None:
        """Return a poll's texts; None if it has not closed, or is deleted."""
        item = self._item(poll_id, "texts")
        return from_map(item["texts"], PollTexts) if "texts" in item else None

    def forget(self, poll_id: str) -> None:
        """Remove the texts of a deleted poll, and its certificate, which states them."""
        for key in (key_of(poll_id, "texts"), _publication_key(poll_id)):
            with map_aws_errors("forget texts"):
                self._client.put_item(TableName=self._table, Item=key)

    def find(self, poll_id: str) -> Publication | None:
        """Return a poll's publication; None if there is none, or the poll is deleted."""
        item = self._item(f"{PUBLISHED}{poll_id}", "publication")
        return Publication.model_validate_json(item["body"]["S"]) if "body" in item else None

    def record(self, publication: Publication) -> Publication:
        """Store the publication and its entry in the log of certificates, or return the one that is stored.

        A delivery at the same time may be faster: the first publication counts, and each has one entry.
        """
        entry = certificate_entry(publication.poll_id, publication.certificate.encode()).decode()
        put: Any = {"TableName": self._table, "ConditionExpression": _NEW}
        body = {"body": {"S": publication.model_dump_json()}}
        for _ in range(_ATTEMPTS):
            writes: list[TransactWriteItemTypeDef] = [
                {"Put": put | {"Item": _publication_key(publication.poll_id) | body}},
                {"Put": put | {"Item": _entry_key(self.size()) | {"entry": {"S": entry}}}},
            ]
            with map_aws_errors("record a publication"):
                try:
                    self._client.transact_write_items(TransactItems=writes)
                except self._client.exceptions.TransactionCanceledException:
                    pass
                else:
                    return publication
            stored = self.find(publication.poll_id)
            if stored is not None:
                return stored
        raise StoreUnavailable("record a publication: other publications were faster")

    def size(self) -> int:
        """Return the number of entries of the log of certificates."""
        newest = next(items_with(self._client, self._table, LOGS, _ENTRY, newest_only=True), None)
        return 0 if newest is None else int(newest["sk"]["S"].removeprefix(_ENTRY)) + 1

    def bundle(self, number: int) -> list[bytes]:
        """Return the entries of the log of certificates from `number` x 256 on, at most 256."""
        with map_aws_errors("read the log of certificates"):
            found = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :logs AND sk BETWEEN :first AND :last",
                ExpressionAttributeValues={
                    ":logs": {"S": LOGS},
                    ":first": _entry_key(number * TILE_WIDTH)["sk"],
                    ":last": _entry_key((number + 1) * TILE_WIDTH - 1)["sk"],
                },
                ConsistentRead=True,
            )
        return [item["entry"]["S"].encode() for item in found["Items"]]

    def head(self) -> CertificateLogHead | None:
        """Return the log of certificates as last signed."""
        item = self._item(LOGS, "head")
        return CertificateLogHead.model_validate_json(item["body"]["S"]) if item else None

    def advance(self, head: CertificateLogHead, after: int) -> bool:
        """Store the head that follows the one of size `after`; return whether it was still the newest."""
        item = key_of(LOGS, "head") | {"body": {"S": head.model_dump_json()}, "size": {"N": str(head.size)}}
        try:
            with map_aws_errors("sign the log of certificates"):
                self._client.put_item(
                    TableName=self._table,
                    Item=item,
                    ConditionExpression=f"{_NEW} OR #size = :after",
                    ExpressionAttributeNames={"#size": "size"},
                    ExpressionAttributeValues={":after": {"N": str(after)}},
                )
        except ConditionFailed:
            return False
        return True

    def keys_with(self, vkey: str, now: "datetime") -> LogKeys:
        """Return the history of keys, of which `vkey` signs from now on if another one was the last."""
        item = self._item(LOGS, "keys")
        keys = LogKeys.model_validate_json(item["body"]["S"]).keys if item else ()
        if not keys or keys[-1].vkey != vkey:
            ended = tuple(
                key if key.valid_until else key.model_copy(update={"valid_until": now}) for key in keys
            )
            keys = (*ended, LogKey(vkey=vkey, valid_from=now, valid_until=None))
            body = {"body": {"S": LogKeys(keys=keys).model_dump_json()}, "at": {"S": format_instant(now)}}
            with map_aws_errors("note a log key"):
                self._client.put_item(TableName=self._table, Item=key_of(LOGS, "keys") | body)
        return LogKeys(keys=keys)

    def _item(self, partition: str, sort_key: str) -> dict[str, Any]:
        with map_aws_errors(f"read {sort_key}"):
            answer = self._client.get_item(
                TableName=self._table, Key=key_of(partition, sort_key), ConsistentRead=True
            )
        return dict(answer.get("Item", {}))


def _publication_key(poll_id: str) -> dict[str, Any]:
    return key_of(f"{PUBLISHED}{poll_id}", "publication")


def _entry_key(index: int) -> dict[str, Any]:
    return key_of(LOGS, f"{_ENTRY}{index:012d}")
