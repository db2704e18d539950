"""Return a poll's results to organisers, in any status and visibility, and its recounts."""

from datetime import UTC, datetime

import boto3
from aws_lambda_powertools.event_handler import Response
from chassis.aws import AWS_CONFIG, bounded
from chassis.entry_point import entry_point
from chassis.members import Members
from chassis.request import poll_in_path
from chassis.resolver import resolver
from chassis.response import json_answer
from contracts.visibility import Scope

from results_service.adapters.game_results import GameResults
from results_service.adapters.recounts import Recounts
from results_service.config import AdminResultsSettings
from results_service.domain.results import results_for
from results_service.http import GET_ADMIN_RESULTS, GET_CERTIFICATE, GET_PRESENTER_RESULTS, PROBLEMS
from results_service.use_cases.request_recount import recount_of

settings = AdminResultsSettings.from_environment()
members = Members.at(settings.members_table)
app = resolver(settings, PROBLEMS, current_role=members.current_role, presenters=members)
table = (bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.game_results_table)
results, recounts = GameResults(*table), Recounts(*table)


@app.get("/admin/api/results/<poll_id>")
@GET_ADMIN_RESULTS
def get_admin_results(poll_id: str) -> Response[str]:
    """Return `Results` for an organiser."""
    return _results(poll_id)


@app.get("/admin/api/presenter/results/<poll_id>")
@GET_PRESENTER_RESULTS
def get_presenter_results(poll_id: str) -> Response[str]:
    """Return `Results` for a presenter session, whose member's role is checked now."""
    return _results(poll_id)


def _results(poll_id: str) -> Response[str]:
    return json_answer(results_for(results.totals(poll_in_path(poll_id)), Scope.ORGANISER, datetime.now(UTC)))


@app.get("/admin/api/results/<poll_id>/certificate")
@GET_CERTIFICATE
def get_certificate(poll_id: str) -> Response[str]:
    """Return the `Recount`: the recount under way and the newest certificate."""
    return json_answer(recount_of(poll_in_path(poll_id), results, recounts))


handler = entry_point(app, "GetAdminResults")
