"""Return a poll's results, turnout and certificate to the public, if its policy allows."""

from datetime import UTC, datetime

import boto3
from aws_lambda_powertools.event_handler import Response
from chassis.aws import AWS_CONFIG, bounded
from chassis.entry_point import entry_point
from chassis.request import poll_in_path
from chassis.resolver import resolver
from chassis.response import SHARED_BRIEFLY, json_answer
from contracts.transparency_log import PublicCertificate
from contracts.visibility import Scope

from results_service.adapters.game_results import GameResults
from results_service.adapters.publications import Publications
from results_service.config import ResultsSettings
from results_service.domain.errors import NotPublished
from results_service.domain.results import results_for, turnout_for
from results_service.http import GET_PUBLIC_CERTIFICATE, GET_RESULTS, GET_TURNOUT, PROBLEMS

settings = ResultsSettings.from_environment()
app = resolver(settings, PROBLEMS)
table = (bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.game_results_table)
results, publications = GameResults(*table), Publications(*table)


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


@app.get("/results/<poll_id>/certificate")
@GET_PUBLIC_CERTIFICATE
def get_public_certificate(poll_id: str) -> Response[str]:
    """Return the `PublicCertificate` of a closed poll."""
    poll_id = poll_in_path(poll_id)
    results_for(results.totals(poll_id), Scope.PUBLIC, datetime.now(UTC))
    published = publications.find(poll_id)
    if published is None:
        raise NotPublished("The certificate is published after the close, once a recount has certified it")
    return json_answer(PublicCertificate.model_validate_json(published.certificate), cache=SHARED_BRIEFLY)


handler = entry_point(app, "GetResults")
