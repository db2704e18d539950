"""`dev chaos`: fault injection during a load test; afterwards every answer is compared with the vote log."""

import asyncio
import json
import secrets
from dataclasses import asdict
from typing import Annotated

import typer
from devkit.failure import Failure
from devkit.terminal import result_console
from laptop import rate_limit
from laptop.consistency import Consistency, check_consistency
from laptop.instance import running_instance
from loadtest.chaos.injection import InjectedFault
from loadtest.chaos.run import DRAIN_SECONDS, require_long_enough, run_chaos
from loadtest.chaos.schedules import SCHEDULES
from loadtest.crowd.expected_results import Check
from loadtest.crowd.report import outcome_json, print_outcome
from loadtest.crowd.run import CrowdPlan
from loadtest.crowd.site import SiteNotReady
from rich.console import Console
from rich.table import Table


def chaos(  # noqa: PLR0917 (typer passes options by name)
    schedule: Annotated[str, typer.Option(help=f"One of: {', '.join(SCHEDULES)}.")] = "storm",
    voters: Annotated[int, typer.Option(min=1, help="Number of voters.")] = 300,
    rate: Annotated[float, typer.Option(min=0.01, help="Voters who arrive per second.")] = 30.0,
    at_once: Annotated[int, typer.Option(min=1, help="Maximum number of concurrent voters.")] = 64,
    double_taps: Annotated[float, typer.Option(min=0, max=1, help="Share of voters who tap twice.")] = 0.2,
    patience: Annotated[float, typer.Option(min=0, help="Seconds to retry an unconfirmed vote.")] = 300.0,
    poll: Annotated[str | None, typer.Option(help="Poll id; default: the active poll.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of an earlier run, to repeat its choices.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Run a load test with fault injection.

    Calls and processes fail during the test; all answers are compared with the vote log.
    Exit status: 0 no vote lost or counted twice and every answer correct, otherwise 1.
    """
    if schedule not in SCHEDULES:
        lines = "\n".join(f"{name}: {one.about}" for name, one in SCHEDULES.items())
        raise Failure(f"Unknown schedule {schedule!r}.", lines)
    instance = running_instance()
    if instance is None:
        raise Failure("Not running.", "Start it: ./dev up")
    rate_limit.require(instance, voters)
    require_long_enough(schedule, voters, rate)
    plan = CrowdPlan(
        origin=instance.site,
        poll_id=poll,
        voters=voters,
        rate=rate,
        double_taps=double_taps,
        seed=secrets.randbelow(1_000_000) if seed is None else seed,
        at_once=at_once,
        patience=patience,
        give_up=DRAIN_SECONDS,
    )
    try:
        outcome, checks, struck, found_during = asyncio.run(run_chaos(instance, plan, SCHEDULES[schedule]))
    except SiteNotReady as error:
        raise Failure("No poll to vote on.", str(error)) from error
    found = check_consistency(instance, DRAIN_SECONDS)
    if as_json:
        report = {
            "schedule": schedule,
            "struck": asdict(struck),
            "consistency": found.summary(),
        } | found_during
        shown = [asdict(check) for check in checks]
        typer.echo(json.dumps(outcome_json(plan, outcome) | report | {"truth": shown}))
    else:
        console = result_console()
        print_outcome(plan, outcome, console)
        _print(schedule, checks, struck, found, console)
        for name, figure in found_during.items():
            console.print(f"{name.replace('_', ' ')}: {figure}")
    if not (outcome.exact and not found.differences and all(check.holds for check in checks)):
        raise typer.Exit(1)


def _print(
    schedule: str, checks: list[Check], struck: InjectedFault, found: Consistency, console: Console
) -> None:
    table = Table(title=f"Faults: {schedule} ({SCHEDULES[schedule].about})", title_justify="left")
    table.add_column("call and fault kind")
    table.add_column("count", justify="right")
    for name, count in sorted(struck.calls.items()):
        table.add_row(name, f"{count:,}")
    table.add_row("function processes killed", f"{struck.killed:,}")
    console.print(table)
    for check in checks:
        mark = "[green]✓[/]" if check.holds else "[red]✗[/]"
        console.print(f"{mark} {check.name}: {check.expected:,} / {check.found:,}")
    mark = "[red]✗[/]" if found.differences else "[green]✓[/]"
    console.print(f"{mark} {found.summary()}")
