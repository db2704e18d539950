"""The project's own templates satisfy all rules."""

import json

import pytest
from devkit.checkout import ROOT
from stacks.catalogue import FUNCTION, MACHINE, load_stacks
from stacks.reference import text_of
from stacks.template import read_template
from template_lint.exceptions import read_exceptions, without_accepted
from template_lint.findings import find
from template_lint.rulebook import OWN_RULES, RULES, RULES_OVER_ALL
from template_lint.rules.privacy import REQUEST_LOG_TYPES


@pytest.mark.covers("T12", "R25", "R37", "R38", "R39", "R40")
def test_all_templates_pass_all_rules() -> None:
    findings = find(load_stacks(), RULES, RULES_OVER_ALL)
    assert without_accepted(findings, read_exceptions(), lambda rule: rule in OWN_RULES) == []


def test_the_journey_shows_functions_tables_and_workflows_that_exist() -> None:
    stacks = load_stacks()
    (platform,) = [stack for stack in stacks if stack.name == "platform"]
    text = platform.properties("AWS::CloudWatch::Dashboard")["JourneyDashboard"]["DashboardBody"]["Fn::Sub"]
    widgets = json.loads(text)["widgets"]
    kinds = {FUNCTION: "FunctionName", MACHINE: "StateMachineName", "AWS::DynamoDB::Table": "TableName"}
    existing = {
        text_of(properties[name])
        for stack in stacks
        for kind, name in kinds.items()
        for properties in stack.properties(kind).values()
    }
    shown = {
        str(part).rpartition(":")[2]
        for widget in widgets
        for metric in widget["properties"].get("metrics", [])
        for part in metric
        if "tot-${Environment}" in str(part)
    }
    assert len(widgets) == 14
    assert shown
    assert shown - existing == set()


def test_the_firewall_neither_logs_nor_samples_requests() -> None:
    """Its stack is for another Region and not covered above; samples would contain addresses and cookies."""
    template = read_template(ROOT / "platform" / "edge" / "template.yaml")
    kinds = {resource["Type"] for resource in template["Resources"].values()}
    text = json.dumps(template, default=str)

    assert not kinds & REQUEST_LOG_TYPES
    assert '"SampledRequestsEnabled": false' in text
    assert '"SampledRequestsEnabled": true' not in text
