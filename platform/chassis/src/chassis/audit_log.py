"""Write audit events of organisers and operators; all services share one audit log table.

Each entry is written once, on the condition that its key is new. The table's resource policy denies updates
and deletes to every principal, and no role allows them. If the change is a transaction, the entry is part of
it; otherwise the entry is written before the change, so that no change is without an entry. A repeated
submission has one entry: a marker with the client's id for the submission is written in the same transaction.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Self

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from botocore.exceptions import BotoCoreError, ClientError
from contracts.audit_log import AuditAction, AuditEvent, OperatorAction
from contracts.domain_error import DomainError
from contracts.ids import PollId
from contracts.model import format_instant
from contracts.stream import AttributeValue

from chassis.organiser import Principal, authenticated_principal

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import PutTypeDef, TransactWriteItemTypeDef

ALL: Final = "all"
BY_POLL: Final = "by_poll"
ONCE: Final = "once"
"""Partition key of submission markers. A marker holds the time of the first submission; it is no entry."""
OPERATOR: Final = "operator"
REPEATABLE_FOR: Final = timedelta(days=90)
"""TTL of submission markers: longer than any page keeps an unanswered submission."""
AUDIT_RETENTION: Final = timedelta(days=730)
_NUMBERS: Final = frozenset({"revision"})


class AuditLogUnavailable(DomainError):
    """The audit event could not be written, so the change was not made."""

    retry_after = 2


@dataclass(frozen=True)
class PendingAuditEvent:
    """An audit event before the change is made; `entry` adds the poll and its revision."""

    principal: Principal
    action: AuditAction | OperatorAction
    at: datetime
    about: str | None = None

    @classmethod
    def by(cls, app: APIGatewayHttpResolver, action: AuditAction, about: str | None = None) -> Self:
        """Return an event of the authenticated organiser, at the current time. Raises `NotSignedIn`."""
        return cls(authenticated_principal(app), action, datetime.now(UTC), about)

    @classmethod
    def by_operator(cls, name: str | None, action: OperatorAction) -> Self:
        """Return an event of an operator with AWS permissions, at the current time; `name` is unverified."""
        return cls(Principal(OPERATOR, name or OPERATOR, None), action, datetime.now(UTC))

    def entry(self, poll_id: PollId | None = None, revision: int | None = None) -> AuditEvent:
        """Return the entry to write."""
        return AuditEvent(
            at=self.at, subject=self.principal.subject, name=self.principal.name,
            action=self.action, about=self.about, poll_id=poll_id, revision=revision,
        )  # fmt: skip


class AuditLog:
    """Adds entries to the audit log; it has no method that changes one."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def add(self, entry: AuditEvent) -> None:
        """Write one entry outside of a transaction. Raises `AuditLogUnavailable`."""
        try:
            self._client.put_item(**put_of(entry, self._table))
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # the key is random: an earlier attempt of this call succeeded and its response was lost
        except (ClientError, BotoCoreError) as error:
            raise AuditLogUnavailable from error

    def part_of_transaction(self, entry: AuditEvent) -> "TransactWriteItemTypeDef":
        """Return the write of the entry, as an item for the transaction that makes the change."""
        return write_of(entry, self._table)

    def add_once(self, entry: AuditEvent, submission: str) -> datetime:
        """Write the entry of a submission unless it was written before; return the time of the entry.

        Raises `AuditLogUnavailable`.
        """
        try:
            self._client.transact_write_items(
                TransactItems=[
                    {"Put": _marker_of(entry, submission, self._table)},
                    write_of(entry, self._table),
                ]
            )
        except self._client.exceptions.TransactionCanceledException as error:
            cancelled: Any = error.response
            marked = cancelled["CancellationReasons"][0]
            if marked.get("Code") != "ConditionalCheckFailed":
                raise AuditLogUnavailable from error
            return datetime.fromisoformat(marked["Item"]["at"]["S"])
        except (ClientError, BotoCoreError) as error:
            raise AuditLogUnavailable from error
        return entry.at


def _marker_of(entry: AuditEvent, submission: str, table: str) -> "PutTypeDef":
    unique_parts = (entry.action, entry.subject, entry.poll_id or "", submission)
    return {
        "TableName": table,
        "Item": {
            "audit_log": {"S": ONCE},
            "entry": {"S": sha256("\0".join(unique_parts).encode()).hexdigest()},
            "at": {"S": format_instant(entry.at)},
            "expires_at": {"N": str(int((entry.at + REPEATABLE_FOR).timestamp()))},
        },
        "ConditionExpression": "attribute_not_exists(entry) OR expires_at <= :now",
        "ExpressionAttributeValues": {":now": {"N": str(int(entry.at.timestamp()))}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def write_of(entry: AuditEvent, table: str) -> "TransactWriteItemTypeDef":
    """Return the write of the entry, as an item for the transaction that makes the change."""
    return {"Put": put_of(entry, table)}


def put_of(entry: AuditEvent, table: str) -> "PutTypeDef":
    """Return the arguments of `PutItem` for an entry, under a new key."""
    return {
        "TableName": table,
        "Item": _to_item(entry),
        "ConditionExpression": "attribute_not_exists(entry)",
    }


def _to_item(entry: AuditEvent) -> dict[str, AttributeValue]:
    fields = {
        name: {"N": str(value)} if name in _NUMBERS else {"S": str(value)}
        for name, value in entry.model_dump(mode="json", exclude_none=True).items()
    }
    return {
        "audit_log": {"S": ALL},
        "entry": {"S": f"{format_instant(entry.at)}#{secrets.token_hex(6)}"},
        "expires_at": {"N": str(int((entry.at + AUDIT_RETENTION).timestamp()))},
        **fields,
    }


def from_item(item: "dict[str, Any]") -> AuditEvent:
    """Return the entry that is stored in an item."""
    return AuditEvent.model_validate(
        {name: next(iter(item[name].values())) for name in AuditEvent.model_fields if name in item}
    )
