"""What a function is told by its template: read once from the environment, refused when incomplete."""

import os
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

type Text = Annotated[str, StringConstraints(min_length=1)]


def _split_list(text: object) -> object:
    return [part.strip() for part in text.split(",") if part.strip()] if isinstance(text, str) else text


class EnvironmentSettings(BaseModel):
    """Base of settings. Names of resources get no default: a function without them must not start."""

    model_config = ConfigDict(frozen=True)

    @classmethod
    def from_environment(cls) -> Self:
        """Read each field from the variable of its name in capitals.

        Raises `ValidationError`, which names what is missing.
        """
        return cls.model_validate(
            {name: os.environ[name.upper()] for name in cls.model_fields if name.upper() in os.environ}
        )


class HttpSettings(EnvironmentSettings):
    """What every function behind an HTTP API needs."""

    origin_secret_arn: Text
    allowed_origins: Annotated[frozenset[str], BeforeValidator(_split_list)] = frozenset()
    """Foreign pages that may read public answers; personal and admin routes name none."""


class MembersSettings(HttpSettings):
    """What a function needs whose operation is decided by the member's current role."""

    members_table: Text
