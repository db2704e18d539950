"""The commands for AWS name the templates' own tables and log groups."""

import re
import subprocess

import pytest
from devkit.failure import Failure
from laptop.vote_trace.aws_commands import commands
from stacks.resolver import SITE, Resolver

RECEIPT = "7ZQ4-M0X2-V9C6-K3T8"


@pytest.mark.covers("T40")
def test_commands_name_existing_tables_and_log_groups_and_read_no_choice_or_key() -> None:
    resolver = Resolver(parameters={"Environment": "prod", "SiteOrigin": SITE})
    printed = commands(RECEIPT, "prod")
    tables = {table["TableName"] for table in resolver.resources("AWS::DynamoDB::Table").values()}
    groups = {group["LogGroupName"] for group in resolver.resources("AWS::Logs::LogGroup").values()}
    named_tables = set(re.findall(r"--table-name (\S+)", printed))
    named_groups = {
        name for line in re.findall(r"--log-group-names (.*) \\", printed) for name in line.split()
    }
    assert named_tables == {"tot-prod-votes-log", "tot-prod-game-results"} <= tables
    assert len(named_groups) == 5
    assert named_groups <= groups
    projected = re.findall(r"--projection-expression '(.*)'", printed)
    assert len(projected) == printed.count("aws dynamodb")
    read = {name.strip() for one in projected for name in one.split(",")}
    event = {"event.poll_id", "event.trace_id", "event.recorded_at"}
    assert read == event | {"tally_version", "updated_at", "sk", "invalid_at", "reason"}


@pytest.mark.parametrize("environment", ["", "Prod", "prod; ls", "a"])
def test_impossible_environment_is_a_usage_error(environment: str) -> None:
    with pytest.raises(Failure, match="no name of an environment") as failure:
        commands(RECEIPT, environment)
    assert failure.value.exit_status == 2


@pytest.mark.parametrize(("given", "attribute"), [(RECEIPT, "receipt"), ("4" * 32, "event.trace_id")])
def test_commands_find_the_vote_by_receipt_or_trace_id_and_are_valid_shell(
    given: str, attribute: str
) -> None:
    printed = commands(given, "dev")
    assert f"--filter-expression '{attribute} = :id'" in printed
    assert f'{{":id": {{"S": "{given}"}}}}' in printed
    assert subprocess.run(["bash", "-n"], input=printed, text=True, check=False).returncode == 0
