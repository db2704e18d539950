"""What the functions are told by their template."""

from typing import Final

from botocore.config import Config
from gateway.settings import HttpSettings, Text

AWS_CLIENT: Final = Config(
    retries={"mode": "standard", "max_attempts": 3}, connect_timeout=2, read_timeout=5
)  # fmt: skip


class Settings(HttpSettings):
    """Names of what this service uses; one set for all its functions: what limits them are their roles."""

    connections_table: Text
    connections_endpoint: Text
    """Base address of the management API that posts to sockets, with the stage."""
    set_aside_queue_url: Text
    results_pass_secret_arn: Text
    """Keys of results passes; those of tickets derive from them."""
    site_origin: Text
    """The one origin whose pages may open a socket, such as `https://vote.example.com`."""
