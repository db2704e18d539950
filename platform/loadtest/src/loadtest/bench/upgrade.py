"""Upgrade from the previous release under load: virtual voters vote while each stack is deployed."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from devkit.checkout import ROOT
from devkit.failure import Failure
from devkit.progress import Progress
from laptop import rate_limit
from laptop.consistency import check_consistency
from laptop.emulator import process
from laptop.instance import Instance
from laptop.upgrade import draw_order, plan_upgrade

from loadtest.crowd.expected_results import Check
from loadtest.crowd.run import CrowdPlan, Outcome, run_crowd
from loadtest.crowd.run import Progress as CrowdProgress
from loadtest.crowd.site import Site, SiteNotReady, open_client

VOTERS_PER_ROUND: Final = 20
RATE: Final = 4.0
PATIENCE_SECONDS: Final = 300.0
NEW_VOTERS_PER_NETWORK: Final = 1_000_000
"""All virtual voters have one address."""


@dataclass(frozen=True)
class Deployment:
    """The deployment of one stack, and the answers to votes in that time."""

    stack: str
    seconds: float
    answers: int
    slowest_seconds: float


@dataclass(frozen=True)
class UpgradeResult:
    """The result of an upgrade under load."""

    revision: str
    seed: int
    deployments: list[Deployment]
    voters: int
    answers: dict[str, int]
    checks: list[Check]
    consistency: str

    @property
    def as_claimed(self) -> bool:
        """Whether every vote was confirmed and counted once, and votes came in during the deployments."""
        return all(check.holds for check in self.checks) and any(one.answers for one in self.deployments)


def measure(instance: Instance, seed: int, progress: Progress, *, back: bool = False) -> UpgradeResult:
    """Start the previous release, deploy this checkout's stacks in a drawn order, and stop the instance.

    With `back`, deploy the stacks of the previous release again, in another order.
    """
    upgrade = plan_upgrade(instance, progress)
    instance.state.mkdir(parents=True, exist_ok=True)
    rate_limit.remember(instance, NEW_VOTERS_PER_NETWORK)
    try:
        upgrade.start_previous()
        times: list[tuple[str, float, float]] = []
        steps = [(stack, ROOT) for stack in draw_order(seed)]
        if back:
            steps += [(stack, upgrade.source) for stack in reversed(draw_order(seed + 1))]

        def deploy(stack: str, root: Path) -> None:
            began = time.monotonic()
            upgrade.deploy(stack, root)
            times.append((stack, began, time.monotonic()))

        try:
            rounds = asyncio.run(_vote_during_upgrade(instance, seed, steps, deploy))
        except SiteNotReady as error:
            raise Failure("The site did not answer during the upgrade.", str(error)) from error
        found = check_consistency(instance, PATIENCE_SECONDS)
        checks = [check for one in rounds for check in one.checks]
        checks += [
            Check("polls whose counters differ from the vote log", 0, len(found.differences)),
            Check("stacks that show another release", 0, len(upgrade.others(steps[-1][1]))),
            Check("messages in dead-letter queues", 0, sum(upgrade.dead_letters().values())),
        ]
    finally:
        process.stop(instance)
    replies = [reply for one in rounds for record in one.records for reply in record.replies]
    deployments = []
    for stack, began, ended in times:
        waits = [one.answered_at - one.sent_at for one in replies if began <= one.answered_at <= ended]
        deployments.append(Deployment(stack, ended - began, len(waits), max(waits, default=0.0)))
    return UpgradeResult(
        upgrade.revision,
        seed,
        deployments,
        sum(len(one.records) for one in rounds),
        dict(sum((Counter(one.answers) for one in rounds), Counter())),
        checks,
        found.summary(),
    )


async def _vote_during_upgrade(
    instance: Instance, seed: int, steps: list[tuple[str, Path]], deploy: Callable[[str, Path], None]
) -> list[Outcome]:
    """Let rounds of voters vote until all stacks are deployed, and one more round after it."""
    await _until_counted(instance)
    rounds: list[Outcome] = []
    deploying = asyncio.create_task(_deploy_all(steps, deploy))
    try:
        while True:
            last = deploying.done()
            plan = CrowdPlan(
                origin=instance.site,
                poll_id=None,
                voters=VOTERS_PER_ROUND,
                rate=RATE,
                double_taps=0.2,
                seed=seed + len(rounds),
                listeners=1,
                patience=PATIENCE_SECONDS,
                quiet=0.5,
                give_up=PATIENCE_SECONDS,
            )
            rounds.append(await run_crowd(plan, CrowdProgress()))
            if last:
                await deploying
                return rounds
    finally:
        deploying.cancel()


async def _deploy_all(steps: list[tuple[str, Path]], deploy: Callable[[str, Path], None]) -> None:
    for stack, root in steps:
        await asyncio.to_thread(deploy, stack, root)


async def _until_counted(instance: Instance) -> None:
    """Wait until the results of the demo poll are shown; later, every answer must be there at once."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    async with open_client(instance.site, 1) as client:
        site = Site(client, instance.site, PATIENCE_SECONDS)
        poll = await site.find_poll(None)
        while True:
            try:
                await site.results(poll.poll_id)
            except SiteNotReady:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(1)
            else:
                return
