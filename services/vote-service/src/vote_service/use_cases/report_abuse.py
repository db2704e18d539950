"""Build the abuse report of a poll from counters and the times in the vote log."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from contracts.abuse import AbuseReport, BusiestSecond, CodesUsed, NewVoters, RefusedVotes
from contracts.enums import VoterPolicy
from contracts.ids import PollId

from vote_service.adapters.abuse_counters import AbuseCounters
from vote_service.adapters.minted_codes import MintedCodes
from vote_service.adapters.new_voter_counts import NewVoterCounts
from vote_service.adapters.votes_log import VotesLog
from vote_service.adapters.voting_state import VotingState
from vote_service.domain.abuse_signals import networks_in
from vote_service.domain.errors import PollUnknown
from vote_service.domain.poll import PollCopy

MAX_VOTES: Final = 50_000
"""Approximate maximum number of votes to read: a few seconds, below the timeout of API Gateway."""

MAX_QUERIES: Final = 500
"""Maximum number of queries of the log: a poll may have thousands of buckets with few votes."""


@dataclass(frozen=True, slots=True)
class AbuseReporter:
    """Builds abuse reports from the copies of the polls, the vote log and the counters."""

    polls: VotingState
    votes: VotesLog
    abuse_signals: AbuseCounters
    voter_tokens: NewVoterCounts
    minted: MintedCodes

    def report(self, poll_id: PollId, now: datetime) -> AbuseReport:
        """Return the report. Raises `PollUnknown`, `Throttled` or `Unavailable`."""
        poll = self.polls.find(poll_id)
        if poll is None:
            raise PollUnknown("Where votes are taken this poll is not known; a new one is, within seconds")
        seconds, all_votes = self._seconds(poll)
        votes = sum(seconds.values())
        abuse_signals = self.abuse_signals.of(poll_id, now)
        return AbuseReport(
            poll_id=poll_id,
            as_of=now,
            policy=poll.policy,
            proof_of_work=poll.proof_of_work,
            votes=votes,
            all_votes=all_votes,
            busiest_second=_busiest(seconds),
            refused=RefusedVotes.model_validate(dict(abuse_signals.refusals)),
            networks=networks_in(abuse_signals.votes_by_group),
            new_voters=self._new_voters(poll, now),
            codes=self._codes(poll, votes if all_votes else None),
        )

    def _seconds(self, poll: PollCopy) -> tuple[Counter[datetime], bool]:
        """Count votes by second; return also whether all votes were read. A very large log is read in part.

        The log is sorted by MACs of voters, so any part of it is a random sample.
        """
        seconds: Counter[datetime] = Counter()
        pages = (
            moments
            for bucket in range(poll.keys.buckets)
            for moments in self.votes.moments(poll.poll_id, bucket)
        )
        for number, moments in enumerate(pages):
            if number == MAX_QUERIES or seconds.total() >= MAX_VOTES:
                return seconds, False
            seconds.update(moment.replace(microsecond=0) for moment in moments)
        return seconds, True

    def _new_voters(self, poll: PollCopy, now: datetime) -> NewVoters | None:
        if poll.opens_at is None or poll.opens_at > now:
            return None
        return self.voter_tokens.between(poll.opens_at, min(now, poll.closes_at or now), now)

    def _codes(self, poll: PollCopy, used: int | None) -> CodesUsed | None:
        if poll.policy is not VoterPolicy.CODE:
            return None
        return CodesUsed(minted=self.minted.count(poll.poll_id), used=used)


def _busiest(seconds: Counter[datetime]) -> BusiestSecond | None:
    if not seconds:
        return None
    most = max(seconds.values())
    return BusiestSecond(starts_at=min(at for at, votes in seconds.items() if votes == most), votes=most)
