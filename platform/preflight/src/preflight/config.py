"""What the functions are told by their environment: the only module that reads it."""

import os
from typing import Self

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Read once, at import of a handler."""

    model_config = ConfigDict(frozen=True)

    origin_secret_arn: str
    allowed_origins: frozenset[str]

    @classmethod
    def from_environment(cls) -> Self:
        """Return the settings; without `ALLOWED_ORIGINS` nobody is allowed. Raises `KeyError`."""
        listed = os.environ.get("ALLOWED_ORIGINS", "")
        return cls(
            origin_secret_arn=os.environ["ORIGIN_SECRET_ARN"],
            allowed_origins=frozenset(filter(None, map(str.strip, listed.split(",")))),
        )
