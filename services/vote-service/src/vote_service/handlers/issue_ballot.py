"""Give a browser its ballot: its own one again where it holds a genuine one, else one for a new voter."""

from datetime import UTC, datetime

from aws_lambda_powertools.event_handler import Response
from contracts.api import BallotIssued
from gateway.answer import json_answer
from gateway.entry_point import entry_point
from gateway.resolver import resolver
from gateway.secret import key_ring

from vote_service import http
from vote_service.config import IssueBallotSettings
from vote_service.domain.ballot import issue_ballot, write_ballot

settings = IssueBallotSettings.from_environment()
app = resolver(settings, http.PROBLEMS, only_pages_of=settings.site_origin)


@app.post("/ballot")
def issue() -> Response[str]:
    """Answer until when the ballot is taken; the ballot itself is in the cookie."""
    keys = key_ring(settings.voter_keys_secret_arn)
    ballot = issue_ballot(http.read_ballot_cookie(app), keys, datetime.now(UTC))
    cookie = http.ballot_cookie(write_ballot(ballot, keys))
    return json_answer(BallotIssued(expires_at=ballot.expires_at), cookies=[cookie])


handler = entry_point(app, "IssueBallot")
