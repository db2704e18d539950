"""What each function is told by its template: each has its own settings, with nothing it does not use."""

from gateway.settings import EnvironmentSettings, HttpSettings, Text


class IssueBallotSettings(HttpSettings):
    """What `issue_ballot` needs."""

    site_origin: Text
    """The one origin whose pages get ballots and vote, such as `https://vote.example.com`."""
    voter_keys_secret_arn: Text


class VoteWrapperSettings(IssueBallotSettings):
    """What `vote_wrapper` needs besides."""

    results_pass_secret_arn: Text
    voting_state_table: Text
    vote_workflow_arn: Text


class ValidateVoteSettings(EnvironmentSettings):
    """What `validate_vote` needs."""

    votes_log_table: Text
    voting_state_table: Text


class ReadLedgerSettings(ValidateVoteSettings):
    """What `read_ledger` needs: the same two tables."""


class TrackPollSettings(EnvironmentSettings):
    """What `track_poll` needs."""

    voting_state_table: Text
    voter_keys_secret_arn: Text
    set_aside_queue_url: Text
