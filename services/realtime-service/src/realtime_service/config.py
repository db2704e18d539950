"""Settings of the functions, from the environment that the template sets."""

from chassis.settings import HttpSettings, Text


class Settings(HttpSettings):
    """Names of this service's resources, for all its functions; IAM roles limit each function."""

    connections_table: Text
    connections_endpoint: Text
    """Base address of the management API that posts to sockets, with the stage."""
    dead_letter_queue_url: Text
    results_pass_secret_arn: Text
    """Keys of results passes; keys of tickets derive from them."""
    site_origin: Text
    """The only origin whose pages may open a socket, such as `https://vote.example.com`."""
