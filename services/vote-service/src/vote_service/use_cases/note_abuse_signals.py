"""Takes note of what becomes of votes, for the organiser's report. It never costs anybody a vote."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from contracts.keys import KeyRing
from contracts.refusal import Refused

from vote_service.adapters.abuse_counters import PollSigns
from vote_service.domain.abuse_signals import Sign, group_of
from vote_service.domain.errors import AddressUnknown, AlreadyVoted, CodeRefused
from vote_service.domain.network import network_of
from vote_service.domain.poll import PollCopy

SIGNS: Final[Mapping[type[Refused], Sign]] = {AlreadyVoted: Sign.ALREADY_VOTED, CodeRefused: Sign.BAD_CODE}


@dataclass(frozen=True, slots=True)
class Watching:
    """Where signs are counted."""

    signs: PollSigns

    def recorded(self, poll: PollCopy, viewer_address: str | None, keys: KeyRing, now: datetime) -> None:
        """Take note of a new vote, and of the group that its network is in."""
        try:
            group = group_of(network_of(viewer_address), poll, keys)
        except AddressUnknown:
            return
        self.signs.vote(poll.poll_id, group, now)

    def refused(self, poll: PollCopy, refusal: Refused, now: datetime) -> None:
        """Take note of a refusal, if it is a sign of anything."""
        sign = SIGNS.get(type(refusal))
        if sign is not None:
            self.signs.refusal(poll.poll_id, sign, now)
