"""Take a vote over HTTP: whose it is, then the workflow, then what the workflow said as a status."""

from datetime import UTC, datetime
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from contracts.api import CastVote

from vote_service import workflow
from vote_service.casting import Casting
from vote_service.config import VoteWrapperSettings
from vote_service.http import json_answer, read_ballot_cookie, read_body, resolver
from vote_service.store.aws import SDK
from vote_service.store.voting_state import VotingState

logger = Logger()
metrics = Metrics()
settings = VoteWrapperSettings.from_environment()
app = resolver(settings)
casting = Casting(
    settings,
    VotingState(boto3.client("dynamodb", config=SDK), settings.voting_state_table),
    workflow.VoteWorkflow(boto3.client("stepfunctions", config=workflow.SDK), settings.vote_workflow_arn),
)


@app.post("/vote")
def vote() -> Response[str]:
    """Answer 201 when the vote was recorded now, 200 when it stood already; anything else is raised."""
    answer, status = casting.cast(read_body(app, CastVote), read_ballot_cookie(app), datetime.now(UTC))
    return json_answer(answer, status)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer `POST /vote`."""
    metrics.add_metric(name="VoteWrapper", unit=MetricUnit.Count, value=1)
    return app.resolve(event, context)
