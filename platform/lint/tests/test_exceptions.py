"""Accepted findings: exact, with a reason, and never more than needed."""

import json
from pathlib import Path

import pytest
from devkit.failure import Failure
from template_lint.cfn_lint import findings_in
from template_lint.exceptions import FindingException, read_exceptions, without_accepted
from template_lint.findings import Finding

REASON = "a reason that explains it"
FOUND = Finding("vote-service", "VoteRole", "no_wildcards", "allows s3:GetObject on bucket/*")


def accepted(rule: str = "no_wildcards", resource: str = "*Role", message: str = "*") -> FindingException:
    return FindingException(rule=rule, resource=resource, message=message, reason=REASON)


def test_an_exception_accepts_its_rule_resource_and_message() -> None:
    assert without_accepted([FOUND], [accepted(message="allows s3:*")]) == []


@pytest.mark.parametrize(
    "exception",
    [accepted(rule="other"), accepted(resource="*Queue"), accepted(message="allows sqs:*")],
)
def test_an_exception_of_something_else_accepts_nothing_and_is_an_error(exception: FindingException) -> None:
    finding, stale = without_accepted([FOUND], [exception])
    assert finding == str(FOUND)
    assert "matches no finding, remove it" in stale


def test_an_exception_of_a_rule_that_another_check_runs_is_no_error() -> None:
    assert without_accepted([], [accepted()], lambda rule: rule == "WS1000") == []


def test_an_exception_without_a_reason_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "exceptions.toml"
    path.write_text('[[exception]]\nrule = "x"\nresource = "y"\nreason = "no"\n')
    with pytest.raises(Failure, match="not a valid list of exceptions"):
        read_exceptions(path)


def test_findings_of_cfn_lint_name_file_resource_rule_and_line() -> None:
    location = {"Path": ["Resources", "VoteRole", "Properties"], "Start": {"LineNumber": 7}}
    one = {"Filename": "a.yaml", "Location": location, "Rule": {"Id": "W1"}, "Message": "Odd."}
    (finding,) = findings_in(json.dumps([one]))
    assert str(finding) == "a.yaml: VoteRole: Odd. (line 7) [W1]"


def test_output_of_a_failed_cfn_lint_is_an_error_not_a_pass() -> None:
    with pytest.raises(Failure, match="did not report"):
        findings_in("Traceback")
