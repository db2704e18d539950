"""Record abuse signals of votes for the abuse report. A failure never affects a vote."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from contracts.domain_error import DomainError
from contracts.key_ring import KeyRing
from contracts.network import AddressUnknown, network_of

from vote_service.adapters.abuse_counters import AbuseCounters
from vote_service.domain.abuse_signals import AbuseSignal, group_of
from vote_service.domain.errors import AlreadyVoted, CodeRefused
from vote_service.domain.poll import PollCopy

ABUSE_SIGNALS: Final[Mapping[type[DomainError], AbuseSignal]] = {
    AlreadyVoted: AbuseSignal.ALREADY_VOTED,
    CodeRefused: AbuseSignal.INVALID_CODE,
}


@dataclass(frozen=True, slots=True)
class AbuseSignalRecorder:
    """Records abuse signals in counters."""

    abuse_signals: AbuseCounters

    def recorded(self, poll: PollCopy, client_address: str | None, keys: KeyRing, now: datetime) -> None:
        """Count a new vote in the group of its network."""
        try:
            group = group_of(network_of(client_address), poll, keys)
        except AddressUnknown:
            return
        self.abuse_signals.vote(poll.poll_id, group, now)

    def refused(self, poll: PollCopy, refusal: DomainError, now: datetime) -> None:
        """Count a refusal if it is an abuse signal."""
        abuse_signal = ABUSE_SIGNALS.get(type(refusal))
        if abuse_signal is not None:
            self.abuse_signals.refusal(poll.poll_id, abuse_signal, now)
