"""Read the current role of a member from the members table, where `platform/members` records role changes.

A token holds the groups of the time when it was issued and is valid for 30 minutes. An operation with
`current_role=True` is also authorized by this table, with a consistent read by the token's subject. A user
name can be reassigned to another person, a subject cannot. An account without a role change has no record;
then the role in the token applies.
"""

from typing import TYPE_CHECKING, Any, Final, Self

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from contracts.domain_error import DomainError
from contracts.roles import Role

from chassis.aws import AWS_CONFIG, bounded
from chassis.organiser import Principal

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SUBJECT: Final = "subject"
NO_ROLE: Final = "none"


class MembersUnavailable(DomainError):
    """The members table cannot be read. The operation is refused: access fails closed."""

    retry_after = 2


class Unrecorded(LookupError):
    """The subject has no record: its role was never changed."""


class Members:
    """Reads recorded roles from the members table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    @classmethod
    def at(cls, table: str) -> Self:
        """Return a reader of this table, with a new DynamoDB client."""
        return cls(bounded(boto3.client("dynamodb", config=AWS_CONFIG)), table)

    def recorded_role(self, subject: str) -> Role | None:
        """Return the recorded role; None if the member was removed.

        Raises `Unrecorded` or `MembersUnavailable`.
        """
        try:
            found = self._client.get_item(
                TableName=self._table, Key={SUBJECT: {"S": subject}}, ConsistentRead=True
            )
        except (ClientError, BotoCoreError) as error:
            raise MembersUnavailable from error
        item: dict[str, Any] | None = found.get("Item")
        if item is None:
            raise Unrecorded(subject)
        name = item["role"]["S"]
        return None if name == NO_ROLE else Role(name)

    def current_role(self, principal: Principal) -> Role | None:
        """Return the lower of the token's role and the recorded one. Raises `MembersUnavailable`."""
        try:
            return Role.common(principal.role, self.recorded_role(principal.subject))
        except Unrecorded:
            return principal.role
