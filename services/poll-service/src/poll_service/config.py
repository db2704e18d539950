"""What each function is told by its template: read once from the environment, refused when incomplete."""

import os
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

type Text = Annotated[str, StringConstraints(min_length=1)]


def _split_list(text: object) -> object:
    return [part.strip() for part in text.split(",") if part.strip()] if isinstance(text, str) else text


class Settings(BaseModel):
    """What every function of this service needs."""

    model_config = ConfigDict(frozen=True)

    polls_table: Text

    @classmethod
    def from_environment(cls) -> Self:
        """Read each field from the variable of its name in capitals.

        Raises `ValidationError`, which names what is missing.
        """
        return cls.model_validate(
            {name: os.environ[name.upper()] for name in cls.model_fields if name.upper() in os.environ}
        )


class HttpSettings(Settings):
    """What functions behind an HTTP API need besides."""

    origin_secret_arn: Text
    allowed_origins: Annotated[frozenset[str], BeforeValidator(_split_list)] = frozenset()
    """Foreign pages that may read public answers; the admin API names none."""


class ClosingSettings(HttpSettings):
    """What functions that set a time of closing need besides."""

    environment: Text
    finish_poll_arn: Text
    wake_up_role_arn: Text
    wake_up_failures_arn: Text
