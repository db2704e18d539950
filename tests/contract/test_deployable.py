"""Properties of templates and instructions that only a deployment to AWS would show otherwise.

The rules for each single stack are in `platform/lint`; `platform/edge`, for another Region, is only here.
"""

import re
import subprocess
from typing import Final

import pytest
from chassis.origin_check import ALL_SERVICES, NAMESPACE, REJECTED
from devkit.checkout import ROOT
from stacks.catalogue import template_paths
from stacks.template import Json, read_template

EDGE: Final = ROOT / "platform/edge/template.yaml"
TEMPLATES: Final = [*template_paths(ROOT), EDGE]
PLATFORM: Final[Json] = read_template(ROOT / "platform/template.yaml")
# The generated prefix: fixed text, the environment's name, the first part of the stack's id.
DOMAIN_PREFIX: Final = "this-or-that-{}-0a1b2c3d"
DOMAIN: Final = re.compile(r"(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def environment_patterns() -> set[str]:
    return {read_template(path)["Parameters"]["Environment"].get("AllowedPattern", "") for path in TEMPLATES}


def test_all_stacks_accept_the_same_environment_names() -> None:
    assert len(TEMPLATES) == 8
    assert len(environment_patterns()) == 1


@pytest.mark.parametrize("name", ["dev", "staging", "prod", "pr-123", "ab", "a" * 16])
def test_environment_name_makes_a_valid_sign_in_domain(name: str) -> None:
    [pattern] = environment_patterns()
    assert re.fullmatch(pattern, name)
    assert DOMAIN.fullmatch(DOMAIN_PREFIX.format(name))


@pytest.mark.parametrize(
    "name", ["a", "a" * 17, "dev-", "1dev", "-dev", "Dev", "de_v", "my-aws", "amazon1", "cognito-dev", ""]
)
def test_environment_name_that_aws_would_refuse_is_refused_by_every_template(name: str) -> None:
    assert not any(re.fullmatch(pattern, name) for pattern in environment_patterns())


def test_origin_alarm_watches_the_metric_that_the_check_emits() -> None:
    alarm = PLATFORM["Resources"]["OriginRejectedAlarm"]["Properties"]
    assert (alarm["Namespace"], alarm["MetricName"]) == (NAMESPACE, REJECTED)
    assert alarm["Dimensions"] == [{"Name": "service", "Value": ALL_SERVICES["service"]}]
    assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]


def test_production_requires_a_second_factor_that_the_sign_in_page_registers() -> None:
    """With OPTIONAL, managed login registers no authenticator app, and no page of ours does."""
    pool = PLATFORM["Resources"]["UserPool"]["Properties"]
    assert pool["MfaConfiguration"] == {"Fn::If": ["RequiresMfa", "ON", "OFF"]}
    assert pool["EnabledMfas"]["Fn::If"][1] == ["SOFTWARE_TOKEN_MFA"]
    sections = (ROOT / "platform/samconfig.toml").read_text().split("\n\n")
    assert ["MfaRequired=true" in text for text in sections if text.startswith("[prod")] == [True]


def commands(*patterns: str) -> list[str]:
    """Return the lines of the tracked files that match."""
    listed = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    return [line for path in listed for line in (ROOT / path).read_text().splitlines()]


def test_documented_invitations_are_sent_by_email() -> None:
    """Cognito sends SMS by default; the user pool has no phone numbers."""
    invitations = [line for line in commands("*.md") if "admin-create-user --user-pool-id" in line]
    assert invitations
    assert [line for line in invitations if "--desired-delivery-mediums EMAIL" not in line] == []


def test_documented_deployments_by_hand_publish_changed_parameters() -> None:
    """Without a new BUILD_ID at build time, functions behind an alias keep their old parameters."""
    builds = [line for line in commands("*samconfig.toml", "*.md") if "sam build && sam deploy" in line]
    assert len(builds) >= 7
    assert [line for line in builds if "BUILD_ID=$(date +%s) sam build" not in line] == []


def test_runbook_skips_only_resources_that_exist() -> None:
    """The command that continues a rollback names the custom resource whose function failed."""
    [skipped] = re.findall(r"--resources-to-skip (\w+)", " ".join(commands("docs/runbook.md")))
    frontend = read_template(ROOT / "services/frontend/template.yaml")
    assert frontend["Resources"][skipped]["Type"].startswith("Custom::")


def test_every_stack_shows_its_release_and_accepts_every_form_of_a_version() -> None:
    versions = "1.0.0", "1.0.0+12.gabc1234.dirty", "0.0.0+archive", "unknown"
    for path in TEMPLATES:
        template = read_template(path)
        pattern = template["Parameters"]["Release"]["AllowedPattern"]
        assert all(re.fullmatch(pattern, one) for one in versions), path
        assert template["Outputs"]["Release"] == {"Value": {"Ref": "Release"}}, path
