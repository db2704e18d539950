"""The front end is deployed with the current version of the origin secret."""

from dataclasses import replace

import boto3
import pytest
from deploy.environment import Environment
from devkit.failure import Failure

from .conftest import CLOUD, REGION, SamInMemory, put_stack, run


def put_platform(arn: str) -> None:
    put_stack("platform", "dev", {"Environment": "dev"})
    name = "tot-dev-platform"
    CLOUD[name] = replace(CLOUD[name], outputs={"OriginSecretArn": arn})


@pytest.mark.usefixtures("aws")
def test_rotated_secret_changes_the_reference_of_the_distribution(sam: SamInMemory, dev: Environment) -> None:
    manager = boto3.client("secretsmanager", region_name=REGION)
    secret = manager.create_secret(Name="tot-dev-origin", SecretString="{}")
    put_platform(secret["ARN"])
    run(sam, dev, "frontend")
    rotated = manager.put_secret_value(SecretId=secret["ARN"], SecretString='{"current": "new"}')
    sam_after = SamInMemory()
    run(sam_after, dev, "frontend")
    assert sam.overrides[0]["OriginSecretVersion"] == secret["VersionId"]
    assert sam_after.overrides[0]["OriginSecretVersion"] == rotated["VersionId"] != secret["VersionId"]


@pytest.mark.usefixtures("aws")
def test_unreadable_secret_stops_the_deployment(sam: SamInMemory, dev: Environment) -> None:
    put_platform(f"arn:aws:secretsmanager:{REGION}:123456789012:secret:absent-AbCdEf")
    with pytest.raises(Failure, match="version of the origin secret"):
        run(sam, dev, "frontend")
    assert sam.deployed() == []


def test_only_the_stack_with_the_distribution_gets_the_version(sam: SamInMemory, dev: Environment) -> None:
    put_platform("arn:aws:secretsmanager:eu-central-1:123456789012:secret:unused-AbCdEf")
    run(sam, dev, "vote-service")
    assert "OriginSecretVersion" not in sam.overrides[0]
