"""`dev smoke`: test a deployed environment, on AWS or on the laptop."""

import json
from typing import Annotated

import typer
from devkit.failure import Failure
from devkit.progress import Progress
from devkit.terminal import open_console
from smoke import environment
from smoke.evidence import Evidence
from smoke.run import SmokeResult, run_smoke


def smoke(
    env: Annotated[
        str, typer.Option(help="An environment such as dev; local is the laptop's running stack.")
    ] = "local",
    region: Annotated[
        str | None, typer.Option(help="Such as eu-central-1; default: as for ./dev deploy.")
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Make no account, no poll and no vote.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Test a deployed environment.

    Steps from the stacks to a counted vote; stops at the first failure. It makes a poll of its own,
    which the site shows until the test closes it; it interrupts no other poll.
    Exit status: 0 all steps passed, 1 a step failed.
    """
    chosen = environment.local() if env == "local" else environment.deployed(env, region)
    with Progress(open_console(stderr=True)) as progress:
        result = run_smoke(Evidence(chosen), progress, read_only=read_only)
    if as_json:
        typer.echo(json.dumps(result.as_json(), indent=2, ensure_ascii=False))
    else:
        _show(result)
    if not result.passed:
        raise typer.Exit(1)


def _show(result: SmokeResult) -> None:
    console = open_console(soft_wrap=True, markup=False)
    for step in result.steps:
        for check in step.not_applicable:
            console.print(f"- not applicable: {step.name}: {check.check} ({check.reason})", style="dim")
    if result.failed is not None:
        failure = Failure(f"Step {result.failed.number}, {result.failed.name}: {result.failed.problem}")
        console.print(f"\n✗ {failure}", style="bold")
        console.print(result.failed.advice)
    if result.left_behind:
        console.print(f"✗ Not everything was removed: {result.left_behind}", style="bold")
    if result.passed:
        console.print(f"\n{result.environment} passed in {result.seconds:.0f} s.")
