"""What becomes of a vote: the rules that `validate_vote` applies, and the shapes the workflow passes around.

The workflow never fails for what a vote says. Every answer is an outcome, and whatever may still turn out
after the validation (the voter's other tab was faster) is in the verdict already, for it to choose from.
"""

import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from contracts.ids import Choice, PollId, Receipt, VoterKey, VoterPolicy
from contracts.model import Contract, Instant
from contracts.stream import AttributeValue

from vote_service.domain.poll import PollCopy
from vote_service.domain.voter_key import VoterTokenHash, bucket_of


class RejectionReason(StrEnum):
    """Why a vote is not taken."""

    INVALID = "invalid"
    UNKNOWN_POLL = "unknown_poll"
    NOT_OPEN_YET = "not_open_yet"
    CLOSED = "closed"
    POLICY_NOT_MET = "policy_not_met"
    CODE_REFUSED = "code_refused"
    DUPLICATE = "duplicate"


class SubmittedVote(Contract):
    """The workflow's input: a vote, and what it is filed under. `bucket` follows from `voter_key`.

    `voter_key` was made by the rules of `policy`. Not `entitled`: what was shown gives no right to a vote.
    """

    poll_id: PollId
    choice: Choice
    voter_key: VoterKey
    bucket: int
    receipt: Receipt
    voter_token: VoterTokenHash
    policy: VoterPolicy
    entitled: bool


class StoredVote(Contract):
    """What VotesLog holds of a vote that recorded_vote."""

    choice: Choice
    receipt: Receipt
    recorded_at: Instant
    voter_token: VoterTokenHash


class RecordedVote(Contract):
    """An end of the workflow: the vote is in the log, new (`recorded`) or from before (else)."""

    outcome: Literal["recorded", "already_recorded"]
    choice: Choice
    receipt: Receipt
    recorded_at: Instant


class Rejection(Contract):
    """An end of the workflow: the vote is not taken."""

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
        reason="Somebody in your network has voted, and each network has one vote",
    ),
}
"""Response when a vote with the same voter key but another voter token exists. It never tells the choice."""


class VoteDecision(Contract):
    """What `validate_vote` answers, and what the states after it choose from.

    `valid`: `item` is to be written; should its place be taken by now, `stored` is read and compared.
    `already_voted`: `stored` is to be compared. Any other outcome: `rejection` is the answer.
    `of_another_voter_token` is the answer where the vote that is read came with another voter token.
    """

    outcome: Literal["valid", "already_voted"] | RejectionReason
    rejection: Rejection
    of_another_voter_token: Rejection | None = None
    choice: Choice | None = None
    voter_token: VoterTokenHash | None = None
    item: dict[str, AttributeValue] | None = None
    stored: StoredVote | None = None


def invalid(reasons: Iterable[str]) -> VoteDecision:
    """Return the verdict on an input that is not a vote."""
    return _rejected(Rejection(outcome=RejectionReason.INVALID, reason="; ".join(reasons)))


def decide(
    vote: SubmittedVote, stored: StoredVote | None, poll: PollCopy | None, now: datetime
) -> VoteDecision:
    """Decide about a vote; a `valid` verdict still lacks its item.

    What stands comes first: who asks again after the close gets the answer of their own vote. To everybody
    else a code that was used is what a wrong one is, by the same steps at any time of the poll's life.
    """
    if stored is not None and vote.entitled and hmac.compare_digest(stored.voter_token, vote.voter_token):
        return _open_decision("already_voted", vote, stored)
    rejection = _rejection(vote, poll, now)
    if rejection is not None:
        return _rejected(rejection)
    if stored is not None or not vote.entitled:
        return _rejected(CONFLICT_OTHER_TOKEN[vote.policy])
    return _open_decision("valid", vote, None)


def _open_decision(
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
        # In another partition the condition of the write could not see the vote that recorded_vote.
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
