"""`dev destroy` deletes an environment, and a second creation under its name works."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boto3
import pytest
from botocore.exceptions import WaiterError
from cli.dev import app
from deploy.account import Account
from deploy.destroy import Destruction
from deploy.environment import Environment
from deploy.preflight import preflight
from deploy.retained import NamedResource, delete, exists, named_resources
from devkit.failure import Failure
from devkit.progress import Progress
from rich.console import Console
from testkit.aws import create_table

from .conftest import CLOUD, REGION, STACKS, SamInMemory, named, put_stack, run

ARTEFACTS = "sam-artefacts"


class CloudFormationInMemory:
    """Deletes stacks of the account in memory. `stuck` is a stack that cannot be deleted."""

    def __init__(self) -> None:
        self.deleted: list[str] = []
        self.stuck: str | None = None

    def delete_stack(self, StackName: str) -> None:  # noqa: N803 - as boto3
        self.deleted.append(StackName)
        if self.stuck != StackName:
            del CLOUD[StackName]

    def get_waiter(self, _name: str) -> Any:
        def wait(StackName: str, **_: Any) -> None:  # noqa: N803 - as boto3
            if self.stuck == StackName:
                put_stack(StackName.removeprefix("tot-dev-"), "dev", {}, "DELETE_FAILED")
                raise WaiterError("stack_delete_complete", "DELETE_FAILED", {})

        return type("Waiter", (), {"wait": staticmethod(wait)})

    def describe_stack_events(self, StackName: str) -> Any:  # noqa: N803 - as boto3
        bucket = {"LogicalResourceId": "SiteBucket", "ResourceStatusReason": "The bucket is not empty"}
        return {"StackEvents": [{"ResourceStatus": "DELETE_FAILED"} | bucket]}


@pytest.fixture
def cloudformation(monkeypatch: pytest.MonkeyPatch) -> CloudFormationInMemory:
    """CloudFormation, of which only deletions matter here."""
    client = CloudFormationInMemory()
    monkeypatch.setattr(Environment, "cloudformation", lambda *_: client)
    monkeypatch.setattr("deploy.destroy.read_stack", lambda *_: None)
    monkeypatch.setattr("deploy.preflight.lambda_limits", lambda _: {"ConcurrentExecutions": 1000})
    return client


def retained(dev: Environment) -> list[NamedResource]:
    return [one for stack in dev.stacks for one in named_resources(dev, stack) if one.is_retained]


def make(resource: NamedResource) -> None:
    """Create a resource of this type and name."""
    client: Any = boto3.client
    makers: dict[str, Callable[[], Any]] = {
        "AWS::DynamoDB::Table": lambda: create_table(
            client("dynamodb"),
            {
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "BillingMode": "PAY_PER_REQUEST",
            },
            resource.name,
        ),
        "AWS::SecretsManager::Secret": lambda: client("secretsmanager").create_secret(
            Name=resource.name, SecretString="{}"
        ),
        "AWS::S3::Bucket": lambda: make_bucket(resource.name, "image.png"),
        "AWS::Cognito::UserPool": lambda: client("cognito-idp").create_user_pool(PoolName=resource.name),
    }
    makers[resource.type]()


def make_bucket(name: str, *keys: str) -> None:
    s3: Any = boto3.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    for key in keys:
        s3.put_object(Bucket=name, Key=key, Body=b"1")
        s3.put_object(Bucket=name, Key=key, Body=b"2")


def destruction(dev: Environment) -> Destruction:
    return Destruction(dev, Progress(Console(quiet=True)))


@pytest.mark.usefixtures("aws")
def test_environment_is_deleted_with_everything_and_created_again(
    sam: SamInMemory, dev: Environment, cloudformation: CloudFormationInMemory
) -> None:
    dev = replace(dev, stacks=[named(name) for name in ("edge", "platform", "poll-service", "frontend")])
    order = [f"tot-dev-{stack.name}" for stack in reversed(dev.stacks)]
    run(sam, dev)
    for one in retained(dev):
        make(one)
    boto3.client("dynamodb").update_table(TableName="tot-dev-polls", DeletionProtectionEnabled=True)
    boto3.client("logs").create_log_group(logGroupName="/aws/lambda/tot-dev-create-poll")
    plain = destruction(dev)
    inventory = plain.inventory()
    assert [live.name for _, live in inventory.stacks] == order
    assert inventory.data == retained(dev)

    plain.run(inventory, everything=False)
    assert (cloudformation.deleted, CLOUD) == (order, {})
    assert all(exists(one) for one in retained(dev))
    with pytest.raises(Failure) as refused:
        preflight(dev, dev.stacks)
    assert "./dev destroy --env dev --everything" in refused.value.advice

    plain.run(plain.inventory(), everything=True)
    assert plain.inventory().is_empty
    assert preflight(dev, dev.stacks) == []
    run(sam, dev)
    assert len(CLOUD) == len(dev.stacks)


@pytest.mark.usefixtures("aws")
def test_resources_of_another_environment_stay(
    dev: Environment, cloudformation: CloudFormationInMemory
) -> None:
    dev = replace(dev, stacks=[named("platform"), named("members")])
    others = [
        NamedResource("AWS::SecretsManager::Secret", "tot-dev-2-voter-keys", REGION, True),
        NamedResource("AWS::DynamoDB::Table", "tot-dev-2-members", REGION, True),
        NamedResource("AWS::Cognito::UserPool", "tot-dev-2-organisers", REGION, True),
    ]
    for one in others:
        make(one)
    destruction(dev).run(destruction(dev).inventory(), everything=True)
    assert all(exists(one) for one in others)


@pytest.mark.usefixtures("aws")
def test_artefacts_of_the_environment_are_deleted_and_others_stay(
    dev: Environment, cloudformation: CloudFormationInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev = replace(dev, stacks=[named("frontend")])
    make_bucket(ARTEFACTS, "tot-dev-frontend/1", "tot-dev-frontend-2/1", "tot-prod-frontend/1")
    bucket = type("Live", (), {"outputs": {"SourceBucket": ARTEFACTS}})
    monkeypatch.setattr("deploy.destroy.read_stack", lambda *_: bucket)
    destruction(dev).run(destruction(dev).inventory(), everything=True)
    left = boto3.client("s3").list_object_versions(Bucket=ARTEFACTS)["Versions"]
    assert {one["Key"] for one in left} == {"tot-dev-frontend-2/1", "tot-prod-frontend/1"}


@pytest.mark.usefixtures("aws")
def test_resource_that_aws_does_not_delete_is_a_failure_in_its_own_words() -> None:
    absent = NamedResource("AWS::DynamoDB::Table", "tot-dev-polls", REGION, True)
    with pytest.raises(Failure, match="DynamoDB table tot-dev-polls was not deleted") as failure:
        delete(absent)
    assert "ResourceNotFoundException" in failure.value.advice


@pytest.fixture
def nothing_retained(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no data exist."""
    monkeypatch.setattr("deploy.destroy.exists", lambda _: False)


