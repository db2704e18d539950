"""Validate a vote and decide about it: the first state of the vote workflow.

It writes no line of its own per vote: Lambda counts its invocations, and the wrapper's line has the trace id.
"""

from datetime import UTC, datetime
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from chassis.aws import AWS_CONFIG, bounded, within_timeout

from vote_service.adapters.votes_log import VotesLog
from vote_service.adapters.voting_state import VotingState
from vote_service.config import ValidateVoteSettings
from vote_service.use_cases.validate_vote import validate

logger = Logger()
settings = ValidateVoteSettings.from_environment()
client = bounded(boto3.client("dynamodb", config=AWS_CONFIG))
votes = VotesLog(client, settings.votes_log_table)
polls = VotingState(client, settings.voting_state_table, settings.poll_replicas)


@logger.inject_lambda_context
@within_timeout
def handler(event: object, _: LambdaContext) -> dict[str, Any]:
    """Return the decision for the workflow's next state."""
    return validate(event, votes, polls, datetime.now(UTC)).model_dump(mode="json", exclude_none=True)
