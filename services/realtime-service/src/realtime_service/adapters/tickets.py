"""Store used tickets until after their expiry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from realtime_service.adapters.errors import ConditionFailed, map_aws_errors
from realtime_service.domain.ticket import BadTicket, Ticket

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

KEPT_AFTER_EXPIRY_SECONDS: Final = 3600


class Tickets:
    """Stores the items `ticket` / ticket id."""

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def use(self, ticket: Ticket, connection_id: str) -> None:
        """Mark the ticket as used by this connection, in one conditional write.

        The same connection may use it again, because the response to an earlier attempt may have been lost.
        Raises `BadTicket` if another connection has used it, `StoreUnavailable`.
        """
        expires_at = int(ticket.expires_at.timestamp()) + KEPT_AFTER_EXPIRY_SECONDS
        connection: AttributeValueTypeDef = {"S": connection_id}
        item: dict[str, AttributeValueTypeDef] = {
            "pk": {"S": "ticket"},
            "sk": {"S": ticket.ticket_id},
            "expires_at": {"N": str(expires_at)},
            "connection_id": connection,
        }
        try:
            with map_aws_errors():
                self._dynamodb.put_item(
                    TableName=self._table,
                    Item=item,
                    ConditionExpression="attribute_not_exists(pk) OR connection_id = :connection",
                    ExpressionAttributeValues={":connection": connection},
                )
        except ConditionFailed as error:
            raise BadTicket("the ticket was used before") from error
