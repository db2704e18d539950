"""The preflight of `dev deploy` stops before anything is created, with the next command for each cause."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from cli.dev import app
from deploy.account import Account, choose_region
from deploy.environment import Environment, choose
from deploy.live_stack import READY, LiveStack
from deploy.preflight import preflight
from deploy.retained import leftovers, named_resources
from devkit.failure import Failure
from stacks.catalogue import Stack

from .conftest import (
    NUMBER,
    REGION,
    STACKS,
    SamInMemory,
    named,
    put_stack,
    run,
)

DESCRIBED = {"Environment": "dev", "SiteOrigin": "https://vote.example.com"}


@pytest.fixture(autouse=True)
def quota(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The account's limits; no name is left over from a deleted stack."""
    limits = {"ConcurrentExecutions": 1000}
    monkeypatch.setattr("deploy.preflight.lambda_limits", lambda _: limits)
    monkeypatch.setattr("deploy.preflight.leftovers", lambda *_: [])
    return limits


def refusal(environment: Environment, *names: str, account: str | None = None) -> str:
    """Return the reasons for which the deployment of the named stacks, or all, is refused."""
    chosen = [stack for stack in environment.stacks if not names or stack.name in names]
    with pytest.raises(Failure, match="Nothing was changed") as failure:
        preflight(environment, chosen, account)
    return failure.value.advice


def test_empty_account_with_the_usual_quota_is_ready(dev: Environment) -> None:
    assert preflight(dev, STACKS) == []


@pytest.mark.parametrize(
    ("status", "command"),
    [
        ("CREATE_FAILED", "delete-stack"),
        ("ROLLBACK_COMPLETE", "delete-stack"),
        ("ROLLBACK_FAILED", "delete-stack"),
        ("DELETE_FAILED", "delete-stack"),
        ("UPDATE_FAILED", "rollback-stack"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"),
        ("IMPORT_ROLLBACK_FAILED", "describe-stack-events"),
        ("CREATE_IN_PROGRESS", "wait stack-create-complete"),
        ("ROLLBACK_IN_PROGRESS", "wait stack-rollback-complete"),
        ("UPDATE_IN_PROGRESS", "wait stack-update-complete"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "wait stack-update-complete"),
        ("UPDATE_ROLLBACK_IN_PROGRESS", "wait stack-rollback-complete"),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "wait stack-rollback-complete"),
        ("DELETE_IN_PROGRESS", "wait stack-delete-complete"),
        ("IMPORT_IN_PROGRESS", "wait stack-import-complete"),
        ("A_STATUS_OF_TOMORROW", "describe-stack-events"),
    ],
)
def test_stack_in_a_bad_state_is_refused_with_the_next_command(
    dev: Environment, status: str, command: str
) -> None:
    put_stack("vote-service", "dev", DESCRIBED, status)
    advice = refusal(dev, "edge", "platform", "members", "poll-service", "vote-service")
    assert f"tot-dev-vote-service is in {status}" in advice
    assert f"aws cloudformation {command} --stack-name tot-dev-vote-service --region {REGION}" in advice


def test_waiters_and_remedies_are_commands_of_the_aws_cli(aws: pytest.MonkeyPatch) -> None:
    client = boto3.client("cloudformation", region_name=REGION)
    for status in ("ROLLBACK_COMPLETE", "UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED", "IMPORT_IN_PROGRESS"):
        words = LiveStack("tot-dev-x", status, {}, {}).remedy(REGION).split()
        for command, name in pairwise(words):
            if command == "wait":
                assert name.replace("-", "_") in client.waiter_names
            elif command == "cloudformation" and name != "wait":
                assert hasattr(client, name.replace("-", "_"))


@pytest.mark.parametrize("status", sorted(READY))
def test_stack_in_a_good_state_is_ready(dev: Environment, status: str) -> None:
    put_stack("platform", "dev", DESCRIBED, status)
    assert preflight(dev, [named("platform")]) == []


def test_stack_that_another_one_imports_from_comes_first(dev: Environment) -> None:
    assert "./dev deploy platform --env dev" in refusal(dev, "poll-service")


