"""The way of a ballot: their own again for whoever has one, else one for a new voter, so many per network."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from contracts.keys import KeyRing

from vote_service.domain.allowance import FORGOTTEN_AFTER, Window
from vote_service.domain.ballot import Ballot, renew_ballot
from vote_service.domain.network import network_of
from vote_service.domain.refusals import AddressUnknown, NotStorable, TooManyBallots, Unavailable
from vote_service.store.ballot_counters import BallotCounters
from vote_service.store.new_ballots import NewBallotCounts

REFUSED: Final = "BallotsRefused"
"""New voters whose network has had its number: a flood, or a hall larger than the limit."""

UNCOUNTED: Final = "BallotsUncounted"
"""Ballots given without being counted: the limit does not hold just now."""

logger = Logger()
metrics = Metrics()


@dataclass(frozen=True, slots=True)
class Issuing:
    """What it takes to give out ballots: how many new ones each network has had, and all of them together."""

    counters: BallotCounters
    new_ballots: NewBallotCounts

    def issue(self, cookie: str | None, viewer_address: str | None, keys: KeyRing, now: datetime) -> Ballot:
        """Return the ballot of whoever sent this cookie. Raises `TooManyBallots` or `Throttled`."""
        ballot = renew_ballot(cookie, keys, now)
        if ballot is None:
            self._count(viewer_address, keys, now)
            ballot = Ballot.new(now)
            self.new_ballots.issued(now)
        return ballot

    def _count(self, viewer_address: str | None, keys: KeyRing, now: datetime) -> None:
        window = Window.at(now)
        try:
            name = window.counter_of(network_of(viewer_address), keys)
            within = self.counters.count(name, window.ends_at + FORGOTTEN_AFTER)
        except (AddressUnknown, NotStorable, Unavailable):
            # Voting matters more than the limit. Throttling is no such failure: whoever hammers their own
            # counter must not get past it that way, and everybody else's page just asks again.
            logger.exception("a ballot was given without being counted")
            metrics.add_metric(UNCOUNTED, MetricUnit.Count, 1)
            return
        if not within:
            metrics.add_metric(REFUSED, MetricUnit.Count, 1)
            self.new_ballots.refused(now)
            raise TooManyBallots(
                "Your network was given very many ballots in a few minutes. Ask again a little later.",
                retry_after=window.seconds_left(now),
            )
