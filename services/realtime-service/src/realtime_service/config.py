"""What the functions are told by their template."""

from gateway.settings import HttpSettings, Text


class Settings(HttpSettings):
    """Names of what this service uses; one set for all its functions: what limits them are their roles."""

    connections_table: Text
    connections_endpoint: Text
    """Base address of the management API that posts to sockets, with the stage."""
    dead_letter_queue_url: Text
    results_pass_secret_arn: Text
    """Keys of results passes; those of tickets derive from them."""
    site_origin: Text
    """The one origin whose pages may open a socket, such as `https://vote.example.com`."""
