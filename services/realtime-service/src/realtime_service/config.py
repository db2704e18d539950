"""What the functions are told by their template: read once from the environment, refused when incomplete."""

import os
from collections.abc import Mapping
from typing import Annotated, Final, Self

from aws_lambda_powertools.utilities import parameters
from botocore.config import Config
from contracts.keys import KeyRing
from pydantic import BaseModel, ConfigDict, StringConstraints

type Text = Annotated[str, StringConstraints(min_length=1)]

SECRET_MAX_AGE_SECONDS: Final = 300
AWS_CLIENT: Final = Config(
    retries={"mode": "standard", "max_attempts": 3}, connect_timeout=2, read_timeout=5
)  # fmt: skip


class Settings(BaseModel):
    """Names of what this service uses; one set for all its functions: what limits them are their roles."""

    model_config = ConfigDict(frozen=True)

    connections_table: Text
    connections_endpoint: Text
    """Base address of the management API that posts to sockets, with the stage."""
    set_aside_queue_url: Text
    origin_secret_arn: Text
    results_pass_secret_arn: Text
    site_origin: Text
    """The one origin whose pages may open a socket, such as `https://vote.example.com`."""

    @classmethod
    def from_environment(cls) -> Self:
        """Read each field from the variable of its name in capitals.

        Raises `ValidationError`, which names what is missing.
        """
        return cls.model_validate(
            {name: os.environ[name.upper()] for name in cls.model_fields if name.upper() in os.environ}
        )

    def origin_secret(self) -> Mapping[str, str]:
        """Return what the distribution sends: `{"current": …, "previous": …}`. Raises `GetParameterError`."""
        return _secret(self.origin_secret_arn)

    def keys(self) -> KeyRing:
        """Return the keys behind results passes and tickets. Raises `GetParameterError`."""
        return KeyRing.read(_secret(self.results_pass_secret_arn))


def _secret(arn: str) -> dict[str, str]:
    secret: dict[str, str] = parameters.get_secret(arn, transform="json", max_age=SECRET_MAX_AGE_SECONDS)
    return secret
