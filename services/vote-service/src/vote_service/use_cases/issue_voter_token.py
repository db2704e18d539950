"""Issue a voter token: renew a genuine one, or make a new one, rate-limited per network and code."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from contracts.api import AccessCode
from contracts.ids import VoterPolicy
from contracts.keys import KeyRing

from vote_service.adapters.new_voter_counts import NewVoterCounts
from vote_service.adapters.rate_limit_counters import VoterTokenCounters
from vote_service.adapters.voting_state import VotingState
from vote_service.domain.code import read_code
from vote_service.domain.errors import (
    AddressUnknown,
    CodeRefused,
    NotStorable,
    TooManyVoterTokens,
    Unavailable,
)
from vote_service.domain.network import network_of
from vote_service.domain.rate_limit import CODE_WINDOW, NEW_VOTERS_PER_CODE, Window
from vote_service.domain.voter_token import VoterToken, renew_voter_token

REFUSED: Final = "VoterTokensRefused"
"""New voters whose network has had its number: a flood, or a hall larger than the limit."""

UNCOUNTED: Final = "VoterTokensUncounted"
"""Voter tokens given without being counted: the limit does not hold just now."""

BY_CODE: Final = "VoterTokensByCode"
"""New voters whom a code carried past the number of their network: a hall is being flooded."""

logger = Logger()
metrics = Metrics()


@dataclass(frozen=True, slots=True)
class VoterTokenIssuer:
    """What it takes to give out voter tokens: the number of new ones of each network and code, and of all."""

    polls: VotingState
    counters: VoterTokenCounters
    new_voters: NewVoterCounts
    per_network: int

    def issue(
        self,
        cookie: str | None,
        viewer_address: str | None,
        access_code: AccessCode | None,
        keys: KeyRing,
        now: datetime,
    ) -> VoterToken:
        """Return the voter token of whoever sent this cookie.

        Raises `TooManyVoterTokens` or `Throttled`, and where only a code could help, `CodeRefused` for one
        that is not genuine and `Unavailable` where that cannot be seen.
        """
        voter_token = renew_voter_token(cookie, keys, now)
        if voter_token is None:
            self._admit(viewer_address, access_code, keys, now)
            voter_token = VoterToken.new(now)
            self.new_voters.issued(now)
        return voter_token

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
        raise TooManyVoterTokens(
            "Your network was given very many voter tokens in a few minutes. Ask again a little later.",
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
        return self._count(window.counter_of_code(poll, typed.nonce, keys), NEW_VOTERS_PER_CODE, window)

    def _count(self, name: str, limit: int, window: Window) -> bool:
        try:
            return self.counters.count(name, limit, window.expires_at)
        except (NotStorable, Unavailable):
            # Throttling is no such failure: whoever hammers their own counter must not get past it that way,
            # and everybody else's page just asks again.
            return self._uncounted()

    def _uncounted(self) -> bool:
        """Voting matters more than the limit."""
        logger.exception("a voter token was given without being counted")
        metrics.add_metric(UNCOUNTED, MetricUnit.Count, 1)
        return True

    def _note_refusal(self, now: datetime) -> None:
        metrics.add_metric(REFUSED, MetricUnit.Count, 1)
        self.new_voters.refused(now)
