"""Settings of a function, read from environment variables that its template sets."""

import os
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

type Text = Annotated[str, StringConstraints(min_length=1)]


def _split_list(text: object) -> object:
    return [part.strip() for part in text.split(",") if part.strip()] if isinstance(text, str) else text


class EnvironmentSettings(BaseModel):
    """Base class of settings. Resource names have no defaults: a function without them must not start."""

    model_config = ConfigDict(frozen=True)

    @classmethod
    def from_environment(cls) -> Self:
        """Read each field from the environment variable with its upper-case name.

        Raises `ValidationError`, which names the missing variables.
        """
        return cls.model_validate(
            {name: os.environ[name.upper()] for name in cls.model_fields if name.upper() in os.environ}
        )


class HttpSettings(EnvironmentSettings):
    """Settings of every function behind an HTTP API."""

    origin_secret_arn: Text
    allowed_origins: Annotated[frozenset[str], BeforeValidator(_split_list)] = frozenset()
    """Origins of foreign pages that may read public responses (CORS); empty for personal and admin routes."""


class MembersSettings(HttpSettings):
    """Settings of a function with an operation that checks the member's current role."""

    members_table: Text
