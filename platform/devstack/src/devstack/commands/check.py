"""`dev check`: everything that can be said about the code without running it."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from devstack.checks.run import Verdict, run_checks
from devstack.progress import Progress


def check(
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Lint, types, formats, templates and state machines. Exit status: 0 all good, 1 something found."""
    with Progress(Console(stderr=as_json, highlight=False)) as progress:
        verdicts = run_checks(progress)
    passed = all(verdict.passed for verdict in verdicts)
    if as_json:
        typer.echo(json.dumps({"passed": passed, "checks": [asdict(verdict) for verdict in verdicts]}))
    else:
        show_failed(verdicts)
    if not passed:
        raise typer.Exit(1)


def show_failed(verdicts: list[Verdict]) -> None:
    """Print what each failed check had to say, and how many passed."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    failed = [verdict for verdict in verdicts if not verdict.passed]
    for verdict in failed:
        console.print(f"\n✗ {verdict.name}\n{verdict.output.strip()}")
    console.print(f"\n{len(verdicts) - len(failed)} of {len(verdicts)} checks passed")
