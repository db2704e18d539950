"""Limit the tickets of a network."""

from dataclasses import dataclass
from datetime import datetime

from aws_lambda_powertools import Logger
from contracts.key_ring import KeyRing
from contracts.network import AddressUnknown, network_of

from realtime_service.adapters.errors import StoreUnavailable
from realtime_service.adapters.network_tickets import NetworkTickets
from realtime_service.domain.network_limit import NetworkWindow, TooManyTickets

logger = Logger()


@dataclass(frozen=True, slots=True)
class TicketLimit:
    """The number of tickets of one network in two hours."""

    stored: NetworkTickets
    per_network: int

    def require(self, client_address: str | None, keys: KeyRing, now: datetime) -> None:
        """Count a ticket of the client's network. Raises `TooManyTickets` if the network is at its limit.

        A ticket that cannot be counted is issued: live results have priority over the limit.
        """
        try:
            window = NetworkWindow.of(network_of(client_address), keys, now)
            below = self.stored.count(window, self.per_network)
        except (AddressUnknown, StoreUnavailable):
            logger.exception("a ticket was issued without being counted")
            return
        if not below:
            raise TooManyTickets("Your network has very many live connections: fetch GET /results/{poll_id}")
