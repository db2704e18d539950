"""The first step of the workflow: from whatever it was given to a verdict."""

from datetime import datetime

from pydantic import ValidationError

from vote_service.adapters.votes_log import VotesLog, item_of
from vote_service.adapters.voting_state import VotingState
from vote_service.domain.vote_decision import SubmittedVote, VoteDecision, decide, invalid


def validate(given: object, votes: VotesLog, polls: VotingState, now: datetime) -> VoteDecision:
    """Return the verdict, with the whole item to write where the vote is valid.

    Raises `Throttled` or `Unavailable` when a table cannot be read; never for what was given.
    """
    try:
        vote = SubmittedVote.model_validate(given)
    except ValidationError as error:
        return invalid(f"{'.'.join(map(str, e['loc'])) or 'input'}: {e['msg']}" for e in error.errors())
    verdict = decide(vote, votes.find(vote), polls.find(vote.poll_id), now)
    return verdict.model_copy(update={"item": item_of(vote, now)}) if verdict.outcome == "valid" else verdict
