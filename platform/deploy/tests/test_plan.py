"""The plan of a deployment, and the questions before it."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from cli.commands import deploy as command
from cli.dev import app
from deploy.account import Account
from deploy.environment import UNKNOWN_ORIGIN, Environment
from deploy.plan import ResourceChange, take_changes

from .conftest import CLOUD, STACKS, SamInMemory, plan_of, put_stack

ORIGIN = {"Environment": "dev", "SiteOrigin": "https://vote.example.com"}
ORDER = [stack.name for stack in STACKS]
TEMPLATE = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}


@pytest.fixture
def dev_command(
    monkeypatch: pytest.MonkeyPatch, account: Account, sam: SamInMemory, aws: pytest.MonkeyPatch
) -> SamInMemory:
    """Let `dev deploy` run against the account in memory."""
    monkeypatch.setattr(command, "SamProcess", lambda _: sam)
    monkeypatch.setattr(command, "preflight", lambda *_: [])
    monkeypatch.setattr(Account, "read", lambda _region: account)
    return sam


def test_plan_of_an_empty_account_creates_every_stack_in_order(sam: SamInMemory, dev: Environment) -> None:
    plans = plan_of(sam, dev)
    assert [(plan.stack, plan.action) for plan in plans] == [(name, "create") for name in ORDER]
    assert plans[-1].parameters["SiteOrigin"] == UNKNOWN_ORIGIN
    assert ResourceChange("Add", "VotesLogTable", "AWS::DynamoDB::Table") in plans[4].changes
    assert sam.deployed() == []
    assert CLOUD == {}


def test_plan_of_an_update_shows_changed_parameters_and_resources(
    sam: SamInMemory, dev: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = [
        ResourceChange("Modify", "VoteWrapperFunction", "AWS::Lambda::Function", "False"),
        ResourceChange("Modify", "VotesLogTable", "AWS::DynamoDB::Table", "True"),
        ResourceChange("Remove", "OldAlarm", "AWS::CloudWatch::Alarm"),
    ]
    monkeypatch.setattr("deploy.aws.take_changes", lambda *_: changes)
    monkeypatch.setattr(Environment, "cloudformation", lambda *_: None)
    put_stack("vote-service", "dev", {"Environment": "test", "SiteOrigin": "https://vote.example.com"})
    (plan,) = plan_of(sam, dev, "vote-service")
    assert list(plan.lines()) == [
        "vote-service: update tot-dev-vote-service in eu-central-1",
        "    Environment: test → dev",
        "    ~ modify VoteWrapperFunction (AWS::Lambda::Function)",
        "    ! modify VotesLogTable (AWS::DynamoDB::Table, replaced)",
        "    ! remove OldAlarm (AWS::CloudWatch::Alarm)",
    ]
    assert sam.deployed() == []


def test_plan_without_a_change_set_is_unchanged(
    sam: SamInMemory, dev: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Environment, "cloudformation", lambda *_: None)
    put_stack("vote-service", "dev", ORIGIN)
    (plan,) = plan_of(sam, dev, "vote-service")
    assert (plan.action, plan.before, plan.changes) == ("unchanged", {}, [])


def test_change_set_is_read_and_deleted(aws: pytest.MonkeyPatch, tmp_path: Path) -> None:
    client = boto3.client("cloudformation")
    client.create_stack(StackName="tot-dev-x", TemplateBody=json.dumps(TEMPLATE))
    more = {"Resources": TEMPLATE["Resources"] | {"Alarms": {"Type": "AWS::SNS::Topic"}}}
    made = client.create_change_set(
        StackName="tot-dev-x",
        ChangeSetName="samcli-deploy1",
        ChangeSetType="UPDATE",
        TemplateBody=json.dumps(more),
    )
    log = tmp_path / "x.plan.log"
    log.write_text(
        f"Waiting for changeset to be created..\n\nChangeset created successfully. {made['Id']}\n\n"
    )
    assert ResourceChange("Add", "Alarms", "AWS::SNS::Topic") in take_changes(client, log)
    assert client.list_change_sets(StackName="tot-dev-x")["Summaries"] == []


def test_stack_is_built_once_for_its_plan_and_its_deployment(dev_command: SamInMemory) -> None:
    _run(["deploy", "platform", "--env", "dev", "--yes"])
    assert [line[0] for line in dev_command.lines] == ["build", "deploy"]


def test_json_is_the_plan_alone_and_changes_nothing(
    dev_command: SamInMemory, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(["deploy", "all", "--env", "dev", "--json"])
    plans: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    assert [plan["stack"] for plan in plans] == ORDER
    assert {plan["action"] for plan in plans} == {"create"}
    assert CLOUD == {}


def test_plan_option_changes_nothing(dev_command: SamInMemory, capsys: pytest.CaptureFixture[str]) -> None:
    _run(["deploy", "all", "--env", "dev", "--plan"])
    printed = capsys.readouterr().out
    assert "Account 123456789012, Region eu-central-1" in printed
    assert "1. edge: create tot-dev-edge in us-east-1" in printed
    assert CLOUD == {}


def test_deployment_without_a_terminal_needs_yes(
    dev_command: SamInMemory, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        app(["deploy", "platform", "--env", "dev"])
    assert ended.value.code == 2
    assert "--yes" in capsys.readouterr().err
    assert CLOUD == {}


def test_answer_no_changes_nothing(dev_command: SamInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", lambda _: False)
    with pytest.raises(SystemExit) as ended:
        app(["deploy", "platform", "--env", "dev"])
    assert ended.value.code == 1
    assert CLOUD == {}


def _run(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        app(arguments)
    assert not ended.value.code
