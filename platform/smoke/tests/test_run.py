"""The run stops at the first failure, removes its traces, and has a result for programs."""

import io
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from devkit.failure import Failure
from devkit.progress import Progress
from rich.console import Console
from smoke import run
from smoke.evidence import Evidence
from smoke.run import run_smoke
from smoke.steps.pages import pages


def progress() -> Progress:
    return Progress(Console(file=io.StringIO(), width=200))


def passing(evidence: Evidence) -> str:
    return "fine"


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Replace each step by one that passes."""
    replaced: dict[str, Any] = dict.fromkeys(run.STEPS, passing)
    monkeypatch.setattr(run, "STEPS", replaced)
    return replaced


def states(result: run.SmokeResult) -> list[str]:
    return [step.state for step in result.steps]


def test_writing_steps_are_among_the_steps() -> None:
    assert set(run.WRITING) < set(run.STEPS)


@pytest.mark.usefixtures("steps")
def test_run_passes_if_all_steps_pass(world: Any) -> None:
    shown = progress()
    result = run_smoke(world.evidence(), shown)
    assert result.passed
    assert states(result) == ["passed"] * len(run.STEPS)
    assert [step.mark for step in shown.steps] == ["✓"] * len(run.STEPS)


def test_run_stops_at_the_first_failure_and_names_it(steps: dict[str, Any], world: Any) -> None:
    def fails(evidence: Evidence) -> str:
        raise Failure("The page is stale.", "./dev deploy frontend --env dev")

    steps["pages"] = fails
    result = run_smoke(world.evidence(), progress())
    assert states(result) == ["passed"] * 2 + ["failed"] + ["not run"] * 10
    read = json.loads(json.dumps(result.as_json()))
    assert read["passed"] is False
    assert read["steps"][2] | {"seconds": 0} == {
        "number": 2, "name": "pages", "state": "failed", "seconds": 0, "note": "",
        "problem": "The page is stale.", "advice": "./dev deploy frontend --env dev", "not_applicable": [],
    }  # fmt: skip


def test_traces_are_removed_after_a_failure_too(steps: dict[str, Any], world: Any) -> None:
    removed: list[bool] = []

    def leaves(evidence: Evidence) -> str:
        evidence.undo.callback(lambda: removed.append(evidence.passed))
        return ""

    steps["sign-in"] = leaves
    run_smoke(world.evidence(), progress())
    steps["poll"] = lambda evidence: evidence.require_poll() and evidence.nothing
    with pytest.raises(AttributeError):
        run_smoke(world.evidence(), progress())
    assert removed == [True, False]


def test_failed_removal_fails_the_run(steps: dict[str, Any], world: Any, fakes: Any) -> None:
    def leaves(evidence: Evidence) -> str:
        evidence.undo.callback(fakes.refused("AccessDeniedException", "cognito-idp:AdminDeleteUser"))
        return ""

    steps["sign-in"] = leaves
    result = run_smoke(world.evidence(), progress())
    assert not result.passed
    assert "cognito-idp:AdminDeleteUser" in result.left_behind


def test_missing_permission_is_named_with_the_document_that_lists_all(world: Any, fakes: Any) -> None:
    world.aws["cloudfront.get_distribution_config"] = fakes.refused("AccessDenied", "not authorized")
    failed = run_smoke(world.evidence(), progress()).failed
    assert failed is not None
    assert (failed.name, failed.advice) == (
        "stacks", "platform/smoke/README.md lists the permissions that the test needs."
    )  # fmt: skip


def test_missing_credentials_fail_the_preflight(world: Any, fakes: Any) -> None:
    world.aws["sts.get_caller_identity"] = fakes.refused("ExpiredToken", "The token has expired")
    failed = run_smoke(world.evidence(), progress()).failed
    assert failed is not None
    assert (failed.name, failed.problem[:25]) == ("preflight", "No valid AWS credentials:")


@pytest.mark.usefixtures("steps")
def test_read_only_run_skips_the_steps_that_write(world: Any) -> None:
    result = run_smoke(world.evidence(), progress(), read_only=True)
    assert result.passed
    assert states(result).count("not applicable") == len(run.WRITING)


def test_answer_that_breaks_the_contract_is_reported(world: Any, fakes: Any, steps: dict[str, Any]) -> None:
    def breaks(evidence: Evidence) -> str:
        evidence.ticket()
        return ""

    world.site["POST /live/ticket"] = fakes.answered(200, {"ticket": 1})
    steps["socket"] = breaks
    failed = run_smoke(world.evidence(), progress()).failed
    assert failed is not None
    assert "not what the contracts define" in failed.problem


def test_site_that_cannot_be_reached_is_reported(world: Any, steps: dict[str, Any]) -> None:
    def unreachable(_: Any) -> Any:
        raise httpx.ConnectError("no such host")

    world.site["GET /"] = unreachable
    steps["pages"] = pages
    failed = run_smoke(world.evidence(), progress()).failed
    assert failed is not None
    assert failed.problem == "https://vote.example cannot be reached: ConnectError no such host"


def test_readme_lists_the_permission_of_each_call(fakes: Any) -> None:
    listed = set(re.findall(r"\w+", (Path(__file__).parents[1] / "README.md").read_text()))
    others = {
        "sts.get_caller_identity": "DescribeStacks",  # needs no permission
        "apigatewayv2.get_routes": "GET",
        "dynamodb.execute_statement": "PartiQLDelete",
    }
    actions = {call: "".join(map(str.capitalize, call.partition(".")[2].split("_"))) for call in fakes.calls}
    assert {call for call, action in (actions | others).items() if action not in listed} == set()
