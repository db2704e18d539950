"""Issue a voter token: renew a genuine one for the same voter, or create one for a new voter."""

from datetime import UTC, datetime

import boto3
from aws_lambda_powertools.event_handler import Response
from chassis.aws import BEST_EFFORT_CONFIG, bounded
from chassis.entry_point import entry_point
from chassis.resolver import resolver
from chassis.response import json_answer
from chassis.secret import key_ring
from contracts.api import VoterTokenIssued

from vote_service import http
from vote_service.adapters.new_voter_counts import NewVoterCounts
from vote_service.adapters.rate_limit_counters import VoterTokenCounters
from vote_service.adapters.voting_state import VotingState
from vote_service.config import IssueVoterTokenSettings
from vote_service.domain.voter_token import write_voter_token
from vote_service.use_cases.issue_voter_token import VoterTokenIssuer

settings = IssueVoterTokenSettings.from_environment()
app = resolver(settings, http.PROBLEMS, only_pages_of=settings.site_origin)
client, table = bounded(boto3.client("dynamodb", config=BEST_EFFORT_CONFIG)), settings.voting_state_table
voter_token_issuer = VoterTokenIssuer(
    polls=VotingState(client, table),
    counters=VoterTokenCounters(client, table),
    new_voters=NewVoterCounts(client, table),
    per_network=settings.new_voters_per_network,
)


@app.post("/voter-token")
@http.ISSUE_VOTER_TOKEN
def issue() -> Response[str]:
    """Return the expiry of the voter token; the token itself is in the cookie."""
    access_code = http.ISSUE_VOTER_TOKEN.read(app).access_code
    keys, sender = key_ring(settings.voter_keys_secret_arn), http.read_sender(app)
    voter_token = voter_token_issuer.issue(
        sender.voter_token, sender.client_address, access_code, keys, datetime.now(UTC)
    )
    cookie = http.voter_token_cookie(write_voter_token(voter_token, keys))
    return json_answer(VoterTokenIssued(expires_at=voter_token.expires_at), cookies=[cookie])


handler = entry_point(app, "IssueVoterToken")
