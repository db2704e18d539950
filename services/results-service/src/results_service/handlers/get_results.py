"""Return a poll's results and turnout to the public, if its policy allows."""

from datetime import UTC, datetime

import boto3
from aws_lambda_powertools.event_handler import Response
from chassis.aws import AWS_CONFIG, bounded
from chassis.entry_point import entry_point
from chassis.request import poll_in_path
from chassis.resolver import resolver
from chassis.response import SHARED_BRIEFLY, json_answer
from contracts.visibility import Scope

from results_service.adapters.game_results import GameResults
from results_service.config import ResultsSettings
from results_service.domain.results import results_for, turnout_for
from results_service.http import GET_RESULTS, GET_TURNOUT, PROBLEMS

settings = ResultsSettings.from_environment()
app = resolver(settings, PROBLEMS)
results = GameResults(bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.game_results_table)


@app.get("/results/<poll_id>")
@GET_RESULTS
def get_results(poll_id: str) -> Response[str]:
    """Return `Results` for the public."""
    poll_id = poll_in_path(poll_id)
    shown = results_for(results.totals(poll_id), Scope.PUBLIC, datetime.now(UTC))
    return json_answer(shown, cache=SHARED_BRIEFLY)


@app.get("/results/<poll_id>/turnout")
@GET_TURNOUT
def get_turnout(poll_id: str) -> Response[str]:
    """Return `Turnout` for the public."""
    shown = turnout_for(results.totals(poll_in_path(poll_id)), Scope.PUBLIC, datetime.now(UTC))
    return json_answer(shown, cache=SHARED_BRIEFLY)


handler = entry_point(app, "GetResults")
