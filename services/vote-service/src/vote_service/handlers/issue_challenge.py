"""Issue a proof-of-work challenge to the holder of a voter token, for one poll."""

from datetime import UTC, datetime

import boto3
from aws_lambda_powertools.event_handler import Response
from chassis.aws import AWS_CONFIG, bounded
from chassis.entry_point import entry_point
from chassis.resolver import resolver
from chassis.response import json_answer
from chassis.secret import key_ring

from vote_service import http
from vote_service.adapters.voting_state import VotingState
from vote_service.config import IssueChallengeSettings
from vote_service.domain.voter_token import read_voter_token
from vote_service.use_cases.prove_work import issue_challenge

settings = IssueChallengeSettings.from_environment()
app = resolver(settings, http.PROBLEMS, only_pages_of=settings.site_origin)
polls = VotingState(
    bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.voting_state_table, settings.poll_replicas
)


@app.post("/voter-token/challenge")
@http.ISSUE_CHALLENGE
def challenge() -> Response[str]:
    """Return a challenge that is valid only for this voter and this poll."""
    poll_id, now = http.ISSUE_CHALLENGE.read(app).poll_id, datetime.now(UTC)
    keys = key_ring(settings.voter_keys_secret_arn)
    voter_token = read_voter_token(http.read_voter_token_cookie(app), keys)
    voter_token.require_valid(now)
    return json_answer(issue_challenge(polls.get_public(poll_id), voter_token.voter_id, keys, now))


handler = entry_point(app, "IssueChallenge")
