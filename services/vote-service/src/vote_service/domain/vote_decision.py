"""Decide about a vote: the rules of `validate_vote`, and the data that the vote workflow's states exchange.

The workflow never fails because of a vote's content; every result is an outcome. The decision already
contains the responses for events after the validation, such as a faster vote from the voter's other tab.
"""

import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from contracts.enums import Choice, VoterPolicy
from contracts.ids import PollId, Receipt, TraceId, VoterKey
from contracts.model import Contract, Instant
from contracts.stream import AttributeValue

from vote_service.domain.poll import PollCopy
from vote_service.domain.voter_key import VoterTokenHash, bucket_of


class RejectionReason(StrEnum):
    """Reason for rejecting a vote."""

    INVALID = "invalid"
    UNKNOWN_POLL = "unknown_poll"
    NOT_OPEN_YET = "not_open_yet"
    CLOSED = "closed"
    POLICY_NOT_MET = "policy_not_met"
    CODE_REFUSED = "code_refused"
    DUPLICATE = "duplicate"


class SubmittedVote(Contract):
    """The workflow's input: a vote and its keys. `bucket` is derived from `voter_key`, which depends on
    `policy`.

    `entitled` is false for a wrong code. `trace_id` is also the name of the execution.
    """

    poll_id: PollId
    choice: Choice
    voter_key: VoterKey
    bucket: int
    receipt: Receipt
    voter_token: VoterTokenHash
    policy: VoterPolicy
    entitled: bool
    trace_id: TraceId
    shown_first: Choice | None = None


class StoredVote(Contract):
    """A recorded vote, as VotesLog stores it."""

    choice: Choice
    receipt: Receipt
    recorded_at: Instant
    voter_token: VoterTokenHash


class RecordedVote(Contract):
    """A final outcome of the workflow: the vote is recorded, now or by an earlier request."""

    outcome: Literal["recorded", "already_recorded"]
    choice: Choice
    receipt: Receipt
    recorded_at: Instant


class Rejection(Contract):
    """A final outcome of the workflow: the vote is rejected."""

    outcome: RejectionReason
    reason: str
    opens_at: Instant | None = None


DUPLICATE: Final = Rejection(
    outcome=RejectionReason.DUPLICATE, reason="This voter has voted otherwise in this poll"
)

CONFLICT_OTHER_TOKEN: Final[Mapping[VoterPolicy, Rejection]] = {
    VoterPolicy.DEVICE: DUPLICATE,
    VoterPolicy.CODE: Rejection(
        outcome=RejectionReason.CODE_REFUSED, reason="Check it for a slip, or ask the organiser for another"
    ),
    VoterPolicy.NETWORK: Rejection(
        outcome=RejectionReason.DUPLICATE,
        reason="Your network has voted already, and each network has one vote",
    ),
}
"""Response if a vote with the same voter key but another voter token exists. It never reveals the choice."""


class VoteDecision(Contract):
    """The output of `validate_vote`, and the input of the states after it.

    `valid`: write `item`; if its key exists by then, the stored vote is read and compared. `already_voted`:
    compare with `stored`. Any other outcome: respond with `rejection`. `of_another_voter_token` is the
    response if the stored vote has another voter token.
    """

    outcome: Literal["valid", "already_voted"] | RejectionReason
    rejection: Rejection
    of_another_voter_token: Rejection | None = None
    choice: Choice | None = None
    voter_token: VoterTokenHash | None = None
    item: dict[str, AttributeValue] | None = None
    stored: StoredVote | None = None


def invalid(reasons: Iterable[str]) -> VoteDecision:
    """Return the decision for an input that is not a vote."""
    return _rejected(Rejection(outcome=RejectionReason.INVALID, reason="; ".join(reasons)))


def decide(
    vote: SubmittedVote, stored: StoredVote | None, poll: PollCopy | None, now: datetime
) -> VoteDecision:
    """Decide about a vote; the caller adds the item to a `valid` decision.

    Check for a stored vote first, so that a voter who retries after the close still gets their receipt. For
    any other voter token, a used code and a wrong code take the same path and get the same response, in every
    state of the poll.
    """
    if stored is not None and vote.entitled and hmac.compare_digest(stored.voter_token, vote.voter_token):
        return _decision_with_vote("already_voted", vote, stored)
    rejection = _rejection(vote, poll, now)
    if rejection is not None:
        return _rejected(rejection)
    if stored is not None or not vote.entitled:
        return _rejected(CONFLICT_OTHER_TOKEN[vote.policy])
    return _decision_with_vote("valid", vote, None)


def is_decided_by_write(vote: SubmittedVote, poll: PollCopy | None, now: datetime) -> bool:
    """Return whether the write's condition finds an earlier vote, so that no read has to look for it.

    It does in an open poll. A voter with a device has a vote rarely, so the read would cost more than the
    rejected writes (ADR 44). Codes and networks are read: a wrong code takes the steps of a used one.
    """
    return vote.policy is VoterPolicy.DEVICE and _rejection(vote, poll, now) is None


def _decision_with_vote(
    outcome: Literal["valid", "already_voted"], vote: SubmittedVote, stored: StoredVote | None
) -> VoteDecision:
    return VoteDecision(
        outcome=outcome,
        choice=vote.choice,
        voter_token=vote.voter_token,
        stored=stored,
        rejection=DUPLICATE,
        of_another_voter_token=CONFLICT_OTHER_TOKEN[vote.policy],
    )


def _rejected(rejection: Rejection) -> VoteDecision:
    return VoteDecision(outcome=rejection.outcome, rejection=rejection)


def _rejection(vote: SubmittedVote, poll: PollCopy | None, now: datetime) -> Rejection | None:
    if poll is None or poll.is_draft():
        return Rejection(outcome=RejectionReason.UNKNOWN_POLL, reason="There is no such poll")
    if vote.bucket != bucket_of(vote.voter_key, poll.keys.buckets):
        # In another partition, the write's condition would not detect the recorded vote.
        return Rejection(outcome=RejectionReason.INVALID, reason="bucket: is not the one of this voter_key")
    if poll.is_closed(now):
        return Rejection(outcome=RejectionReason.CLOSED, reason="This poll has closed")
    if poll.opens_later(now):
        return Rejection(
            outcome=RejectionReason.NOT_OPEN_YET, reason="This poll opens in a moment", opens_at=poll.opens_at
        )
    if poll.policy is not vote.policy:
        return Rejection(
            outcome=RejectionReason.POLICY_NOT_MET, reason=f"This poll takes votes by {poll.policy}"
        )
    return None
