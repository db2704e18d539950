"""`dev quotas` counts the resources of the real templates and reports an exceeded quota."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli.dev import app
from deploy.quotas import Inventory, QuotaTable, Usage, read_table, usages
from devkit.failure import Failure
from typer.testing import CliRunner

from .conftest import STACKS, named


@pytest.fixture(scope="module")
def dev() -> Inventory:
    return Inventory.read(STACKS, "dev")


def used(inventory: Inventory) -> dict[str, Usage]:
    return {usage.quota.name: usage for usage in usages(inventory, read_table())}


def limited_to(limit: int, name: str) -> QuotaTable:
    table = read_table()
    quotas = [
        quota.model_copy(update={"limit": limit}) if quota.name == name else quota for quota in table.quota
    ]
    return table.model_copy(update={"quota": tuple(quotas)})


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("functions", "Serverless::Function"),
        ("DynamoDB tables", "DynamoDB::Table"),
        ("response headers policies", "CloudFront::ResponseHeadersPolicy"),
        ("secrets", "SecretsManager::Secret"),
        ("state machines", "Serverless::StateMachine"),
    ],
)
def test_counts_are_those_of_the_template_files(dev: Inventory, name: str, kind: str) -> None:
    text = "".join(stack.template.read_text() for stack in STACKS)
    assert used(dev)[name].used == len(re.findall(rf"Type: AWS::{kind}$", text, re.MULTILINE)) > 0


def test_quota_of_one_resource_names_the_largest(dev: Inventory) -> None:
    usage = used(dev)["resources"]
    assert usage.item == "poll-service"
    assert usage.used == max(dev.count(stack) for stack in STACKS)


def test_resources_of_a_false_condition_do_not_count(dev: Inventory) -> None:
    edge = named("edge")
    assert dev.count(edge) < len(edge.plain["Resources"])  # no domain, so no certificate


def test_canary_of_an_environment_adds_its_resources(dev: Inventory) -> None:
    with_canary = Inventory.with_settings([named("members")], "prod", {"members": {"Canary": "true"}})
    assert with_canary.count(with_canary.stacks[0]) > dev.count(named("members"))


def test_environments_of_an_account_follow_from_the_quota_and_the_use(dev: Inventory) -> None:
    found = used(dev)["IAM roles"]
    assert found.environments == 1000 // found.used
    assert used(dev)["HTTP API routes"].environments is None


def test_environment_fits_into_the_default_quotas(dev: Inventory) -> None:
    assert [name for name, usage in used(dev).items() if usage.is_exceeded] == []


def test_exceeded_quota_is_reported_with_exit_status_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.commands.quotas.read_table", lambda: limited_to(1, "DynamoDB tables"))
    result = CliRunner().invoke(app, ["quotas", "--env", "dev"])
    assert result.exit_code == 1
    assert "✗ dev exceeds the quota of DynamoDB tables per Region: 7 of 1." in result.output
    assert "https://docs.aws.amazon.com/amazondynamodb/" in result.output


def test_use_of_most_of_a_quota_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.commands.quotas.read_table", lambda: limited_to(8, "DynamoDB tables"))
    result = CliRunner().invoke(app, ["quotas", "--env", "dev"])
    assert result.exit_code == 0
    assert "! dev uses most of the quota of DynamoDB tables per Region: 7 of 8." in result.output


def test_report_as_json_has_every_quota_with_its_source() -> None:
    report = json.loads(CliRunner().invoke(app, ["quotas", "--env", "dev", "--json"]).output)
    assert report["passed"]
    assert len(report["quotas"]) == len(read_table().quota)
    assert all(row["source"].startswith("https://docs.aws.amazon.com/") for row in report["quotas"])


@pytest.mark.parametrize(
    "change",
    [
        lambda quota: quota.update(measure="nothing", type=""),
        lambda quota: quota.update(source="nowhere"),
        lambda quota: quota.update(limit=0),
        lambda quota: quota.update(maximum=5),
    ],
)
def test_wrong_table_is_an_error(tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    quota: dict[str, Any] = {"name": "x", "per": "account", "type": "AWS::S3::Bucket", "source": "s3"}
    change(quota)
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in quota.items())
    path = tmp_path / "quotas.toml"
    path.write_text(f'confirmed = 2026-11-29\n[sources]\ns3 = "https://x"\n[[quota]]\n{lines}')
    with pytest.raises(Failure, match="not a valid table of quotas"):
        read_table(path)
