"""The checks: each lets new voters vote in a difficult way, and compares confirmed votes with the counts."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from loadtest.yardstick.adapter import Adapter

CHOICES: Final = ("a", "b")
ANSWER_SECONDS: Final = 60.0
LOST_AFTER_SECONDS: Final = (0.02, 0.4)
"""A lost answer: the client closes the connection after so long, and sends the vote again."""

QUIET_SECONDS: Final = (2.0, 8.0)
"""The counts are final if they stay the same for so long: the expected ones, and others."""

_PAUSE_SECONDS: Final = 0.3


@dataclass(frozen=True, slots=True)
class Result:
    """The confirmed votes of one check, by option, and the change of the published counts."""

    name: str
    voters: int
    confirmed: dict[str, int]
    counted: dict[str, int]
    contradictions: int
    """Voters to whom both options were confirmed."""
    unconfirmed: int
    """Voters to whom no vote was confirmed, although each of them sent one."""

    @property
    def counted_of(self) -> str:
        """The number of counted votes, and of confirmed ones."""
        return f"{sum(self.counted.values())} of {sum(self.confirmed.values())}"

    @property
    def exact(self) -> bool:
        """Whether each voter has one vote, and exactly the confirmed votes were counted."""
        return self.confirmed == self.counted and not self.contradictions and not self.unconfirmed


@dataclass
class Poll:
    """An open poll behind an adapter."""

    adapter: Adapter
    http: httpx.AsyncClient
    poll_id: str
    at_once: int
    chance: random.Random = field(default_factory=random.Random)

    async def vote(self, voter: Any, choice: str, *, attempts: int = 20) -> bool | None:
        """Vote until the answer is final; None if it never is."""
        for _ in range(attempts):
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    answer = await self.adapter.vote(self.http, self.poll_id, voter, choice)
            except (httpx.TransportError, TimeoutError):
                answer = None
            if answer is not None:
                return answer
            await asyncio.sleep(_PAUSE_SECONDS)
        return None

    async def lose_answer(self, voter: Any, choice: str) -> None:
        """Send a vote, and close the connection before its answer."""
        try:
            async with asyncio.timeout(self.chance.uniform(*LOST_AFTER_SECONDS)):
                await self.adapter.vote(self.http, self.poll_id, voter, choice)
        except (httpx.TransportError, TimeoutError):
            pass

    def any_choice(self) -> str:
        """Return an option."""
        return self.chance.choice(CHOICES)


type Answers = list[tuple[str, bool | None]]
"""The answers to one voter, each with its option."""

type Behaviour = Callable[[Poll, Any], Awaitable[Answers]]


async def single_vote(poll: Poll, voter: Any) -> Answers:
    """Vote once."""
    choice = poll.any_choice()
    return [(choice, await poll.vote(voter, choice))]


async def double_tap(poll: Poll, voter: Any) -> Answers:
    """Send the same vote twice at once."""
    choice = poll.any_choice()
    return [
        (choice, answer) for answer in await asyncio.gather(*[poll.vote(voter, choice) for _ in range(2)])
    ]


async def concurrent_duplicates(poll: Poll, voter: Any) -> Answers:
    """Send the same vote eight times at once."""
    choice = poll.any_choice()
    return [
        (choice, answer) for answer in await asyncio.gather(*[poll.vote(voter, choice) for _ in range(8)])
    ]


async def close_race(poll: Poll, voter: Any) -> Answers:
    """Vote for both options at once."""
    answers = await asyncio.gather(*[poll.vote(voter, choice) for choice in CHOICES])
    return list(zip(CHOICES, answers, strict=True))


async def lost_answer(poll: Poll, voter: Any) -> Answers:
    """Lose the answer to a vote, and send the vote again."""
    choice = poll.any_choice()
    await poll.lose_answer(voter, choice)
    return [(choice, await poll.vote(voter, choice))]


async def late_retries(poll: Poll, voter: Any) -> Answers:
    """Send a confirmed vote twice more."""
    choice = poll.any_choice()
    return [(choice, await poll.vote(voter, choice)) for _ in range(3)]


CHECKS: Final[dict[str, Behaviour]] = {
    "single votes": single_vote,
    "double taps": double_tap,
    "both options at once": close_race,
    "lost answers": lost_answer,
    "late retries": late_retries,
    "concurrent duplicates": concurrent_duplicates,
}


async def run_check(poll: Poll, name: str, voters: int, patience: float) -> Result:
    """Let so many new voters vote, and compare.

    A rejected repetition of a confirmed vote is fine. A voter whose only answer is a rejection cannot know
    that the vote is counted: a site fails if it rejects the repetition of a vote whose answer was lost.
    """
    behave, before = CHECKS[name], await poll.adapter.counts(poll.http, poll.poll_id)
    room = asyncio.Semaphore(poll.at_once)

    async def one() -> Answers:
        async with room:
            return await behave(poll, await poll.adapter.new_voter(poll.http, poll.poll_id))

    answered = await asyncio.gather(*(one() for _ in range(voters)))
    confirmed: Counter[str] = Counter()
    contradictions = unconfirmed = 0
    for answers in answered:
        options = {choice for choice, answer in answers if answer}
        confirmed.update(options)
        contradictions += len(options) > 1
        unconfirmed += not options
    expected = {choice: confirmed[choice] for choice in CHOICES}
    counted = await _settled(poll, before, expected, patience)
    return Result(name, voters, expected, counted, contradictions, unconfirmed)


async def run_close(poll: Poll, patience: float) -> Result:
    """Let new voters vote while the poll closes, until some are rejected: each confirmed vote is counted."""
    if poll.adapter.close is None:
        raise ValueError("the adapter cannot close the poll")
    close, answers = poll.adapter.close, list[tuple[str, bool | None]]()
    before = await poll.adapter.counts(poll.http, poll.poll_id)
    deadline, some = time.monotonic() + patience, asyncio.Event()

    async def close_after_some() -> None:
        await some.wait()
        await close(poll.http, poll.poll_id)

    closing = asyncio.create_task(close_after_some())

    def is_over() -> bool:
        rejected = sum(answer is False for _, answer in answers)
        return (closing.done() and rejected >= poll.at_once) or time.monotonic() > deadline

    async def work() -> None:
        while not is_over():
            choice = poll.any_choice()
            voter = await poll.adapter.new_voter(poll.http, poll.poll_id)
            answers.append((choice, await poll.vote(voter, choice)))
            if len(answers) >= poll.at_once:
                some.set()

    await asyncio.gather(*(work() for _ in range(poll.at_once)))
    some.set()
    await closing
    confirmed = Counter(choice for choice, answer in answers if answer)
    expected = {choice: confirmed[choice] for choice in CHOICES}
    counted = await _settled(poll, before, expected, patience)
    unknown = sum(answer is None for _, answer in answers)
    return Result("votes while it closes", len(answers), expected, counted, 0, unknown)


async def _settled(
    poll: Poll, before: dict[str, int], expected: dict[str, int], patience: float
) -> dict[str, int]:
    """Return the change of the counts once it stays the same for a while, or after `patience` seconds."""
    deadline, since, last = time.monotonic() + patience, time.monotonic(), None
    while True:
        now = await poll.adapter.counts(poll.http, poll.poll_id)
        change = {choice: now[choice] - before[choice] for choice in CHOICES}
        if change != last:
            last, since = change, time.monotonic()
        quiet = time.monotonic() - since
        if quiet >= QUIET_SECONDS[change != expected] or time.monotonic() > deadline:
            return change
        await asyncio.sleep(_PAUSE_SECONDS)
