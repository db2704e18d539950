"""Give a browser its ballot: its own one again where it holds a genuine one, else one for a new voter."""

from datetime import UTC, datetime

import boto3
from aws_lambda_powertools.event_handler import Response
from contracts.api import BallotIssued
from gateway.answer import json_answer
from gateway.aws import BRIEF, bounded
from gateway.entry_point import entry_point
from gateway.resolver import resolver
from gateway.secret import key_ring

from vote_service import http
from vote_service.adapters.new_voter_counts import NewBallotCounts
from vote_service.adapters.rate_limit_counters import BallotCounters
from vote_service.adapters.voting_state import VotingState
from vote_service.config import IssueBallotSettings
from vote_service.domain.voter_token import write_ballot
from vote_service.use_cases.issue_voter_token import Issuing

settings = IssueBallotSettings.from_environment()
app = resolver(settings, http.PROBLEMS, only_pages_of=settings.site_origin)
client, table = bounded(boto3.client("dynamodb", config=BRIEF)), settings.voting_state_table
issuing = Issuing(
    polls=VotingState(client, table),
    counters=BallotCounters(client, table),
    new_ballots=NewBallotCounts(client, table),
    per_network=settings.ballots_per_network,
)


@app.post("/ballot")
@http.ISSUE_BALLOT
def issue() -> Response[str]:
    """Answer until when the ballot is taken; the ballot itself is in the cookie."""
    access_code = http.ISSUE_BALLOT.read(app).access_code
    keys, sender = key_ring(settings.voter_keys_secret_arn), http.read_sender(app)
    ballot = issuing.issue(sender.ballot, sender.viewer_address, access_code, keys, datetime.now(UTC))
    cookie = http.ballot_cookie(write_ballot(ballot, keys))
    return json_answer(BallotIssued(expires_at=ballot.expires_at), cookies=[cookie])


handler = entry_point(app, "IssueBallot")
