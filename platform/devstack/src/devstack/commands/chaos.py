"""`dev chaos`: a crowd votes while things go wrong; then everything is held against the log."""

import asyncio
import json
import secrets
from contextlib import suppress
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from devstack import allowance
from devstack.audit import Audit, audit
from devstack.chaos.faults import Struck, faults
from devstack.chaos.schedules import SCHEDULES, Schedule
from devstack.chaos.truth import read_log, truth
from devstack.crowd.ledger import Check
from devstack.crowd.report import outcome_json, print_outcome, show_progress
from devstack.crowd.run import CrowdPlan, Outcome, Progress, run_crowd
from devstack.crowd.site import Site, SiteNotReady, open_client
from devstack.failure import Failure
from devstack.instance import Instance, running_instance
from devstack.terminal import result_console

AUDIT_SECONDS = 120.0


def chaos(  # noqa: PLR0917 (typer passes options by name)
    schedule: Annotated[str, typer.Option(help=f"One of: {', '.join(SCHEDULES)}.")] = "storm",
    voters: Annotated[int, typer.Option(min=1, help="How many people vote.")] = 300,
    rate: Annotated[float, typer.Option(min=0.01, help="How many of them arrive in a second.")] = 30.0,
    at_once: Annotated[int, typer.Option(min=1, help="At most so many under way at a time.")] = 64,
    double_taps: Annotated[float, typer.Option(min=0, max=1, help="Share of voters who tap twice.")] = 0.2,
    patience: Annotated[
        float, typer.Option(min=0, help="Seconds to go on with an unconfirmed vote.")
    ] = 300.0,
    poll: Annotated[str | None, typer.Option(help="Poll id; the active poll if not given.")] = None,
    seed: Annotated[int | None, typer.Option(help="Repeats the choices of an earlier run.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Let a crowd vote on the running stack while calls and processes fail; compare all answers with the log.

    Exit status: 0 nothing lost, nothing double, every answer true; else 1.
    """
    if schedule not in SCHEDULES:
        lines = "\n".join(f"{name}: {one.about}" for name, one in SCHEDULES.items())
        raise Failure(f"There is no schedule {schedule!r}.", lines)
    instance = running_instance()
    if instance is None:
        raise Failure("Not running.", "Start it: ./dev up")
    allowance.require(instance, voters)
    plan = CrowdPlan(
        origin=instance.site,
        poll_id=poll,
        voters=voters,
        rate=rate,
        double_taps=double_taps,
        seed=secrets.randbelow(1_000_000) if seed is None else seed,
        at_once=at_once,
        patience=patience,
        give_up=AUDIT_SECONDS,
    )
    try:
        outcome, checks, struck = asyncio.run(_run(instance, plan, SCHEDULES[schedule]))
    except SiteNotReady as error:
        raise Failure("There is nothing to vote on.", str(error)) from error
    found = audit(instance, AUDIT_SECONDS)
    if as_json:
        told = {"schedule": schedule, "struck": asdict(struck), "audit": found.summary()}
        checks_told = [asdict(check) for check in checks]
        typer.echo(json.dumps(outcome_json(plan, outcome) | told | {"truth": checks_told}))
    else:
        console = result_console()
        print_outcome(plan, outcome, console)
        _print(schedule, checks, struck, found, console)
    if not (outcome.exact and not found.differences and all(check.holds for check in checks)):
        raise typer.Exit(1)


async def _run(
    instance: Instance, plan: CrowdPlan, schedule: Schedule
) -> tuple[Outcome, list[Check], Struck]:
    """Run the crowd; things go wrong from its first vote until its last answer."""
    async with open_client(plan.origin, 1) as http:
        poll = (await Site(http, plan.origin, plan.patience).find_poll(plan.poll_id)).poll_id
    before = await asyncio.to_thread(read_log, instance, poll)
    progress = Progress()
    display = asyncio.create_task(show_progress(plan, progress, Console(stderr=True)))
    crowd = asyncio.create_task(run_crowd(plan, progress))
    try:
        await _while("arriving", progress, crowd)
        with faults(instance, schedule) as struck:
            await _while("voting", progress, crowd)
        outcome = await crowd
    finally:
        display.cancel()
        with suppress(asyncio.CancelledError):
            await display
    after = await asyncio.to_thread(read_log, instance, poll)
    return outcome, truth(outcome.records, before, after), struck


async def _while(phase: str, progress: Progress, crowd: asyncio.Task[Outcome]) -> None:
    while progress.phase == phase and not crowd.done():  # noqa: ASYNC110 (the display reads the phase, too)
        await asyncio.sleep(0.05)


def _print(schedule: str, checks: list[Check], struck: Struck, found: Audit, console: Console) -> None:
    table = Table(title=f"Faults: {schedule} ({SCHEDULES[schedule].about})", title_justify="left")
    table.add_column("call and fault")
    table.add_column("struck", justify="right")
    for name, count in sorted(struck.calls.items()):
        table.add_row(name, f"{count:,}")
    table.add_row("function processes killed", f"{struck.killed:,}")
    console.print(table)
    for check in checks:
        mark = "[green]✓[/]" if check.holds else "[red]✗[/]"
        console.print(f"{mark} {check.name}: {check.told:,} / {check.found:,}")
    mark = "[red]✗[/]" if found.differences else "[green]✓[/]"
    console.print(f"{mark} {found.summary()}")
