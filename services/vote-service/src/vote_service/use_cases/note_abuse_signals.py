"""Takes note of what becomes of votes, for the organiser's report. It never costs anybody a vote."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from contracts.keys import KeyRing
from contracts.refusal import DomainError

from vote_service.adapters.abuse_counters import AbuseCounters
from vote_service.domain.abuse_signals import AbuseSignal, group_of
from vote_service.domain.errors import AddressUnknown, AlreadyVoted, CodeRefused
from vote_service.domain.network import network_of
from vote_service.domain.poll import PollCopy

ABUSE_SIGNALS: Final[Mapping[type[DomainError], AbuseSignal]] = {
    AlreadyVoted: AbuseSignal.ALREADY_VOTED,
    CodeRefused: AbuseSignal.INVALID_CODE,
}


@dataclass(frozen=True, slots=True)
class AbuseSignalRecorder:
    """Where signs are counted."""

    abuse_signals: AbuseCounters

    def recorded(self, poll: PollCopy, viewer_address: str | None, keys: KeyRing, now: datetime) -> None:
        """Take note of a new vote, and of the group that its network is in."""
        try:
            group = group_of(network_of(viewer_address), poll, keys)
        except AddressUnknown:
            return
        self.abuse_signals.vote(poll.poll_id, group, now)

    def refused(self, poll: PollCopy, refusal: DomainError, now: datetime) -> None:
        """Take note of a refusal, if it is a sign of anything."""
        abuse_signal = ABUSE_SIGNALS.get(type(refusal))
        if abuse_signal is not None:
            self.abuse_signals.refusal(poll.poll_id, abuse_signal, now)
