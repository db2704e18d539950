"""The project's own templates satisfy all rules."""

import json

import pytest
from devkit.checkout import ROOT
from stacks.catalogue import load_stacks
from stacks.template import read_template
from template_lint.exceptions import read_exceptions, without_accepted
from template_lint.findings import find
from template_lint.rulebook import OWN_RULES, RULES, RULES_OVER_ALL
from template_lint.rules.privacy import REQUEST_LOG_TYPES


@pytest.mark.covers("T12", "R25", "R37", "R38", "R39", "R40")
def test_all_templates_pass_all_rules() -> None:
    findings = find(load_stacks(), RULES, RULES_OVER_ALL)
    assert without_accepted(findings, read_exceptions(), lambda rule: rule in OWN_RULES) == []


def test_the_firewall_neither_logs_nor_samples_requests() -> None:
    """Its stack is for another Region and not covered above; samples would contain addresses and cookies."""
    template = read_template(ROOT / "platform" / "edge" / "template.yaml")
    kinds = {resource["Type"] for resource in template["Resources"].values()}
    text = json.dumps(template, default=str)

    assert not kinds & REQUEST_LOG_TYPES
    assert '"SampledRequestsEnabled": false' in text
    assert '"SampledRequestsEnabled": true' not in text
