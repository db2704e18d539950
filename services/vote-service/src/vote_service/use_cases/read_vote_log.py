"""Read a page of the vote log, or return the reason for refusing it."""

from datetime import datetime

from contracts.vote_log import ReadVoteLog, VoteLogPage, VoteLogRefusal, VoteLogRefused
from pydantic import ValidationError

from vote_service.adapters.votes_log import VotesLog
from vote_service.adapters.voting_state import VotingState
from vote_service.domain.vote_log_page import cut, votes_by_time


def read_vote_log(
    given: object, votes: VotesLog, polls: VotingState, now: datetime
) -> VoteLogPage | VoteLogRefused:
    """Return the page. Raises `Throttled` or `Unavailable` if a table cannot be read.

    `sealed` is determined for a time before the read, so a sealed page misses no vote.
    """
    try:
        request = ReadVoteLog.model_validate(given)
    except ValidationError as error:
        fields = (f"{'.'.join(map(str, e['loc'])) or 'request'}: {e['msg']}" for e in error.errors())
        return VoteLogRefused(reason=VoteLogRefusal.MALFORMED, detail="; ".join(fields))
    poll = polls.find(request.poll_id)
    if poll is None:
        return VoteLogRefused(
            reason=VoteLogRefusal.UNKNOWN_POLL, detail="no poll of this id is known where votes are taken"
        )
    if request.bucket >= poll.keys.buckets:
        return VoteLogRefused(
            reason=VoteLogRefusal.NO_SUCH_BUCKET, detail=f"buckets go from 0 to {poll.keys.buckets - 1}"
        )
    found, more = votes.page(request.poll_id, request.bucket, request.cursor)
    entries, cursor = cut(found, more=more)
    events = votes_by_time(entries)
    return VoteLogPage(
        poll_id=request.poll_id,
        bucket=request.bucket,
        buckets=poll.keys.buckets,
        events=events,
        invalid=len(entries) - len(events),
        cursor=cursor,
        sealed=poll.is_sealed(now),
        closes_at=poll.closes_at,
    )
