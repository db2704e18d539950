"""One load test: read the results, let all voters vote, wait until the site has counted, compare."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import httpx
from contracts.api import Results
from contracts.polls import PublicPoll

from loadtest.crowd.expected_results import Check, answers, compare, confirmed_votes
from loadtest.crowd.latency import Latencies, measure
from loadtest.crowd.listener import Listener, last_counts, listening
from loadtest.crowd.plan import VoterPlan, plan_crowd
from loadtest.crowd.site import Site, open_client
from loadtest.crowd.voter import VoterRecord, vote

GIVE_UP_SECONDS: Final = 45.0
"""On an idle machine; a stack that is just starting answers later on a busy one."""
_LOOK_EVERY_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class CrowdPlan:
    """Settings of a load test. `patience`, `quiet` and `give_up` are seconds; `origin` is a local site."""

    origin: str
    poll_id: str | None
    voters: int
    rate: float
    double_taps: float
    seed: int
    at_once: int = 32
    listeners: int = 2
    patience: float = 90.0
    quiet: float = 3.0
    give_up: float = GIVE_UP_SECONDS


@dataclass(slots=True)
class Progress:
    """Progress of the run; the display reads it while the run writes it."""

    phase: str = "arriving"
    poll: PublicPoll | None = None
    under_way: int = 0
    records: list[VoterRecord] = field(default_factory=list)
    shown: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result of the run. `seconds` is the time from the first arrival to the last answer."""

    poll: PublicPoll
    records: list[VoterRecord]
    checks: list[Check]
    answers: dict[str, int]
    latencies: Latencies
    before: Results
    after: Results
    seconds: float

    @property
    def exact(self) -> bool:
        """Whether all lines of the comparison match."""
        return all(check.holds for check in self.checks)


async def run_crowd(
    plan: CrowdPlan,
    progress: Progress,
    open_http: Callable[[str, int], httpx.AsyncClient] = open_client,
) -> Outcome:
    """Run the load test. Raises `SiteNotReady` if there is no poll to vote on."""
    chance = random.Random(plan.seed)  # noqa: S311 (a repeatable crowd)
    voters = plan_crowd(plan.voters, plan.rate, plan.double_taps, chance)
    async with open_http(plan.origin, plan.at_once) as client:
        site = Site(client, plan.origin, plan.patience)
        poll = progress.poll = await site.find_poll(plan.poll_id)
        before = await site.results(poll.poll_id)
        async with listening(site, poll.poll_id, plan.listeners) as listeners:
            started = time.monotonic()
            progress.phase = "voting"
            records = await _let_vote(site, poll.poll_id, voters, plan.at_once, progress)
            seconds = time.monotonic() - started
            progress.phase = "counting"
            expected = before.total + confirmed_votes(records).total()
            after = await _settle(site, poll.poll_id, expected, plan, progress)
            await _catch_up(listeners, after, plan)
        progress.phase = "done"
        replies = [tap for record in records for tap in record.replies]
        shown = last_counts(listeners) if listeners else after.counts
        return Outcome(
            poll=poll,
            records=records,
            checks=compare(records, before.counts, after.counts, shown),
            answers=dict(answers(records)),
            latencies=measure(replies, before.total, [listener.observations for listener in listeners]),
            before=before,
            after=after,
            seconds=seconds,
        )


async def _let_vote(
    site: Site, poll_id: str, voters: list[VoterPlan], at_once: int, progress: Progress
) -> list[VoterRecord]:
    room = asyncio.Semaphore(at_once)
    started = time.monotonic()

    async def arrive(plan: VoterPlan) -> VoterRecord:
        await asyncio.sleep(max(0.0, started + plan.arrival - time.monotonic()))
        async with room:
            progress.under_way += 1
            record = await vote(site, poll_id, plan)
            progress.under_way -= 1
        progress.records.append(record)
        return record

    return await asyncio.gather(*(arrive(plan) for plan in voters))


async def _settle(site: Site, poll_id: str, expected: int, plan: CrowdPlan, progress: Progress) -> Results:
    """Poll the results until all votes are shown and stable, or until they stop changing."""
    results = await site.results(poll_id)
    changed_at = time.monotonic()
    while True:
        unchanged = time.monotonic() - changed_at
        if unchanged >= (plan.quiet if results.total >= expected else plan.give_up):
            return results
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
        latest = await site.results(poll_id)
        if latest.total != results.total:
            changed_at = time.monotonic()
        results = latest
        progress.shown = results.total


async def _catch_up(listeners: list[Listener], after: Results, plan: CrowdPlan) -> None:
    """Wait until every listener has a message as new as the results, at most `give_up` seconds."""
    deadline = time.monotonic() + plan.give_up
    behind = list(listeners)
    while behind and time.monotonic() < deadline:
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
        behind = [one for one in behind if one.newest is None or one.newest.version < after.version]
