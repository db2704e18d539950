"""Decide what is to become of a vote: the first state of the workflow."""

from datetime import UTC, datetime
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from vote_service.config import ValidateVoteSettings
from vote_service.domain.verdict import SubmittedVote, Verdict, invalid, judge
from vote_service.store.aws import SDK
from vote_service.store.votes_log import VotesLog, item_of
from vote_service.store.voting_state import VotingState

logger = Logger()
metrics = Metrics()
settings = ValidateVoteSettings.from_environment()
client = boto3.client("dynamodb", config=SDK)
votes = VotesLog(client, settings.votes_log_table)
polls = VotingState(client, settings.voting_state_table)


def validate(event: object, now: datetime) -> Verdict:
    """Return the verdict on whatever the workflow was given. Raises `Throttled` or `Unavailable`."""
    try:
        vote = SubmittedVote.model_validate(event)
    except ValidationError as error:
        return invalid(f"{'.'.join(map(str, e['loc'])) or 'input'}: {e['msg']}" for e in error.errors())
    verdict = judge(vote, votes.find(vote), polls.find(vote.poll_id), now)
    return verdict.model_copy(update={"item": item_of(vote, now)}) if verdict.outcome == "valid" else verdict


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: object, _: LambdaContext) -> dict[str, Any]:
    """Answer the verdict as the workflow's next state."""
    metrics.add_metric(name="ValidateVote", unit=MetricUnit.Count, value=1)
    return validate(event, datetime.now(UTC)).model_dump(mode="json", exclude_none=True)