def test_every_left_over_resource_is_named_with_the_command_that_deletes_it(
    dev: Environment, aws: pytest.MonkeyPatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.preflight.leftovers", leftovers)
    table, log = "tot-dev-polls", "/aws/lambda/tot-dev-create-poll"
    images = f"tot-dev-images-{NUMBER}-{REGION}"
    tables = boto3.client("dynamodb", region_name=REGION)
    tables.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    boto3.client("s3", region_name=REGION).create_bucket(
        Bucket=images, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    boto3.client("logs", region_name=REGION).create_log_group(logGroupName=log)
    secrets = boto3.client("secretsmanager", region_name=REGION)
    secrets.create_secret(Name="tot-dev-voter-keys", SecretString="{}")
    secrets.delete_secret(SecretId="tot-dev-voter-keys")
    advice = refusal(dev)
    for command in (
        f"aws dynamodb delete-table --table-name {table} --region {REGION}",
        f"aws s3 rb --force s3://{images} --region {REGION}",
        f"aws logs delete-log-group --log-group-name {log} --region {REGION}",
        "aws secretsmanager delete-secret --force-delete-without-recovery --secret-id tot-dev-voter-keys",
        "./dev destroy --env dev --everything",
    ):
        assert command in advice


def test_names_that_outlive_a_stack_are_read_from_the_templates(dev: Environment) -> None:
    retained = {one.name for stack in STACKS for one in named_resources(dev, stack) if one.is_retained}
    assert {"tot-dev-votes-log", "tot-dev-polls", "tot-dev-game-results", "tot-dev-voter-keys"} < retained
    assert not [name for name in retained if "$" in name]
    assert "tot-dev-web-socket-connections" not in retained


def test_names_of_another_environment_are_free(dev: Environment, aws: pytest.MonkeyPatch) -> None:
    boto3.client("secretsmanager", region_name=REGION).create_secret(
        Name="tot-dev-2-voter-keys", SecretString="{}"
    )
    assert leftovers(dev, named("platform")) == []


def test_unknown_key_of_samconfig_is_refused_with_the_nearest_parameter(
    dev: Environment, tmp_path: Path
) -> None:
    stack = named("platform")
    (tmp_path / "samconfig.toml").write_text(
        '[dev.deploy.parameters]\nstack_name = "tot-dev-platform"\nparameter_overrides = "AlarmMail=x@y.z"\n'
    )
    other = Stack(stack.name, tmp_path, stack.source, stack.needs)
    environment = replace(dev, stacks=[other if one is stack else one for one in STACKS])
    advice = refusal(environment, "platform")
    assert f"{tmp_path}/samconfig.toml" in advice
    assert "no parameter AlarmMail; did you mean AlarmEmail?" in advice


@pytest.mark.parametrize("name", ["Tracin", "SiteOrigin", "DomainName", "VotingConcurrency"])
def test_parameter_that_no_chosen_stack_lets_the_command_set_is_refused(dev: Environment, name: str) -> None:
    advice = refusal(replace(dev, named={name: "x"}), "platform")
    assert f"- --parameter {name}: the stacks to deploy have no such parameter to set" in advice
    assert name != "Tracin" or "did you mean Tracing?" in advice


def test_new_accounts_quota_is_a_warning_with_the_request_for_more(
    dev: Environment, quota: dict[str, int]
) -> None:
    quota["ConcurrentExecutions"] = 10
    threshold, warning = preflight(dev, STACKS)
    assert "Pass --parameter ConcurrencyAlarmThreshold=8." in threshold
    assert "over 5 votes at once are throttled" in warning
    assert "aws service-quotas request-service-quota-increase --service-code lambda" in warning


def test_threshold_that_fits_the_account_needs_no_warning(dev: Environment, quota: dict[str, int]) -> None:
    quota["ConcurrentExecutions"] = 3000
    fitting = {"ConcurrencyAlarmThreshold": "2400"}
    assert preflight(replace(dev, named=fitting), STACKS) == []
    put_stack("platform", "dev", DESCRIBED | fitting)
    assert preflight(dev, STACKS) == []


def test_reserved_concurrency_beyond_the_quota_is_refused(dev: Environment, quota: dict[str, int]) -> None:
    """Each of the three functions of a vote reserves it."""
    put_stack("platform", "dev", DESCRIBED)
    reserving = replace(dev, named={"VotingConcurrency": "50"})
    quota["ConcurrentExecutions"] = 249
    assert "reserves 150 executions for 3 functions" in refusal(reserving, "vote-service")
    quota["ConcurrentExecutions"] = 250
    assert "VotingConcurrency" not in refusal(reserving, "vote-service")


def test_other_account_is_refused(dev: Environment) -> None:
    assert f"those of account {NUMBER}, not of 999999999999" in refusal(dev, account="999999999999")


def test_front_end_alone_is_refused_when_its_address_would_change(sam: SamInMemory, dev: Environment) -> None:
    run(sam, dev)
    advice = refusal(replace(dev, domain="vote.example.com"), "frontend")
    assert "from https://d111111abcdef8.cloudfront.net to https://vote.example.com" in advice


def test_expired_and_missing_credentials_are_reported_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    for code, words in (
        ("ExpiredToken", "have expired"),
        ("InvalidClientTokenId", "No valid AWS credentials"),
    ):
        error = ClientError({"Error": {"Code": code, "Message": "…"}}, "GetCallerIdentity")

        def fail(error: ClientError = error) -> Any:
            raise error

        client = type("Sts", (), {"get_caller_identity": staticmethod(fail)})
        monkeypatch.setattr(boto3, "client", lambda *_, client=client, **__: client)
        with pytest.raises(Failure, match=words) as failure:
            Account.read(REGION)
        assert "aws sso login" in failure.value.advice


def test_identity_is_read(aws: pytest.MonkeyPatch) -> None:
    assert Account.read(REGION).number == NUMBER


@pytest.mark.parametrize(
    ("option", "environ", "configured", "region"),
    [
        ("eu-west-1", {"AWS_REGION": "a", "AWS_DEFAULT_REGION": "b"}, {"c"}, "eu-west-1"),
        (None, {"AWS_REGION": "eu-west-1"}, set(), "eu-west-1"),
        (None, {"AWS_DEFAULT_REGION": "eu-west-1"}, set(), "eu-west-1"),
        (None, {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}, {"eu-west-1"}, "eu-west-1"),
        (None, {}, {"eu-west-1"}, "eu-west-1"),
    ],
)
def test_region_is_that_of_option_environment_or_settings(
    option: str | None, environ: Mapping[str, str], configured: set[str], region: str
) -> None:
    assert choose_region(option, environ, configured) == region


@pytest.mark.parametrize(
    ("environ", "configured", "words"),
    [
        ({"AWS_REGION": "a", "AWS_DEFAULT_REGION": "b"}, set(), "different Regions: a, b"),
        ({}, {"a", "b"}, "different Regions: a, b"),
        ({"AWS_REGION": "a"}, {"b"}, "environment names the Region a, samconfig.toml b"),
        ({}, set(), "No AWS Region is set"),
    ],
)
def test_missing_or_contradictory_region_is_refused(
    environ: Mapping[str, str], configured: set[str], words: str, aws: pytest.MonkeyPatch
) -> None:
    aws.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(Failure, match=words) as failure:
        choose_region(None, environ, configured)
    assert "--region" in failure.value.advice


def test_command_without_a_region_exits_with_status_2_and_no_traceback(
    aws: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.delenv("AWS_DEFAULT_REGION")
    aws.delenv("AWS_REGION")
    with pytest.raises(SystemExit) as ended:
        app(["deploy", "all", "--env", "dev"])
    assert ended.value.code == 2
    assert "No AWS Region is set" in capsys.readouterr().err


def test_unknown_service_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Failure, match="Unknown service vote") as failure:
        choose(STACKS, "vote")
    assert "vote-service" in failure.value.advice


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (
            {"BrandColourA": "blue"},
            "- BrandColourA: 'blue' does not match (#[0-9a-f]{6})?. Colour of the first",
        ),
        (
            {"BrandColourA": "#ffee99"},
            "- BrandColourA: #ffee99 has a contrast of 1.1 to the light background",
        ),
        ({"BrandColourB": "#0055aa"}, "- BrandColourA and BrandColourB: #0056ab and #0055aa have a contrast"),
        (
            {"BrandLogo": "http://example.com/logo.png"},
            "- BrandLogo: 'http://example.com/logo.png' does not match",
        ),
        (
            {"BrandLogo": "https://127.0.0.1:1/x.png"},
            "- BrandLogo: https://127.0.0.1:1/x.png cannot be loaded",
        ),
        ({"Architecture": "mips"}, "- Architecture: 'mips' is none of arm64, x86_64"),
    ],
)
def test_value_that_the_deployment_would_refuse_is_named_with_the_reason(
    dev: Environment, values: dict[str, str], reason: str
) -> None:
    put_stack("frontend", "dev", DESCRIBED | {"BrandColourA": "#0056ab"})
    assert reason in refusal(replace(dev, named=values))


def test_brand_of_the_present_release_is_not_checked_again(dev: Environment) -> None:
    put_stack(
        "frontend", "dev", DESCRIBED | {"BrandColourA": "#ffee99", "BrandLogo": "https://127.0.0.1:1/x.png"}
    )
    assert preflight(dev, STACKS) == []


@pytest.mark.parametrize("content", [b"<svg>", bytes(100_001)])
def test_logo_that_is_no_small_image_is_refused(
    dev: Environment, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.setattr("deploy.preflight.download", lambda _: content)
    assert "- BrandLogo: the " in refusal(replace(dev, named={"BrandLogo": "https://example.com/logo.png"}))


def test_usable_brand_is_ready(dev: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.preflight.download", lambda _: b"\xff\xd8\xff")
    brand = {
        "BrandColourA": "#0055aa",
        "BrandColourB": "#f59a2e",
        "BrandLogo": "https://example.com/logo.jpg",
    }
    assert preflight(replace(dev, named=brand), STACKS) == []
