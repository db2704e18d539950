"""Runs a crowd while faults are injected, and compares its answers with the vote log."""

import asyncio
import time
from contextlib import suppress
from typing import Any, Final

from devkit.failure import Failure
from devkit.terminal import open_console
from laptop.instance import Instance

from loadtest.chaos.alarms import deployed, raised, watching
from loadtest.chaos.injection import InjectedFault, faults
from loadtest.chaos.schedules import SCHEDULES, Schedule
from loadtest.chaos.truth import read_log, truth
from loadtest.crowd.expected_results import Check
from loadtest.crowd.report import show_progress
from loadtest.crowd.run import CrowdPlan, Outcome, Progress, run_crowd
from loadtest.crowd.site import Site, open_client

DRAIN_SECONDS: Final = 120.0


async def run_chaos(
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


def require_long_enough(name: str, voters: int, rate: float) -> None:
    """Raise a `Failure` with advice if the load test ends before the schedule's faults do."""
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
