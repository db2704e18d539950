"""Validate the workflow's input and decide about the vote."""

from datetime import datetime

from chassis.trace import note_trace
from pydantic import ValidationError

from vote_service.adapters.votes_log import VotesLog, item_of
from vote_service.adapters.voting_state import VotingState
from vote_service.domain.vote_decision import (
    SubmittedVote,
    VoteDecision,
    decide,
    invalid,
    is_decided_by_write,
)


def validate(given: object, votes: VotesLog, polls: VotingState, now: datetime) -> VoteDecision:
    """Return the decision, with the item to write if the vote is valid.

    Raises `Throttled` or `Unavailable` if a table cannot be read; an invalid input raises nothing.
    """
    try:
        vote = SubmittedVote.model_validate(given)
    except ValidationError as error:
        return invalid(f"{'.'.join(map(str, e['loc'])) or 'input'}: {e['msg']}" for e in error.errors())
    note_trace(vote.trace_id)
    poll = polls.find(vote.poll_id)
    stored = None if is_decided_by_write(vote, poll, now) else votes.find(vote)
    decision = decide(vote, stored, poll, now)
    if decision.outcome != "valid":
        return decision
    return decision.model_copy(update={"item": item_of(vote, now)})
