"""Rotates the origin secret: at no time does the distribution send a value that the functions reject."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import TYPE_CHECKING, Final, Self

from botocore.exceptions import BotoCoreError, ClientError, WaiterError
from devkit.failure import Failure
from devkit.progress import Progress

from deploy.environment import Environment

if TYPE_CHECKING:
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

HEADER: Final = "X-Origin-Verify"
ACCEPTED_AFTER: Final = timedelta(minutes=10)
"""Functions read the secret every five minutes, and a minute later if a read fails."""


@dataclass(frozen=True)
class OriginRotation:
    """One rotation. A run after an interruption continues it, without another new value."""

    secrets: "SecretsManagerClient"
    secret: str
    cloudfront: "CloudFrontClient"
    distribution: str
    deploy_frontend: Callable[[], None]
    progress: Progress
    pause: Callable[[float], None] = time.sleep

    @classmethod
    def of(cls, environment: Environment, deploy_frontend: Callable[[], None], progress: Progress) -> Self:
        """Return the rotation of an environment's secret.

        Raises:
            Failure: the platform or the front end is not deployed.
        """
        import boto3  # noqa: PLC0415 (slow to import)

        platform, frontend = environment.live("platform"), environment.live("frontend")
        if platform is None or frontend is None:
            raise Failure(
                f"{environment.name} is not deployed.", f"./dev deploy all --env {environment.name}"
            )
        region = environment.account.region
        return cls(
            boto3.client("secretsmanager", region_name=region),
            platform.outputs["OriginSecretArn"],
            boto3.client("cloudfront", region_name=region),
            frontend.outputs["DistributionId"],
            deploy_frontend,
            progress,
        )

    def run(self) -> None:
        """Store a new value beside the old one, deploy the distribution with it, then remove the old one.

        Raises:
            Failure: a step failed, or the distribution does not send the new value; the old one stays valid.
        """
        with _aws_errors():
            values, stored_at = self._read()
            if not values["previous"]:
                with self.progress.doing("new value"):
                    self._write(current=token_hex(32), previous=values["current"])
                    values, stored_at = self._read()
            with self.progress.doing("functions") as step:
                step.note = "until every function accepts the new value"
                wait = (stored_at + ACCEPTED_AFTER - datetime.now(UTC)).total_seconds()
                self.pause(max(wait, 0))
        self.deploy_frontend()
        with _aws_errors(), self.progress.doing("distribution") as step:
            step.note = "until every edge sends the new value"
            self.cloudfront.get_waiter("distribution_deployed").wait(Id=self.distribution)
            if self._sent() != {values["current"]}:
                raise Failure(
                    "The distribution does not send the new value of the origin secret.",
                    "Nothing is broken: both values are valid. Deploy the front end, then try again.",
                )
            self._write(current=values["current"], previous="")

    def _read(self) -> tuple[dict[str, str], datetime]:
        found = self.secrets.get_secret_value(SecretId=self.secret)
        return {"previous": ""} | json.loads(found["SecretString"]), found["CreatedDate"]

    def _write(self, *, current: str, previous: str) -> None:
        values = json.dumps({"current": current, "previous": previous})
        self.secrets.put_secret_value(SecretId=self.secret, SecretString=values)

    def _sent(self) -> set[str]:
        """Return the values that the distribution sends to its origins."""
        config = self.cloudfront.get_distribution_config(Id=self.distribution)["DistributionConfig"]
        return {
            header["HeaderValue"]
            for origin in config["Origins"]["Items"]
            for header in origin.get("CustomHeaders", {}).get("Items", [])
            if header["HeaderName"] == HEADER
        }


@contextmanager
def _aws_errors() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError, WaiterError) as error:
        raise Failure(
            "The origin secret was not rotated to the end.",
            f"{error}\nBoth values are valid. The same command continues the rotation.",
        ) from error
