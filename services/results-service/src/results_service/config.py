"""Settings of each function, from the environment that its template sets."""

from typing import Final

from chassis.aws import budget
from chassis.settings import EnvironmentSettings, HttpSettings, MembersSettings, Text

LOG_READ_CONFIG: Final = budget(read=10)
"""Timeout for reading the vote log: longer than the function `read_vote_log` takes."""


class StreamSettings(EnvironmentSettings):
    """Settings of functions that read a stream."""

    game_results_table: Text
    dead_letter_queue_url: Text
    aws_lambda_function_name: Text
    single_stream_shard: str = ""
    """The only shard of a source without shard ids (the emulator). Empty: events must carry shard ids."""


class TrackingSettings(StreamSettings):
    """Settings of the function that tracks polls and orders a recount after each close."""

    recount_queue_url: Text
    logs_bucket: Text


class RecountSettings(EnvironmentSettings):
    """Settings of the function that recounts."""

    game_results_table: Text
    read_vote_log_function_arn: Text
    publication_queue_url: Text


class PublishLogSettings(EnvironmentSettings):
    """Settings of the function that publishes transparency logs."""

    game_results_table: Text
    read_receipt_hashes_function_arn: Text
    logs_bucket: Text
    log_key_id: Text
    environment_name: Text
    """Part of the origin of every log."""
    witness_urls: str = ""
    """Comma-separated addresses of the witnesses that cosign the log of certificates."""


class RebuildSettings(EnvironmentSettings):
    """Settings of the function that begins a rebuild of counters."""

    game_results_table: Text
    audit_log_table: Text
    recount_queue_url: Text


class RedriveSettings(RebuildSettings):
    """Settings of the function that processes invalid records again."""

    logs_bucket: Text


class ResultsSettings(HttpSettings):
    """Settings of functions that return results."""

    game_results_table: Text


class AdminResultsSettings(ResultsSettings, MembersSettings):
    """Settings of the function that returns results to organisers and presenter sessions."""


class OrderSettings(ResultsSettings):
    """Settings of the function that orders recounts."""

    recount_queue_url: Text
    audit_log_table: Text


class ExportSettings(ResultsSettings):
    """Settings of the function that exports results and the vote log."""

    read_vote_log_function_arn: Text
    audit_log_table: Text


class LiveSettings(ResultsSettings):
    """Settings of the function that validates results passes."""

    results_pass_secret_arn: Text
