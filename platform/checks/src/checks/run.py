"""Runs the checks, one per core at a time, and collects their output."""

import os
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from devkit.progress import Progress, Step

from checks.plan import Check, checks, first_checks


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check; `output` is the output of its failed commands."""

    name: str
    passed: bool
    seconds: float
    output: str


def run_checks(progress: Progress) -> list[CheckResult]:
    """Run all checks and return their results in the order of the plan."""
    with tempfile.TemporaryDirectory(prefix="transformed-") as folder:
        transformed = Path(folder)
        first = first_checks(transformed)
        verdicts = [_run(check, progress.announce(check.name), progress) for check in first]
        planned = [(check, progress.announce(check.name)) for check in checks(transformed)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            verdicts += pool.map(lambda each: _run(each[0], each[1], progress), planned)
    return verdicts


def _run(check: Check, step: Step, progress: Progress) -> CheckResult:
    step.began, step.mark = time.monotonic(), "…"
    output, passed = "", True
    for command in check.commands:
        done = subprocess.run(
            command,
            cwd=check.folder,
            env=os.environ | check.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        output += done.stdout if done.returncode else ""
        passed = passed and done.returncode == 0
    progress.finish(step, "✓" if passed else "✗")
    return CheckResult(check.name, passed, step.elapsed(), output)
