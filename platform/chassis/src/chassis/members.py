"""Read the current role of a member from the members table, where `platform/members` records role changes.

A token holds the groups of the time when it was issued and is valid for 30 minutes. An operation with
`current_role=True` is also authorized by this table, with a consistent read by the token's subject. A user
name can be reassigned to another person, a subject cannot. An account without a role change has no record;
then the role in the token applies.
"""

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Self

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from contracts.domain_error import DomainError
from contracts.roles import Role

from chassis.aws import AWS_CONFIG, bounded
from chassis.organiser import NotSignedIn, Principal

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SUBJECT: Final = "subject"
NO_ROLE: Final = "none"
PRESENTER_COOKIE: Final = "__Host-presenter"
"""Cookie with the token of a presenter session (ADR 53), inaccessible to scripts."""
PRESENTER: Final = "#presenter#"
"""Kind of item in the members table: a presenter session, under the hash of its token."""


def presenter_key(token: str) -> str:
    """Return the key of a presenter session: a hash, so that a reader of the table has no session."""
    return f"{PRESENTER}{sha256(token.encode()).hexdigest()}"


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
        item = self._item(subject)
        if item is None:
            raise Unrecorded(subject)
        name = item["role"]["S"]
        return None if name == NO_ROLE else Role(name)

    def presenter(self, token: str | None, now: datetime) -> Principal:
        """Return the member of a presenter session, with the role of its start.

        Raises `NotSignedIn` if the session is unknown, has ended or was signed out, or `MembersUnavailable`.
        """
        item = self._item(presenter_key(token)) if token else None
        # DynamoDB removes expired items late, so the time is compared too.
        if item is None or now.timestamp() >= int(item["expires_at"]["N"]):
            raise NotSignedIn("Your sign-in on this presenter has ended.")
        return Principal(item["member"]["S"], item["name"]["S"], Role(item["role"]["S"]))

    def _item(self, subject: str) -> dict[str, Any] | None:
        try:
            found = self._client.get_item(
                TableName=self._table, Key={SUBJECT: {"S": subject}}, ConsistentRead=True
            )
        except (ClientError, BotoCoreError) as error:
            raise MembersUnavailable from error
        item: dict[str, Any] | None = found.get("Item")
        return item

    def current_role(self, principal: Principal) -> Role | None:
        """Return the lower of the token's role and the recorded one. Raises `MembersUnavailable`."""
        try:
            return Role.common(principal.role, self.recorded_role(principal.subject))
        except Unrecorded:
            return principal.role
