"""Read a page of the vote log or of its receipt hashes, or return the reason for refusing it."""

from datetime import datetime
from functools import partial

from contracts.transparency_log import ReadReceiptHashes, ReceiptHashPage
from contracts.vote_log import ReadVoteLog, VoteLogPage, VoteLogRefusal, VoteLogRefused
from pydantic import ValidationError

from vote_service.adapters.votes_log import VotesLog
from vote_service.adapters.voting_state import VotingState
from vote_service.domain.poll import PollCopy
from vote_service.domain.vote_log_page import (
    LogPlace,
    VoteLogEntry,
    read_section,
    receipt_hashes,
    sections_of,
    votes_by_time,
)


def read_vote_log(
    given: object, votes: VotesLog, polls: VotingState, now: datetime
) -> VoteLogPage | VoteLogRefused:
    """Return the page. Raises `Throttled` or `Unavailable` if a table cannot be read.

    `sealed` is determined for a time before the read, so a sealed page misses no vote.
    """
    request = _request(ReadVoteLog, given)
    if isinstance(request, VoteLogRefused):
        return request
    poll = _poll_of(request, polls)
    if isinstance(poll, VoteLogRefused):
        return poll
    page = _page(request, poll, votes)
    if isinstance(page, VoteLogRefused):
        return page
    entries, cursor = page
    events = votes_by_time(entries)
    return VoteLogPage(
        poll_id=request.poll_id,
        bucket=request.bucket,
        buckets=sections_of(poll.keys.buckets),
        events=events,
        invalid=len(entries) - len(events),
        cursor=cursor,
        sealed=poll.is_sealed(now),
        closes_at=poll.closes_at,
    )


def read_receipt_hashes(
    given: object, votes: VotesLog, polls: VotingState, now: datetime
) -> ReceiptHashPage | VoteLogRefused:
    """Return the page. Raises `Throttled` or `Unavailable` if a table cannot be read.

    A log that is not sealed has no page: the hashes that two reads differ in would be those of known moments.
    """
    request = _request(ReadReceiptHashes, given)
    if isinstance(request, VoteLogRefused):
        return request
    poll = _poll_of(request, polls)
    if isinstance(poll, VoteLogRefused):
        return poll
    if not poll.is_sealed(now):
        return VoteLogRefused(reason=VoteLogRefusal.NOT_SEALED, detail="votes may still be written")
    page = _page(request, poll, votes)
    if isinstance(page, VoteLogRefused):
        return page
    entries, cursor = page
    return ReceiptHashPage(
        poll_id=request.poll_id,
        bucket=request.bucket,
        buckets=sections_of(poll.keys.buckets),
        hashes=receipt_hashes(entries),
        cursor=cursor,
        closes_at=poll.closes_at,
    )


def _request[R: ReadVoteLog](model: type[R], given: object) -> R | VoteLogRefused:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        fields = (f"{'.'.join(map(str, e['loc'])) or 'request'}: {e['msg']}" for e in error.errors())
        return VoteLogRefused(reason=VoteLogRefusal.MALFORMED, detail="; ".join(fields))


def _poll_of(request: ReadVoteLog, polls: VotingState) -> PollCopy | VoteLogRefused:
    poll = polls.find(request.poll_id)
    if poll is None:
        return VoteLogRefused(
            reason=VoteLogRefusal.UNKNOWN_POLL, detail="no poll of this id is known where votes are taken"
        )
    last = sections_of(poll.keys.buckets) - 1
    if request.bucket > last:
        return VoteLogRefused(reason=VoteLogRefusal.NO_SUCH_BUCKET, detail=f"buckets go from 0 to {last}")
    return poll


def _page(
    request: ReadVoteLog, poll: PollCopy, votes: VotesLog
) -> tuple[list[VoteLogEntry], str | None] | VoteLogRefused:
    """Return the entries of a page and the cursor of the next one. The contract calls a section bucket."""
    buckets = poll.keys.buckets
    try:
        place = LogPlace.read(request.bucket, request.cursor, buckets)
    except ValueError as error:
        return VoteLogRefused(reason=VoteLogRefusal.MALFORMED, detail=f"cursor: {error}")
    entries, following = read_section(partial(votes.page, poll.poll_id), place, buckets)
    return entries, None if following is None else following.cursor(request.bucket)
