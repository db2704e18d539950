"""Challenges that were used, in VotingState beside the polls: each serves one vote, however often sent."""

import hmac
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from contracts.ids import Choice, VoterKey
from contracts.proof import Challenge

from vote_service.adapters.aws import failures_as_refusals
from vote_service.domain.errors import ProofNeeded

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PREFIX: Final = "#proof#"
CHALLENGE_RETENTION: Final = timedelta(hours=1)
"""How long it is remembered after nobody could use it any more."""


class UsedChallenges:
    """One item per solved challenge that came with a vote."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def use(self, challenge: Challenge, voter_key: VoterKey, choice: Choice) -> None:
        """Use a solved challenge for this vote.

        The same vote may come with it again: nobody may have heard whether the first one counted. Any other
        one, such as the next code that somebody tries, needs a challenge of its own.

        Raises `ProofNeeded` when it served another vote, `Throttled` or `Unavailable`.
        """
        vote = hmac.new(voter_key.encode(), choice.encode(), "sha256").hexdigest()
        expires_at = challenge.expires_at + CHALLENGE_RETENTION
        try:
            with failures_as_refusals():
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
