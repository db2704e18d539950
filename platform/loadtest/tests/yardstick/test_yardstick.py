"""The yardstick finds the faults of wrong polls, and none in an exact one; the polls are in memory."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
from devkit.failure import Failure
from loadtest.crowd.site import NotLoopback
from loadtest.yardstick import checks
from loadtest.yardstick.adapter import FUNCTIONS, INCLUDED, Adapter, load_adapter
from loadtest.yardstick.checks import CHECKS, Result
from loadtest.yardstick.run import run_yardstick

URL = "http://localhost:1"


class MemoryPoll:
    """An exact poll: one vote per voter, and a repetition of the same vote is confirmed again."""

    def __init__(self) -> None:
        self.votes: dict[int, str] = {}
        self.counted: Counter[str] = Counter()
        self.voters = 0
        self.is_open = True

    def adapter(self) -> Adapter:
        return Adapter(self.find_poll, self.new_voter, self.vote, self.counts, self.close)

    async def find_poll(self, _http: httpx.AsyncClient) -> str:
        return "poll"

    async def new_voter(self, _http: httpx.AsyncClient, _poll: str) -> int:
        self.voters += 1
        return self.voters

    async def vote(self, _http: httpx.AsyncClient, _poll: str, voter: int, choice: str) -> bool | None:
        if not self.is_open:
            return False
        earlier = self.votes.setdefault(voter, choice)
        if earlier == choice and not self.counted_of(voter):
            self.count(voter, choice)
        await asyncio.sleep(0)
        return earlier == choice

    def counted_of(self, voter: int) -> bool:
        return bool(self.counted[f"voter {voter}"])

    def count(self, voter: int, choice: str) -> None:
        self.counted.update([choice, f"voter {voter}"])

    async def counts(self, _http: httpx.AsyncClient, _poll: str) -> dict[str, int]:
        return {choice: self.counted[choice] for choice in "ab"}

    async def close(self, _http: httpx.AsyncClient, _poll: str) -> None:
        self.is_open = False


class CountsEachRequest(MemoryPoll):
    """Looks for an earlier vote, and counts later: concurrent requests of a voter are all counted."""

    async def vote(self, _http: httpx.AsyncClient, _poll: str, voter: int, choice: str) -> bool | None:
        if voter in self.votes:
            return False
        await asyncio.sleep(0)
        self.votes[voter] = choice
        self.count(voter, choice)
        return True


class LosesVotes(MemoryPoll):
    """Confirms each vote, and does not count those for B."""

    def count(self, voter: int, choice: str) -> None:
        super().count(voter, choice if choice == "a" else "lost")


class Unavailable(MemoryPoll):
    """Counts each vote, and never confirms it."""

    async def vote(self, http: httpx.AsyncClient, poll: str, voter: int, choice: str) -> bool | None:
        await super().vote(http, poll, voter, choice)
        return None


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_PAUSE_SECONDS", 0)
    monkeypatch.setattr(checks, "QUIET_SECONDS", (0.0, 0.0))
    monkeypatch.setattr(checks, "LOST_AFTER_SECONDS", (0, 0))


def found(poll: MemoryPoll, *, close: bool = False) -> dict[str, Result]:
    results = asyncio.run(
        run_yardstick(URL, poll.adapter(), 10, at_once=4, seed=3, show=lambda _: None, close=close)
    )
    return {result.name: result for result in results}


def wrong(poll: MemoryPoll) -> set[str]:
    return {name for name, result in found(poll).items() if not result.exact}


def test_exact_poll_passes_all_checks() -> None:
    results = found(MemoryPoll(), close=True)
    assert [name for name, result in results.items() if not result.exact] == []
    assert results.keys() == {*CHECKS, "votes while it closes"}
    closing = results["votes while it closes"]
    assert 0 < sum(closing.confirmed.values()) < closing.voters


def test_poll_that_looks_before_it_writes_fails_under_concurrency() -> None:
    failed = wrong(CountsEachRequest())
    assert {"double taps", "both options at once", "concurrent duplicates"} <= failed
    assert "single votes" not in failed


def test_poll_that_loses_votes_fails_all_checks() -> None:
    assert "single votes" in wrong(LosesVotes())


def test_poll_that_never_confirms_a_vote_fails() -> None:
    result = found(Unavailable())["single votes"]
    assert (result.unconfirmed, result.confirmed) == (10, {"a": 0, "b": 0})
    assert not result.exact


def test_foreign_host_is_refused() -> None:
    with pytest.raises(NotLoopback):
        asyncio.run(
            run_yardstick(
                "https://vote.example", MemoryPoll().adapter(), 1, at_once=1, seed=0, show=lambda _: None
            )
        )


@pytest.mark.parametrize("name", INCLUDED)
def test_included_adapters_can_close_their_poll(name: str) -> None:
    assert load_adapter(name).close is not None


def test_adapter_of_a_file_is_loaded_and_a_missing_function_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("".join(f"async def {name}(*_): ...\n" for name in FUNCTIONS))
    assert load_adapter(str(path)).close is None
    path.write_text("async def vote(*_): ...\n")
    with pytest.raises(Failure, match="lacks find_poll, new_voter, counts"):
        load_adapter(str(path))
    with pytest.raises(Failure, match="There is no adapter"):
        load_adapter(str(tmp_path / "absent.py"))


def answers_of(adapter: Adapter, status: int) -> Any:
    async def send() -> bool | None:
        transport = httpx.MockTransport(lambda _: httpx.Response(status, json={}))
        async with httpx.AsyncClient(transport=transport, base_url=URL) as http:
            return await adapter.vote(http, "poll", "voter", "a")

    return asyncio.run(send())


@pytest.mark.parametrize("name", INCLUDED)
def test_included_adapters_tell_confirmed_rejected_and_unknown_apart(name: str) -> None:
    adapter = load_adapter(name)
    assert [answers_of(adapter, status) for status in (200, 409, 410, 429, 503)] == [
        True, False, False, None, None,
    ]  # fmt: skip
