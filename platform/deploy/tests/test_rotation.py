"""The rotation of the origin secret: Secrets Manager in memory, and a distribution that the test deploys."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import boto3
import pytest
from deploy.environment import Environment
from deploy.rotation import HEADER, OriginRotation
from devkit.failure import Failure
from devkit.progress import Progress
from rich.console import Console

from .conftest import REGION


@dataclass
class Site:
    """Functions and a distribution; `read` returns the secret."""

    read: Callable[[], dict[str, str]]
    sent: str
    rejected: list[str] = field(default_factory=list)
    deployments: int = 0
    waited: list[float] = field(default_factory=list)
    stale: bool = False
    interrupted: bool = False

    def deploy(self) -> None:
        """Deploy the front end: the distribution sends the current value."""
        self.check()
        if self.interrupted:
            raise KeyboardInterrupt
        self.deployments += 1
        if not self.stale:
            self.sent = self.read()["current"]
        self.check()

    def check(self) -> None:
        """Record a request that the functions reject."""
        values = self.read()
        if self.sent not in {values["current"], values["previous"]} - {""}:
            self.rejected.append(self.sent)

    def pause(self, seconds: float) -> None:
        """Do not wait."""
        self.waited.append(seconds)
        self.check()

    def get_waiter(self, _name: str) -> "Site":
        return self

    def wait(self, Id: str) -> None:  # noqa: N803 (AWS's own)
        assert Id == "E1"

    def get_distribution_config(self, Id: str) -> dict[str, Any]:  # noqa: N803 (AWS's own)
        assert Id == "E1"
        headers = {"Items": [{"HeaderName": HEADER, "HeaderValue": self.sent}]}
        return {"DistributionConfig": {"Origins": {"Items": [{"Id": "site"}, {"CustomHeaders": headers}]}}}


@pytest.fixture
def rotation(aws: pytest.MonkeyPatch) -> OriginRotation:
    del aws
    secrets = boto3.client("secretsmanager", region_name=REGION)
    text = json.dumps({"current": "first", "previous": ""})
    arn = secrets.create_secret(Name="tot-dev-origin", SecretString=text)["ARN"]

    def read() -> dict[str, str]:
        values: dict[str, str] = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])
        return values

    site = Site(read, "first")
    progress = Progress(Console(quiet=True))
    return OriginRotation(secrets, arn, cast("Any", site), "E1", site.deploy, progress, site.pause)


def site_of(rotation: OriginRotation) -> Site:
    return cast("Site", rotation.cloudfront)


@pytest.mark.covers("T28")
def test_rotation_replaces_the_value_and_rejects_no_request(rotation: OriginRotation) -> None:
    rotation.run()
    site = site_of(rotation)
    values = site.read()
    assert (values["previous"], site.deployments) == ("", 1)
    assert values["current"] == site.sent != "first"
    assert len(values["current"]) == 64
    assert site.rejected == []
    assert 590 < site.waited[0] <= 600


def test_old_value_stays_while_the_distribution_sends_it(rotation: OriginRotation) -> None:
    site = site_of(rotation)
    site.stale = True
    with pytest.raises(Failure, match="does not send the new value"):
        rotation.run()
    assert site.read()["previous"] == site.sent == "first"
    assert site.rejected == []


def test_interrupted_rotation_continues_with_the_same_value(rotation: OriginRotation) -> None:
    site = site_of(rotation)
    site.interrupted = True
    with pytest.raises(KeyboardInterrupt):
        rotation.run()
    new = site.read()["current"]
    site.interrupted = False
    rotation.run()
    assert site.read() == {"current": new, "previous": ""}
    assert site.sent == new
    assert site.rejected == []


def test_error_of_aws_names_the_command_that_continues(rotation: OriginRotation) -> None:
    rotation.secrets.delete_secret(SecretId=rotation.secret, ForceDeleteWithoutRecovery=True)
    with pytest.raises(Failure, match="not rotated") as caught:
        rotation.run()
    assert "continues the rotation" in caught.value.advice


def test_environment_that_is_not_deployed_is_refused(dev: Environment) -> None:
    with pytest.raises(Failure, match="dev is not deployed"):
        OriginRotation.of(dev, lambda: None, Progress(Console(quiet=True)))
