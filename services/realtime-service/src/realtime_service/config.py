"""Settings of the functions, from the environment that the template sets."""

from datetime import timedelta

from chassis.settings import HttpSettings, Text
from pydantic import NonNegativeFloat, NonNegativeInt, PositiveInt

from realtime_service.domain.window import BroadcastLimits


class Settings(HttpSettings):
    """Names of this service's resources, for all its functions; IAM roles limit each function."""

    connections_table: Text
    connections_endpoint: Text
    """Base address of the management API that posts to sockets, with the stage."""
    broadcast_queue_url: Text
    broadcast_window_seconds: NonNegativeFloat
    """Minimum time between two broadcasts of one poll."""
    max_connections: NonNegativeInt
    """Open connections beyond which pages get no ticket."""
    posts_per_second: PositiveInt
    """Posts to sockets that all broadcasts may make: a share of the account's quota of requests."""
    tickets_per_network: PositiveInt
    """Tickets that the pages of one network get in two hours."""
    dead_letter_queue_url: Text
    results_pass_secret_arn: Text
    """Keys of results passes; keys of tickets derive from them."""
    site_origin: Text
    """The only origin whose pages may open a socket, such as `https://vote.example.com`."""

    @property
    def broadcast_limits(self) -> BroadcastLimits:
        """The limits of broadcasts."""
        window = timedelta(seconds=self.broadcast_window_seconds)
        return BroadcastLimits(window, self.posts_per_second)
