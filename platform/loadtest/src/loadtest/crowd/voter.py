"""One virtual voter: requests a voter token, votes as planned, and records every answer."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from contracts.api import CastVote
from contracts.enums import Choice

from loadtest.crowd.plan import Tap, VoterPlan
from loadtest.crowd.site import Answer, Site


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one tap. Times are seconds of this process's monotonic clock."""

    choice: Choice
    status: int
    body: dict[str, Any]
    attempts: int
    sent_at: float
    answered_at: float

    @property
    def confirmed(self) -> bool:
        """Whether the answer confirms this choice: newly recorded (201) or already recorded (200)."""
        return self.status in {200, 201}

    @property
    def receipt(self) -> str | None:
        """The receipt, if the answer has one."""
        return self.body.get("receipt")

    @property
    def problem(self) -> str:
        """The slug of the problem, such as `already-voted`, or an empty string."""
        return str(self.body.get("type", "")).removeprefix("/problems/")


@dataclass(frozen=True, slots=True)
class VoterRecord:
    """A voter's plan and replies; `voter_token_status` is the status of `POST /voter-token`."""

    plan: VoterPlan
    voter_token_status: int
    replies: tuple[Reply, ...]


async def vote(site: Site, poll_id: str, plan: VoterPlan) -> VoterRecord:
    """Carry out one voter's plan."""
    issued = await site.issue_voter_token()
    if issued.voter_token is None:
        return VoterRecord(plan, issued.status, ())
    taps = [_tap(site, poll_id, tap, issued.voter_token) for tap in plan.taps]
    return VoterRecord(plan, issued.status, tuple(await asyncio.gather(*taps)))


async def _tap(site: Site, poll_id: str, tap: Tap, voter_token: str) -> Reply:
    if tap.delay:
        await asyncio.sleep(tap.delay)
    sent_at = time.monotonic()
    answer: Answer = await site.cast(CastVote(poll_id=poll_id, choice=tap.choice), voter_token)
    return Reply(tap.choice, answer.status, answer.body, answer.attempts, sent_at, time.monotonic())
