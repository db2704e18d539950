"""Issue a voter token: renew a genuine one, or make a new one, rate-limited per network and code."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from contracts.api import AccessCode
from contracts.enums import VoterPolicy
from contracts.key_ring import KeyRing
from contracts.network import AddressUnknown, network_of

from vote_service.adapters.new_voter_counts import NewVoterCounts
from vote_service.adapters.rate_limit_counters import VoterTokenCounters
from vote_service.adapters.voting_state import VotingState
from vote_service.domain.code import read_code
from vote_service.domain.errors import (
    CodeRefused,
    NotStorable,
    TooManyVoterTokens,
    Unavailable,
)
from vote_service.domain.rate_limit import CODE_WINDOW, NEW_VOTERS_PER_CODE, Window
from vote_service.domain.voter_token import VoterToken, renew_voter_token

REFUSED: Final = "VoterTokensRefused"
"""Metric of new voters that a network's rate limit refused: a flood, or a venue above the limit."""

UNCOUNTED: Final = "VoterTokensUncounted"
"""Metric of voter tokens issued without being counted; the rate limit is not enforced for them."""

BY_CODE: Final = "VoterTokensByCode"
"""Metric of new voters with a code from a network at its limit: a flood in a venue."""

logger = Logger()
metrics = Metrics()


@dataclass(frozen=True, slots=True)
class VoterTokenIssuer:
    """Issues voter tokens, with rate limits per network and code, and counts for the abuse report."""

    polls: VotingState
    counters: VoterTokenCounters
    new_voters: NewVoterCounts
    per_network: int

    def issue(
        self,
        cookie: str | None,
        client_address: str | None,
        access_code: AccessCode | None,
        keys: KeyRing,
        now: datetime,
    ) -> VoterToken:
        """Return the cookie's voter token, renewed, or a voter token for a new voter.

        Raises `TooManyVoterTokens` or `Throttled`. If the network is at its limit and a code was sent, raises
        `CodeRefused` if it is not genuine and `Unavailable` if it cannot be checked.
        """
        voter_token = renew_voter_token(cookie, keys, now)
        if voter_token is None:
            self._admit(client_address, access_code, keys, now)
            voter_token = VoterToken.new(now)
            self.new_voters.issued(now)
        return voter_token

    def _admit(
        self, client_address: str | None, access_code: AccessCode | None, keys: KeyRing, now: datetime
    ) -> None:
        """Apply the network's rate limit to a new voter, and above it the limit of the code.

        The code is checked only if the network is at its limit, so usually it costs no extra call.
        """
        if self._network_below_limit(client_address, keys, now):
            return
        try:
            if access_code is not None and self._code_below_limit(access_code, keys, now):
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

    def _network_below_limit(self, client_address: str | None, keys: KeyRing, now: datetime) -> bool:
        window = Window.at(now)
        try:
            name = window.counter_of(network_of(client_address), keys)
        except AddressUnknown:
            return self._issue_uncounted()
        return self._count(name, self.per_network, window)

    def _code_below_limit(self, access_code: AccessCode, keys: KeyRing, now: datetime) -> bool:
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
            # `Throttled` is not caught: many requests that throttle a counter must not bypass its limit.
            # Other pages retry.
            return self._issue_uncounted()

    def _issue_uncounted(self) -> bool:
        """Allow the voter token without counting it: voting has priority over the rate limit."""
        logger.exception("a voter token was given without being counted")
        metrics.add_metric(UNCOUNTED, MetricUnit.Count, 1)
        return True

    def _note_refusal(self, now: datetime) -> None:
        metrics.add_metric(REFUSED, MetricUnit.Count, 1)
        self.new_voters.refused(now)
