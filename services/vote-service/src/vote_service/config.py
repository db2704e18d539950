"""What each function is told by its template: read once from the environment, refused when incomplete."""

import os
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, StringConstraints

type Text = Annotated[str, StringConstraints(min_length=1)]


class Settings(BaseModel):
    """Each function has its own settings, with nothing in them that it does not use."""

    model_config = ConfigDict(frozen=True)

    @classmethod
    def from_environment(cls) -> Self:
        """Read each field from the variable of its name in capitals. Raises `ValidationError`."""
        return cls.model_validate(
            {name: os.environ[name.upper()] for name in cls.model_fields if name.upper() in os.environ}
        )


class IssueBallotSettings(Settings):
    """What every function behind the HTTP API needs, and all that `issue_ballot` does."""

    site_origin: Text
    origin_secret_arn: Text
    voter_keys_secret_arn: Text


class VoteWrapperSettings(IssueBallotSettings):
    """What `vote_wrapper` needs besides."""

    results_pass_secret_arn: Text
    voting_state_table: Text
    vote_workflow_arn: Text


class ValidateVoteSettings(Settings):
    """What `validate_vote` needs."""

    votes_log_table: Text
    voting_state_table: Text


class TrackPollSettings(Settings):
    """What `track_poll` needs."""

    voting_state_table: Text
    voter_keys_secret_arn: Text
    set_aside_queue_url: Text
