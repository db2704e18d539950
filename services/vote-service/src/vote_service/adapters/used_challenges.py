"""Used proof-of-work challenges, in VotingState: each is valid for one vote, including its retries."""

import hmac
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from contracts.enums import Choice
from contracts.ids import VoterKey
from contracts.proof_of_work import Challenge

from vote_service.adapters.aws import map_aws_errors
from vote_service.domain.errors import ProofNeeded

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PREFIX: Final = "#proof#"
CHALLENGE_RETENTION: Final = timedelta(hours=1)
"""How long a used challenge is stored after its expiry."""


class UsedChallenges:
    """One item per solved challenge that a vote has used."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def use(self, challenge: Challenge, voter_key: VoterKey, choice: Choice) -> None:
        """Mark a solved challenge as used for this vote.

        A retry of the same vote may use it again, because the first response may be lost. Any other vote,
        such as one with another guessed code, needs a new challenge.

        Raises `ProofNeeded` if another vote has used the challenge, `Throttled` or `Unavailable`.
        """
        vote = hmac.new(voter_key.encode(), choice.encode(), "sha256").hexdigest()
        expires_at = challenge.expires_at + CHALLENGE_RETENTION
        try:
            with map_aws_errors():
                self._client.put_item(
                    TableName=self._table,
                    Item={
                        "poll_id": {"S": f"{PREFIX}{challenge.signature}"},
                        "vote": {"S": vote},
                        "expires_at": {"N": str(int(expires_at.timestamp()))},
                    },
                    ConditionExpression="attribute_not_exists(poll_id) OR vote = :vote",
                    ExpressionAttributeValues={":vote": {"S": vote}},
                )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            raise ProofNeeded("The challenge has been used for another vote") from error
