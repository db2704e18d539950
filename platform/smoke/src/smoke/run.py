"""Runs the steps in order, stops at the first failure, and removes the traces of the test."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import httpx
from botocore.exceptions import BotoCoreError, ClientError
from devkit.failure import Failure
from devkit.progress import Progress
from pydantic import ValidationError

from smoke.evidence import Evidence, NotApplicable
from smoke.steps.alarms import alarms
from smoke.steps.close import close
from smoke.steps.counters import counters
from smoke.steps.pages import pages
from smoke.steps.permissions import permissions
from smoke.steps.poll import poll
from smoke.steps.preflight import preflight
from smoke.steps.redeployment import redeployment
from smoke.steps.sign_in import sign_in
from smoke.steps.socket import socket
from smoke.steps.stacks import stacks
from smoke.steps.vote import vote
from smoke.steps.voter_token import voter_token

type StepFunction = Callable[[Evidence], str]

STEPS: Final[dict[str, StepFunction]] = {
    "preflight": preflight,
    "stacks": stacks,
    "pages": pages,
    "voter token": voter_token,
    "sign-in": sign_in,
    "poll": poll,
    "vote": vote,
    "counters": counters,
    "socket": socket,
    "close": close,
    "alarms": alarms,
    "permissions": permissions,
    "redeployment": redeployment,
}
WRITING: Final = ("sign-in", "poll", "vote", "counters", "socket", "close")
"""The steps that make accounts, a poll and votes."""
_DENIED: Final = ("AccessDenied", "UnauthorizedOperation")
_MARKS: Final = {"passed": "✓", "failed": "✗", "not applicable": "-"}


@dataclass
class StepResult:
    """The result of one step. `state` is passed, failed, not applicable or not run."""

    number: int
    name: str
    state: str = "not run"
    seconds: float = 0.0
    note: str = ""
    problem: str = ""
    advice: str = ""
    not_applicable: list[NotApplicable] = field(default_factory=list)


@dataclass
class SmokeResult:
    """The result of the whole test; `left_behind` is the reason why the removal of its traces failed."""

    environment: str
    steps: list[StepResult]
    seconds: float = 0.0
    left_behind: str = ""

    @property
    def failed(self) -> StepResult | None:
        """The step that failed."""
        return next((step for step in self.steps if step.state == "failed"), None)

    @property
    def passed(self) -> bool:
        """Whether no step failed and nothing was left behind."""
        return self.failed is None and not self.left_behind

    def as_json(self) -> dict[str, Any]:
        """Return the result for programs."""
        return {"passed": self.passed, **asdict(self)}


def run_smoke(evidence: Evidence, progress: Progress, *, read_only: bool = False) -> SmokeResult:
    """Run the steps. With `read_only` those that make accounts, a poll and votes do not apply."""
    began = time.monotonic()
    environment = evidence.environment.name
    result = SmokeResult(environment, [StepResult(number, name) for number, name in enumerate(STEPS)])
    shown = [progress.announce(f"{step.number:>2} {step.name}") for step in result.steps]
    try:
        for step, line in zip(result.steps, shown, strict=True):
            evidence.not_applicable = step.not_applicable
            if read_only and step.name in WRITING:
                step.state, step.note = "not applicable", "--read-only"
            else:
                line.began, line.mark = time.monotonic(), "…"
                _run_step(step, evidence)
                step.seconds = line.elapsed()
            line.note = step.problem or step.note
            progress.finish(line, _MARKS[step.state])
            if step.state == "failed":
                break
        evidence.passed = result.failed is None
    finally:
        result.left_behind = _clean_up(evidence)
    result.seconds = time.monotonic() - began
    return result


def _run_step(step: StepResult, evidence: Evidence) -> None:
    try:
        step.note = STEPS[step.name](evidence)
        step.state = "passed"
    except Failure as failure:
        step.state, step.problem, step.advice = "failed", str(failure), failure.advice
    except (ClientError, BotoCoreError) as error:
        step.state, step.problem, step.advice = "failed", str(error), _advice(error)
    except httpx.HTTPError as error:
        step.state = "failed"
        step.problem = f"{evidence.environment.site} cannot be reached: {type(error).__name__} {error}"
        step.advice = "Check the DNS record and that the distribution is deployed, then run the test again."
    except (ValidationError, KeyError, ValueError) as error:
        step.state = "failed"
        step.problem = f"An answer is not what the contracts define: {type(error).__name__}: {error}"
        step.advice = "The checkout and the deployed version may differ: test with the deployed commit."


def _advice(error: ClientError | BotoCoreError) -> str:
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
    if code.startswith(_DENIED):
        return "platform/smoke/README.md lists the permissions that the test needs."
    return "Run the test again; if it fails again, check AWS Health."


def _clean_up(evidence: Evidence) -> str:
    try:
        evidence.undo.close()
    except (Failure, ClientError, BotoCoreError, httpx.HTTPError) as error:
        return f"{type(error).__name__}: {error}"
    return ""
