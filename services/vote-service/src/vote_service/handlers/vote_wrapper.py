"""Accept a vote over HTTP: identify the voter, run the vote workflow, return its outcome as a status."""

from datetime import UTC, datetime

import boto3
from aws_lambda_powertools.event_handler import Response
from chassis.aws import AWS_CONFIG, BEST_EFFORT_CONFIG, bounded
from chassis.entry_point import entry_point
from chassis.resolver import resolver
from chassis.response import json_answer
from chassis.trace import note_trace
from contracts.ids import new_trace_id

from vote_service import http
from vote_service.adapters import vote_workflow
from vote_service.adapters.abuse_counters import AbuseCounters
from vote_service.adapters.used_challenges import UsedChallenges
from vote_service.adapters.voting_state import OpenPolls, VotingState
from vote_service.config import VoteWrapperSettings
from vote_service.use_cases.cast_vote import VoteCaster
from vote_service.use_cases.note_abuse_signals import AbuseSignalRecorder

settings = VoteWrapperSettings.from_environment()
app = resolver(settings, http.PROBLEMS, only_pages_of=settings.site_origin)
client, table = bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.voting_state_table
states = bounded(boto3.client("stepfunctions", config=vote_workflow.AWS_CONFIG))
vote_caster = VoteCaster(
    settings,
    OpenPolls(VotingState(client, table, settings.poll_replicas)),
    vote_workflow.VoteWorkflow(states, settings.vote_workflow_arn),
    UsedChallenges(client, table),
    AbuseSignalRecorder(AbuseCounters(bounded(boto3.client("dynamodb", config=BEST_EFFORT_CONFIG)), table)),
)


@app.post("/vote")
@http.VOTE
def vote() -> Response[str]:
    """Return 201 if the vote is newly recorded, 200 if it was recorded before; errors are raised."""
    # A trace id of the client could be an identity: a firewall's sample has it beside the address (ADR 38).
    trace_id = new_trace_id()
    note_trace(trace_id)
    answer, status = vote_caster.cast(http.VOTE.read(app), http.read_sender(app), trace_id, datetime.now(UTC))
    return json_answer(answer, status)


handler = entry_point(app, "VoteWrapper")
