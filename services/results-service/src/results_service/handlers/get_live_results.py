"""Return a poll's results to its voters."""

from datetime import UTC, datetime

import boto3
from aws_lambda_powertools.event_handler import Response
from chassis.aws import AWS_CONFIG, bounded
from chassis.entry_point import entry_point
from chassis.request import poll_in_path
from chassis.resolver import resolver
from chassis.response import json_answer
from chassis.secret import key_ring
from contracts.visibility import Scope

from results_service.adapters.game_results import GameResults
from results_service.config import LiveSettings
from results_service.domain.results import results_for
from results_service.domain.results_pass import require_pass
from results_service.http import GET_LIVE_RESULTS, PROBLEMS

settings = LiveSettings.from_environment()
app = resolver(settings, PROBLEMS)
results = GameResults(bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.game_results_table)


@app.post("/live/results/<poll_id>")
@GET_LIVE_RESULTS
def get_live_results(poll_id: str) -> Response[str]:
    """Return `Results` for a voter of this poll; the results pass proves the vote."""
    poll_id, now = poll_in_path(poll_id), datetime.now(UTC)
    shown_pass = GET_LIVE_RESULTS.read(app).results_pass
    require_pass(shown_pass, poll_id, key_ring(settings.results_pass_secret_arn), now)
    return json_answer(results_for(results.totals(poll_id), Scope.VOTER, now))


handler = entry_point(app, "GetLiveResults")
