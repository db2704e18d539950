"""Return the abuse report of a poll to an organiser, with anonymous counts only."""

from datetime import UTC, datetime

import boto3
from aws_lambda_powertools.event_handler import Response
from chassis.aws import AWS_CONFIG, bounded
from chassis.entry_point import entry_point
from chassis.request import poll_in_path
from chassis.resolver import resolver
from chassis.response import json_answer

from vote_service import http
from vote_service.adapters.abuse_counters import AbuseCounters
from vote_service.adapters.minted_codes import MintedCodes
from vote_service.adapters.new_voter_counts import NewVoterCounts
from vote_service.adapters.votes_log import VotesLog
from vote_service.adapters.voting_state import VotingState
from vote_service.config import GetAbuseReportSettings
from vote_service.use_cases.report_abuse import AbuseReporter

settings = GetAbuseReportSettings.from_environment()
app = resolver(settings, http.PROBLEMS)
client, table = bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.voting_state_table
polls, votes = VotingState(client, table), VotesLog(client, settings.votes_log_table)
abuse_signals, voter_tokens, minted = (
    AbuseCounters(client, table),
    NewVoterCounts(client, table),
    MintedCodes(client, table),
)
abuse_reporter = AbuseReporter(polls, votes, abuse_signals, voter_tokens, minted)


@app.get("/admin/api/polls/<poll_id>/abuse")
@http.GET_ABUSE_REPORT
def report(poll_id: str) -> Response[str]:
    """Return the current abuse report of the poll."""
    return json_answer(abuse_reporter.report(poll_in_path(poll_id), datetime.now(UTC)))


handler = entry_point(app, "GetAbuseReport")
