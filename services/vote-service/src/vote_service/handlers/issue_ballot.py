"""Give a browser its ballot: its own one again where it holds a genuine one, else one for a new voter."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from contracts.api import BallotIssued

from vote_service.config import IssueBallotSettings
from vote_service.domain.ballot import issue_ballot, write_ballot
from vote_service.http import ballot_cookie, json_answer, read_ballot_cookie, resolver
from vote_service.secret_keys import key_ring

logger = Logger()
metrics = Metrics()
settings = IssueBallotSettings.from_environment()
app = resolver(settings)


@app.post("/ballot")
def issue() -> Response[str]:
    """Answer until when the ballot is taken; the ballot itself is in the cookie."""
    keys = key_ring(settings.voter_keys_secret_arn)
    ballot = issue_ballot(read_ballot_cookie(app), keys, datetime.now(UTC))
    cookie = ballot_cookie(write_ballot(ballot, keys))
    return json_answer(BallotIssued(expires_at=ballot.expires_at), cookies=[cookie])


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer `POST /ballot`."""
    metrics.add_metric(name="IssueBallot", unit=MetricUnit.Count, value=1)
    return app.resolve(event, context)
