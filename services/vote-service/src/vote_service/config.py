"""Settings of each function, read from the environment that its template defines."""

from chassis.settings import EnvironmentSettings, HttpSettings, MembersSettings, Text
from pydantic import PositiveInt


class VoterSettings(HttpSettings):
    """Settings of functions with routes for voters' pages."""

    site_origin: Text
    """The only origin that may request voter tokens and vote, such as `https://vote.example.com`."""
    voter_keys_secret_arn: Text
    voting_state_table: Text


class IssueChallengeSettings(VoterSettings):
    """Settings of `issue_challenge`."""


class IssueVoterTokenSettings(VoterSettings):
    """Settings of `issue_voter_token`."""

    new_voters_per_network: PositiveInt
    """Rate limit: new voters per network in five minutes."""


class VoteWrapperSettings(VoterSettings):
    """Settings of `vote_wrapper`."""

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


class ValidateVoteSettings(EnvironmentSettings):
    """Settings of `validate_vote`."""

    votes_log_table: Text
    voting_state_table: Text


class ReadVoteLogSettings(ValidateVoteSettings):
    """Settings of `read_vote_log`: the same two tables."""


class ReadReceiptHashesSettings(ReadVoteLogSettings):
    """Settings of `read_receipt_hashes`."""


class TrackPollSettings(EnvironmentSettings):
    """Settings of `track_poll`."""

    voting_state_table: Text
    voter_keys_secret_arn: Text
    dead_letter_queue_url: Text
