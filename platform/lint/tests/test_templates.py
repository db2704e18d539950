"""The project's own templates break no rule."""

from template_lint.findings import find
from template_lint.rulebook import RULES, RULES_OVER_ALL
from template_lint.stack import load_stacks


def test_no_template_of_ours_breaks_a_rule() -> None:
    findings = find(load_stacks(), RULES, RULES_OVER_ALL)
    assert [str(finding) for finding in findings] == []