@pytest.mark.usefixtures("nothing_retained")
def test_interrupted_deletion_is_continued(dev: Environment, cloudformation: CloudFormationInMemory) -> None:
    for stack in STACKS[:4]:
        put_stack(stack.name, "dev", {})
    put_stack("poll-service", "dev", {}, "DELETE_IN_PROGRESS")
    destruction(dev).run(destruction(dev).inventory(), everything=False)
    assert CLOUD == {}


@pytest.mark.usefixtures("nothing_retained")
def test_stack_that_cannot_be_deleted_is_reported_with_its_resource_and_stops_the_rest(
    dev: Environment, cloudformation: CloudFormationInMemory
) -> None:
    for name in ("platform", "frontend"):
        put_stack(name, "dev", {})
    cloudformation.stuck = "tot-dev-frontend"
    with pytest.raises(Failure, match="tot-dev-frontend was not deleted") as failure:
        destruction(dev).run(destruction(dev).inventory(), everything=True)
    assert "SiteBucket: The bucket is not empty" in failure.value.advice
    assert "aws cloudformation delete-stack --stack-name tot-dev-frontend" in failure.value.advice
    assert "tot-dev-platform" in CLOUD


@pytest.mark.usefixtures("nothing_retained")
def test_stack_that_another_deployment_changes_is_not_deleted(dev: Environment) -> None:
    put_stack("platform", "dev", {}, "UPDATE_IN_PROGRESS")
    with pytest.raises(Failure, match="Nothing was changed") as failure:
        destruction(dev).inventory()
    assert "wait stack-update-complete" in failure.value.advice


@pytest.mark.usefixtures("nothing_retained")
@pytest.mark.parametrize(("confirmed", "status"), [("dev", 0), ("prod", 2), (None, 2)])
def test_command_deletes_only_after_the_name_is_confirmed(
    confirmed: str | None,
    status: int,
    account: Account,
    cloudformation: CloudFormationInMemory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    put_stack("platform", "dev", {})
    monkeypatch.setattr(Account, "read", lambda _region: account)
    option = [] if confirmed is None else ["--confirm", confirmed]
    with pytest.raises(SystemExit) as ended:
        app(["destroy", "--env", "dev", "--region", REGION, *option])
    assert (ended.value.code or 0) == status
    assert "tot-dev-platform (CREATE_COMPLETE)" in capsys.readouterr().out
    assert (CLOUD == {}) is (status == 0)
