"""The way of a ballot: a voter's own again, else one for a new voter, rate-limited per network and code."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from contracts.api import AccessCode
from contracts.ids import VoterPolicy
from contracts.keys import KeyRing

from vote_service.adapters.new_voter_counts import NewBallotCounts
from vote_service.adapters.rate_limit_counters import BallotCounters
from vote_service.adapters.voting_state import VotingState
from vote_service.domain.code import read_code
from vote_service.domain.errors import (
    AddressUnknown,
    CodeRefused,
    NotStorable,
    TooManyBallots,
    Unavailable,
)
from vote_service.domain.network import network_of
from vote_service.domain.rate_limit import BALLOTS_PER_CODE, CODE_WINDOW, Window
from vote_service.domain.voter_token import Ballot, renew_ballot

REFUSED: Final = "BallotsRefused"
"""New voters whose network has had its number: a flood, or a hall larger than the limit."""

UNCOUNTED: Final = "BallotsUncounted"
"""Ballots given without being counted: the limit does not hold just now."""

BY_CODE: Final = "BallotsByCode"
"""New voters whom a code carried past the number of their network: a hall is being flooded."""

logger = Logger()
metrics = Metrics()


@dataclass(frozen=True, slots=True)
class Issuing:
    """What it takes to give out ballots: the number of new ones of each network and code, and of all."""

    polls: VotingState
    counters: BallotCounters
    new_ballots: NewBallotCounts
    per_network: int

    def issue(
        self,
        cookie: str | None,
        viewer_address: str | None,
        access_code: AccessCode | None,
        keys: KeyRing,
        now: datetime,
    ) -> Ballot:
        """Return the ballot of whoever sent this cookie.

        Raises `TooManyBallots` or `Throttled`, and where only a code could help, `CodeRefused` for one that
        is not genuine and `Unavailable` where that cannot be seen.
        """
        ballot = renew_ballot(cookie, keys, now)
        if ballot is None:
            self._admit(viewer_address, access_code, keys, now)
            ballot = Ballot.new(now)
            self.new_ballots.issued(now)
        return ballot

    def _admit(
        self, viewer_address: str | None, access_code: AccessCode | None, keys: KeyRing, now: datetime
    ) -> None:
        """Let a new voter in by the network's number or else by a code.

        The code is looked at only where the network is full: otherwise a voter by code costs no call more.
        """
        if self._network_has_room(viewer_address, keys, now):
            return
        try:
            if access_code is not None and self._code_has_room(access_code, keys, now):
                metrics.add_metric(BY_CODE, MetricUnit.Count, 1)
                return
        except CodeRefused:
            self._note_refusal(now)
            raise
        self._note_refusal(now)
        raise TooManyBallots(
            "Your network was given very many ballots in a few minutes. Ask again a little later.",
            retry_after=Window.at(now).seconds_left(now),
        )

    def _network_has_room(self, viewer_address: str | None, keys: KeyRing, now: datetime) -> bool:
        window = Window.at(now)
        try:
            name = window.counter_of(network_of(viewer_address), keys)
        except AddressUnknown:
            return self._uncounted()
        return self._count(name, self.per_network, window)

    def _code_has_room(self, access_code: AccessCode, keys: KeyRing, now: datetime) -> bool:
        poll = self.polls.find(access_code.poll_id)
        if poll is None or poll.is_draft() or poll.policy is not VoterPolicy.CODE or poll.is_closed(now):
            return False
        typed = read_code(poll, access_code.code, keys)
        if not typed.genuine:
            raise CodeRefused
        window = Window.at(now, CODE_WINDOW)
        return self._count(window.counter_of_code(poll, typed.nonce, keys), BALLOTS_PER_CODE, window)

    def _count(self, name: str, limit: int, window: Window) -> bool:
        try:
            return self.counters.count(name, limit, window.forget_at)
        except (NotStorable, Unavailable):
            # Throttling is no such failure: whoever hammers their own counter must not get past it that way,
            # and everybody else's page just asks again.
            return self._uncounted()

    def _uncounted(self) -> bool:
        """Voting matters more than the limit."""
        logger.exception("a ballot was given without being counted")
        metrics.add_metric(UNCOUNTED, MetricUnit.Count, 1)
        return True

    def _note_refusal(self, now: datetime) -> None:
        metrics.add_metric(REFUSED, MetricUnit.Count, 1)
        self.new_ballots.refused(now)
