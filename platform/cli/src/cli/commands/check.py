"""`dev check`: the static checks."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from checks.evidence import Claim, Cover, read_claims
from checks.run import CheckResult, run_checks
from devkit.progress import Progress
from devkit.terminal import open_console
from rich.table import Table

_WIDTH_FOR_FILES = 240
_STYLES = {Cover.TESTED: "green", Cover.IN_PART: "yellow", Cover.REASON: "yellow", Cover.NOTHING: "red"}


def check(
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    threats: Annotated[
        bool, typer.Option("--threats", help="Only show which tests cover each threat and requirement.")
    ] = False,
) -> None:
    """Run the static checks.

    Lint, types, formats, templates and state machines. Exit status: 0 passed, 1 failed.
    """
    if threats:
        _check_threats(as_json=as_json)
        return
    with Progress(open_console(stderr=as_json)) as progress:
        verdicts = run_checks(progress)
    passed = all(verdict.passed for verdict in verdicts)
    if as_json:
        typer.echo(json.dumps({"passed": passed, "checks": [asdict(verdict) for verdict in verdicts]}))
    else:
        show_failed(verdicts)
    if not passed:
        raise typer.Exit(1)


def show_failed(verdicts: list[CheckResult]) -> None:
    """Print the output of each failed check, and how many passed."""
    console = open_console(markup=False, soft_wrap=True)
    failed = [verdict for verdict in verdicts if not verdict.passed]
    for verdict in failed:
        console.print(f"\n✗ {verdict.name}\n{verdict.output.strip()}")
    console.print(f"\n{len(verdicts) - len(failed)} of {len(verdicts)} checks passed")


def _check_threats(*, as_json: bool) -> None:
    found, faults = read_claims()
    if as_json:
        shown = [asdict(claim) | {"cover": claim.cover} for claim in found]
        typer.echo(json.dumps({"passed": not faults, "claims": shown, "faults": faults}))
    else:
        _show_claims(found, faults)
    if faults:
        raise typer.Exit(1)


def _show_claims(found: list[Claim], faults: list[str]) -> None:
    console = open_console()
    if not console.is_terminal:
        console.width = _WIDTH_FOR_FILES
    table = Table(
        "", "Group", "Requirement", "Tests", "Coverage", box=None, pad_edge=False, header_style="bold"
    )
    for claim in found:
        cover = f"[{_STYLES[claim.cover]}]{claim.cover}[/]"
        table.add_row(claim.name, claim.group, claim.what, str(len(claim.tests)), cover)
    console.print(table)
    for claim in found:
        if claim.left:
            console.print(f"  {claim.name} {claim.cover}: {claim.left}", soft_wrap=True, markup=False)
    for fault in faults:
        console.print(f"[red]✗[/] {fault}", soft_wrap=True)
    tested = sum(bool(claim.tests) for claim in found)
    console.print(f"\n{tested} of {len(found)} have tests, {len(found) - tested} have none")
