"""Writing the table of members: every change of access is one transaction with the authority behind it.

The transaction holds a condition on the record of the owner who asks: that they are owner at the moment of
the write. Because no owner can change or remove themselves, an owner is left after every transaction, however
many owners act at once: of two who remove each other the second finds itself removed (ADR 29).
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from contracts.roles import Role
from gateway.members import NO_ROLE, SUBJECT, Members
from gateway.organiser import InsufficientRole

from members.adapters.aws import failures_as_refusals

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

REMOVED_RECORD_TTL: Final = timedelta(days=1)
"""Longer than a token of the removed account may live; its subject is never given out again."""
_REFUSED: Final = "ConditionalCheckFailed"


class RoleAlreadyRecorded(Exception):
    """The account has a role on record already, so it is not for an invitation to give one."""


class MembersStore(Members):
    """Changes records. Every method raises `InsufficientRole` when the acting owner is owner no more."""

    def set_role(self, subject: str, role: Role | None, by: str, entry: "TransactWriteItemTypeDef") -> None:
        """Record a role in place of the one before, with an entry in the audit log.

        None is for an account that is being removed.
        """
        ends = (
            {}
            if role
            else {"expires_at": {"N": str(int((datetime.now(UTC) + REMOVED_RECORD_TTL).timestamp()))}}
        )
        record: TransactWriteItemTypeDef = {
            "Put": {"TableName": self._table, "Item": {**_record(subject, role), **ends}}
        }
        self._write(by, record, entry)

    def assign_first_role(self, subject: str, role: Role, by: str) -> None:
        """Record the role of a new account. Raises `RoleAlreadyRecorded` when it has one on record."""
        self._write(
            by,
            {
                "Put": {
                    "TableName": self._table,
                    "Item": _record(subject, role),
                    "ConditionExpression": f"attribute_not_exists({SUBJECT})",
                }
            },
        )

    def _write(self, by: str, *changes: "TransactWriteItemTypeDef") -> None:
        authority: TransactWriteItemTypeDef = {
            "ConditionCheck": {
                "TableName": self._table,
                "Key": {SUBJECT: {"S": by}},
                "ConditionExpression": f"attribute_not_exists({SUBJECT}) OR #role = :owner",
                "ExpressionAttributeNames": {"#role": "role"},
                "ExpressionAttributeValues": {":owner": {"S": Role.OWNER.value}},
            }
        }
        with failures_as_refusals():
            try:
                self._client.transact_write_items(TransactItems=[authority, *changes])
            except self._client.exceptions.TransactionCanceledException as error:
                reasons: Sequence[str | None] = [
                    reason.get("Code") for reason in error.response.get("CancellationReasons", ())
                ]
                if reasons[:1] == [_REFUSED]:
                    raise InsufficientRole(
                        "This needs the role owner, and yours was changed just now."
                    ) from error
                if reasons[1:2] == [_REFUSED]:
                    raise RoleAlreadyRecorded from error
                raise


def _record(subject: str, role: Role | None) -> dict[str, dict[str, str]]:
    return {SUBJECT: {"S": subject}, "role": {"S": role.value if role else NO_ROLE}}
