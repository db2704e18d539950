"""Write role changes to the members table, in a transaction that also checks the acting owner's role.

The transaction has a condition on the acting owner's record: the role is still owner at the time of the
write. Owners cannot change or remove themselves, so an owner remains after every transaction. If two owners
remove each other concurrently, the second transaction fails (ADR 29).
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from chassis.members import NO_ROLE, SUBJECT, Members
from chassis.organiser import InsufficientRole
from contracts.roles import Role

from members.adapters.aws import map_aws_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

REMOVED_RECORD_TTL: Final = timedelta(days=1)
"""TTL of a removed member's record: longer than the validity of a token. Subjects are never reused."""
_REFUSED: Final = "ConditionalCheckFailed"


class RoleAlreadyRecorded(Exception):
    """The account already has a recorded role, so an invitation must not assign one."""


class MembersStore(Members):
    """Writes roles. Every method raises `InsufficientRole` if the acting member is no longer an owner."""

    def set_role(self, subject: str, role: Role | None, by: str, entry: "TransactWriteItemTypeDef") -> None:
        """Replace the recorded role and add an entry to the audit log, in one transaction.

        The role None marks an account as removed.
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
        """Record the role of a new account. Raises `RoleAlreadyRecorded` if it already has one."""
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
        with map_aws_errors():
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
