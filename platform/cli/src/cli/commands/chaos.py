"""`dev chaos`: fault injection during a load test; afterwards every answer is compared with the vote log."""

import asyncio
import json
import secrets
import time
from contextlib import suppress
from dataclasses import asdict
from typing import Annotated, Any

import typer
from devkit.failure import Failure
from devkit.terminal import open_console, result_console
from laptop import rate_limit
from laptop.consistency import Consistency, check_consistency
from laptop.instance import Instance, running_instance
from loadtest.chaos.alarms import deployed, raised, watching
from loadtest.chaos.faults import InjectedFault, faults
from loadtest.chaos.schedules import SCHEDULES, Schedule
from loadtest.chaos.truth import read_log, truth
from loadtest.crowd.expected_results import Check
from loadtest.crowd.report import outcome_json, print_outcome, show_progress
from loadtest.crowd.run import CrowdPlan, Outcome, Progress, run_crowd
from loadtest.crowd.site import Site, SiteNotReady, open_client
from rich.console import Console
from rich.table import Table

DRAIN_SECONDS = 120.0


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
    _require_long_enough(schedule, voters, rate)
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
        outcome, checks, struck, found_during = asyncio.run(_run(instance, plan, SCHEDULES[schedule]))
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


async def _run(
    instance: Instance, plan: CrowdPlan, schedule: Schedule
) -> tuple[Outcome, list[Check], InjectedFault, dict[str, Any]]:
    """Run the crowd; inject faults from its first vote to its last answer, or as the schedule defines."""
    async with open_client(plan.origin, 1) as http:
        poll = (await Site(http, plan.origin, plan.patience).find_poll(plan.poll_id)).poll_id
    before = await asyncio.to_thread(read_log, instance, poll)
    progress = Progress()
    display = asyncio.create_task(show_progress(plan, progress, open_console(stderr=True)))
    crowd = asyncio.create_task(run_crowd(plan, progress))
    try:
        await _while("arriving", progress, crowd)
        if schedule.alarm is None:
            with faults(instance, schedule) as struck:
                await _while("voting", progress, crowd)
            outcome = await crowd
        else:
            await asyncio.wait({crowd}, timeout=schedule.after)
            with watching(instance, schedule.alarm) as watched, faults(instance, schedule) as struck:
                outcome = await crowd
    finally:
        display.cancel()
        with suppress(asyncio.CancelledError):
            await display
    after = await asyncio.to_thread(read_log, instance, poll)
    checks = truth(outcome.records, before, after)
    if schedule.alarm is None:
        return outcome, checks, struck, {}
    alarms = raised(deployed(instance, schedule.alarm), watched.points)
    checks.append(Check(f"series of {schedule.alarm} / alarms raised", max(watched.series, 1), len(alarms)))
    since = _monotonic(watched.first_at)
    new = [tap for record in outcome.records for tap in record.replies if tap.status == 201]  # noqa: PLR2004
    later = sum(tap.sent_at >= since for tap in new)
    checks.append(Check("votes recorded after the first failed read (1 = yes)", 1, min(1, later)))
    found = {
        "votes_recorded_since_the_begin": sum(tap.sent_at >= struck.began_at for tap in new),
        "votes_recorded_since_the_first_failed_read": later,
        "alarms_raised": alarms,
    }
    return outcome, checks, struck, found


def _require_long_enough(name: str, voters: int, rate: float) -> None:
    needed = SCHEDULES[name].after + SCHEDULES[name].lasts
    if voters / rate < needed:
        raise Failure(
            f"The schedule {name!r} needs a load test of {needed:.0f} s, not {voters / rate:.0f} s.",
            f"Example: ./dev chaos --schedule {name} --rate 2 --voters {2 * needed:.0f}",
        )


def _monotonic(at: float | None) -> float:
    """Convert a wall-clock time to this process's monotonic clock; `None` becomes infinity."""
    return float("inf") if at is None else at - time.time() + time.monotonic()


async def _while(phase: str, progress: Progress, crowd: asyncio.Task[Outcome]) -> None:
    while progress.phase == phase and not crowd.done():  # noqa: ASYNC110 (the display also reads the phase)
        await asyncio.sleep(0.05)


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
