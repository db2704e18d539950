"""Read the audit log, or the entries of one poll, newest first."""

import base64
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from chassis.audit_log import ALL, BY_POLL, from_item
from contracts.audit_log import AuditEvent
from contracts.ids import PollId

from members.adapters.aws import map_aws_errors
from members.domain.errors import BadCursor

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ENTRY: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z#[0-9a-f]+")


class AuditLogReader:
    """Reads pages of the audit log. Raises `BadCursor` or `Unavailable`."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def page(
        self, poll_id: PollId | None, limit: int, cursor: str | None, now: datetime
    ) -> tuple[tuple[AuditEvent, ...], str | None]:
        """Return up to `limit` entries, newest first, and the cursor of the next page, or None.

        Expired entries, which DynamoDB deletes within days, are the oldest, so filtering them leaves no gap.

        The entries of one poll are eventually consistent: the newest may be missing for a moment.
        """
        index: dict[str, Any] = {"ConsistentRead": True} if poll_id is None else {"IndexName": BY_POLL}
        name, value = ("audit_log", ALL) if poll_id is None else ("poll_id", poll_id)
        before = {} if cursor is None else {":before": {"S": _read(cursor)}}
        with map_aws_errors():
            items = self._client.query(
                TableName=self._table,
                KeyConditionExpression=f"{name} = :value" + (" AND entry < :before" if before else ""),
                FilterExpression="expires_at > :now",
                ExpressionAttributeValues={
                    ":value": {"S": value},
                    ":now": {"N": str(int(now.timestamp()))},
                    **before,
                },
                ScanIndexForward=False,
                Limit=limit + 1,
                **index,
            )["Items"]
        more = _write(items[limit - 1]["entry"]["S"]) if len(items) > limit else None
        return tuple(from_item(item) for item in items[:limit]), more


def _write(entry: str) -> str:
    return base64.urlsafe_b64encode(entry.encode()).decode()


def _read(cursor: str) -> str:
    try:
        entry = base64.urlsafe_b64decode(cursor).decode()
    except ValueError as error:
        raise BadCursor from error
    if not ENTRY.fullmatch(entry):
        raise BadCursor
    return entry
