"""What each function is told by its template."""

from typing import Final

from gateway.aws import budget
from gateway.settings import EnvironmentSettings, HttpSettings, Text

VOTE_LOG_CONFIG: Final = budget(read=10)
"""How the log is read: longer than the function takes that hands it out."""


class StreamSettings(EnvironmentSettings):
    """For the functions that read a stream."""

    game_results_table: Text
    dead_letter_queue_url: Text
    aws_lambda_function_name: Text
    single_stream_shard: str = ""
    """The only shard of a source that never names it (the emulator); empty: events must name theirs."""


class TrackingSettings(StreamSettings):
    """For the function that also orders a recount when a poll has closed."""

    recount_queue_url: Text


class RecountSettings(EnvironmentSettings):
    """For the function that recounts."""

    game_results_table: Text
    read_vote_log_function_arn: Text


class RebuildSettings(EnvironmentSettings):
    """For the function that begins to rebuild counters."""

    game_results_table: Text
    audit_log_table: Text
    recount_queue_url: Text


class RedriveSettings(RebuildSettings):
    """For the function that judges invalid records again."""


class ResultsSettings(HttpSettings):
    """For the functions that answer results."""

    game_results_table: Text


class OrderSettings(ResultsSettings):
    """For the function that orders recounts."""

    recount_queue_url: Text
    audit_log_table: Text


class ExportSettings(ResultsSettings):
    """For the function that exports, which also reads the log."""

    read_vote_log_function_arn: Text
    audit_log_table: Text


class LiveSettings(ResultsSettings):
    """For the function that also reads results passes."""

    results_pass_secret_arn: Text
