"""What each function is told by its template: read once from the environment, refused when incomplete."""

import os
from typing import Annotated, Final, Self

from botocore.config import Config
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

type Text = Annotated[str, StringConstraints(min_length=1)]

CALLS: Final = Config(retries={"mode": "standard", "max_attempts": 3}, connect_timeout=2, read_timeout=5)
"""How every AWS client calls: a lost answer shows within seconds."""


def _split_list(text: object) -> object:
    return [part.strip() for part in text.split(",") if part.strip()] if isinstance(text, str) else text


class Settings(BaseModel):
    """What every function of this service needs."""

    model_config = ConfigDict(frozen=True)

    game_results_table: Text

    @classmethod
    def from_environment(cls) -> Self:
        """Read each field from the variable of its name in capitals.

        Raises `ValidationError`, which names what is missing.
        """
        return cls.model_validate(
            {name: os.environ[name.upper()] for name in cls.model_fields if name.upper() in os.environ}
        )


class StreamSettings(Settings):
    """What functions that read a stream need besides."""

    attention_queue_url: Text
    aws_lambda_function_name: Text
    single_stream_shard: str = ""
    """The only shard of a source that never names it (the emulator); empty: events must name theirs."""


class HttpSettings(Settings):
    """What functions behind an HTTP API need besides."""

    origin_secret_arn: Text
    allowed_origins: Annotated[frozenset[str], BeforeValidator(_split_list)] = frozenset()
    """Foreign pages that may read public answers; the personal and admin routes name none."""


class LiveSettings(HttpSettings):
    """What the function that reads results passes needs besides."""

    results_pass_secret_arn: Text
