"""Return a poll's votes over time to organisers, in any status and visibility."""

import boto3
from aws_lambda_powertools.event_handler import Response
from chassis.aws import AWS_CONFIG, bounded
from chassis.entry_point import entry_point
from chassis.request import poll_in_path
from chassis.resolver import resolver
from chassis.response import json_answer

from results_service.adapters.epochs import EpochStore
from results_service.adapters.game_results import GameResults
from results_service.adapters.votes_over_time import SeriesPoints
from results_service.config import ResultsSettings
from results_service.http import GET_VOTES_OVER_TIME, PROBLEMS
from results_service.use_cases.get_votes_over_time import series_of

settings = ResultsSettings.from_environment()
app = resolver(settings, PROBLEMS)
table = (bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.game_results_table)
results, points, epochs = GameResults(*table), SeriesPoints(*table), EpochStore(*table)


@app.get("/admin/api/results/<poll_id>/series")
@GET_VOTES_OVER_TIME
def get_votes_over_time(poll_id: str) -> Response[str]:
    """Return the `Series` for an organiser."""
    return json_answer(series_of(poll_in_path(poll_id), results, points, epochs))


handler = entry_point(app, "GetVotesOverTime")
