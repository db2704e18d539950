"""What each function is told by its template: each has its own settings, with nothing it does not use."""

from gateway.settings import EnvironmentSettings, HttpSettings, MembersSettings, Text
from pydantic import PositiveInt


class VoterSettings(HttpSettings):
    """What every function needs that answers a voter's page."""

    site_origin: Text
    """The one origin whose pages get voter tokens and vote, such as `https://vote.example.com`."""
    voter_keys_secret_arn: Text
    voting_state_table: Text


class IssueChallengeSettings(VoterSettings):
    """What `issue_challenge` needs: the same."""


class IssueVoterTokenSettings(VoterSettings):
    """What `issue_voter_token` needs besides."""

    new_voters_per_network: PositiveInt
    """How many new voters one network may bring in five minutes."""


class VoteWrapperSettings(VoterSettings):
    """What `vote_wrapper` needs besides."""

    results_pass_secret_arn: Text
    vote_workflow_arn: Text


class MintCodesSettings(MembersSettings):
    """What `mint_codes` needs."""

    voter_keys_secret_arn: Text
    voting_state_table: Text
    audit_log_table: Text


class GetAbuseReportSettings(HttpSettings):
    """What `get_abuse_report` needs."""

    votes_log_table: Text
    voting_state_table: Text


class ValidateVoteSettings(EnvironmentSettings):
    """What `validate_vote` needs."""

    votes_log_table: Text
    voting_state_table: Text


class ReadVoteLogSettings(ValidateVoteSettings):
    """What `read_vote_log` needs: the same two tables."""


class TrackPollSettings(EnvironmentSettings):
    """What `track_poll` needs."""

    voting_state_table: Text
    voter_keys_secret_arn: Text
    dead_letter_queue_url: Text
