"""Settings of each function, read from the environment that its template defines."""

from chassis.settings import EnvironmentSettings, HttpSettings, MembersSettings, Text
from pydantic import NonNegativeInt, PositiveInt


class VoterSettings(HttpSettings):
    """Settings of functions with routes for voters' pages."""

    site_origin: Text
    """The only origin that may request voter tokens and vote, such as `https://vote.example.com`."""
    voter_keys_secret_arn: Text
    voting_state_table: Text


class IssueChallengeSettings(VoterSettings):
    """Settings of `issue_challenge`."""

    poll_replicas: NonNegativeInt


class IssueVoterTokenSettings(VoterSettings):
    """Settings of `issue_voter_token`."""

    new_voters_per_network: PositiveInt
    """Rate limit: new voters per network in five minutes."""


class VoteWrapperSettings(VoterSettings):
    """Settings of `vote_wrapper`."""

    poll_replicas: NonNegativeInt
    results_pass_secret_arn: Text
    vote_workflow_arn: Text


class MintCodesSettings(MembersSettings):
    """Settings of `mint_codes`."""

    voter_keys_secret_arn: Text
    voting_state_table: Text
    audit_log_table: Text


class GetAbuseReportSettings(HttpSettings):
    """Settings of `get_abuse_report`."""

    votes_log_table: Text
    voting_state_table: Text


class ReadVoteLogSettings(EnvironmentSettings):
    """Settings of `read_vote_log`."""

    votes_log_table: Text
    voting_state_table: Text


class ReadReceiptHashesSettings(ReadVoteLogSettings):
    """Settings of `read_receipt_hashes`: the same two tables."""


class ValidateVoteSettings(ReadVoteLogSettings):
    """Settings of `validate_vote`: the same two tables, and the replicas."""

    poll_replicas: NonNegativeInt
    """Number of replicas of a poll's copy that are read, and that a new poll gets."""


class TrackPollSettings(EnvironmentSettings):
    """Settings of `track_poll`."""

    poll_replicas: NonNegativeInt
    vote_log_buckets: PositiveInt
    """Number of partition keys for the votes of a new poll."""

    voting_state_table: Text
    voter_keys_secret_arn: Text
    dead_letter_queue_url: Text
