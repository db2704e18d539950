"""The current role of each member: the table in which `platform/members` records every change of access.

A token names the groups of the moment when it was issued, and lives 30 minutes. An operation that declares
`current_role=True` is decided by this table as well, read consistently and by the token's subject: a user
name may be given to another person, a subject never is. An account whose role was never changed has no
record; then the token is as good as the table.
"""

from typing import TYPE_CHECKING, Any, Final, Self

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from contracts.refusal import DomainError
from contracts.roles import Role

from gateway.aws import AWS_CONFIG, bounded
from gateway.organiser import Principal

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SUBJECT: Final = "subject"
NO_ROLE: Final = "none"


class MembersUnavailable(DomainError):
    """The table of members does not answer. The operation is not done: access fails closed."""

    retry_after = 2


class Unrecorded(LookupError):
    """No change of this subject's access was ever made here."""


class Members:
    """Reads the recorded roles."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    @classmethod
    def at(cls, table: str) -> Self:
        """Return the members of this table, read by a client of their own."""
        return cls(bounded(boto3.client("dynamodb", config=AWS_CONFIG)), table)

    def recorded_role(self, subject: str) -> Role | None:
        """Return the role on record. Raises `Unrecorded` or `MembersUnavailable`."""
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
            return Role.weaker(principal.role, self.recorded_role(principal.subject))
        except Unrecorded:
            return principal.role
