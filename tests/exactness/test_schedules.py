"""Log, counters, totals, last message and open pages agree after any faults; naive counters differ."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from realtime_service.adapters.broadcast_queue import BroadcastQueue
from realtime_service.adapters.connections import SHARDS
from realtime_service.adapters.windows import Windows
from realtime_service.use_cases.broadcast import Broadcaster
from results_service.adapters import game_results, votes_over_time
from results_service.domain import epoch, recount, tally
from results_service.use_cases import count_votes, rebuild

from .effort import tries
from .faults import Fault, Killed, Kind
from .log import Log
from .naive import SCHEMES, counter
from .schedule import Step, random_schedule, run, run_counter
from .stream import Delivery
from .world import World

# An invocation in the middle of another publishes the metrics of both.
pytestmark = [
    pytest.mark.filterwarnings("ignore:No application metrics"),
    pytest.mark.full_effort,
    pytest.mark.slow,
]
SCHEDULES = tries(100, 3000)


@pytest.mark.covers("T2", "R5", "R6")
def test_all_parts_agree_after_random_schedules() -> None:
    wrong = {seed: found for seed in range(SCHEDULES) if (found := run(random_schedule(seed)))}
    assert wrong == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_naive_counter_is_correct_without_faults(scheme: str) -> None:
    votes = Step("vote_some", (((0, 0, "a"), (0, 0, "b"), (0, 1, "poison")),))
    assert (
        run_counter(((votes, Step("deliver_votes", (0, Delivery()))), ()), Log(counter(SCHEMES[scheme])))
        == []
    )


@pytest.mark.parametrize("scheme", SCHEMES)
def test_random_schedules_find_a_naive_counter_wrong(scheme: str) -> None:
    wrong = sum(
        bool(run_counter(random_schedule(seed), Log(counter(SCHEMES[scheme])))) for seed in range(SCHEDULES)
    )
    assert wrong > SCHEDULES / 10


def test_the_same_seed_is_the_same_schedule() -> None:
    assert random_schedule(7) == random_schedule(7) != random_schedule(8)


FAULTS = [
    (kind, at_call, only)
    for kind in Kind
    for at_call in range(12)
    for only in ("", "poll_events", "changes", "orders", "shards")
]


def after_one_fault(kind: Kind, at_call: int, only: str) -> list[str]:
    """Return the differences after each function, or only one, had this fault at this call once."""
    world = World()
    faulty = Delivery(fault=Fault(kind, at_call))
    for poll in (0, 1):
        world.announce(poll)
        world.announce(poll)
    late = {"orders", "shards"}
    world.deliver_poll_events(Delivery() if only in {"changes", *late} else faulty)
    world.vote_some([(0, 0, "a"), (0, 1, "b"), (0, 0, "poison"), (0, 0, "tampered")])
    world.deliver_votes(0, Delivery(size=2))
    world.deliver_votes(0, Delivery() if only else faulty)
    world.deliver_changes(Delivery() if only in {"poll_events", *late} else faulty)
    if only in late:
        if only == "shards":
            world.count_audience(100_000)
        world.vote(0, 0, "b")
        world.deliver_votes(0, Delivery())
        world.deliver_changes(Delivery())
        if only == "shards":
            world.deliver_order(0, None, False)  # at the window's end: one order for each shard
        for shard in range(SHARDS if only == "shards" else 1):
            world.deliver_order(shard, faulty.fault, False)
    world.settle()
    return world.differences()


def lazy_totals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rewrite the totals only if a count has added something."""
    rewrite, count = game_results.GameResults.rewrite_totals, game_results.GameResults.count
    added: list[bool] = []

    def counting_once(self: Any, poll_id: str, *more: Any) -> None:
        before = len(self._client.table.changes)
        count(self, poll_id, *more)
        added.append(len(self._client.table.changes) > before)

    def rewriting(self: Any, poll_id: str, clock: Any, update: Any = None) -> None:
        if update is not None or (added and added.pop()):
            rewrite(self, poll_id, clock, update)

    monkeypatch.setattr(game_results.GameResults, "count", counting_once)
    monkeypatch.setattr(game_results.GameResults, "rewrite_totals", rewriting)


def no_padding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare sequence numbers as plain text."""
    monkeypatch.setattr(tally, "mark_of", str)


def no_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count every delivered record."""
    step = tally.increment_after
    monkeypatch.setattr(game_results, "increment_after", lambda _mark, *more: step(None, *more))


def poison_first_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count an invalid record without storing it."""
    monkeypatch.setattr(game_results.GameResults, "store_invalid", lambda *_: None)


def unstored_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat a snapshot that was not stored as broadcast."""
    changed = Broadcaster.changed
    monkeypatch.setattr(Broadcaster, "changed", lambda *given: changed(*given) and ())


def last_change_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Order no broadcast at the end of a window."""
    monkeypatch.setattr(BroadcastQueue, "send", lambda *_, **__: None)


def order_recorded_before_it_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Record that a broadcast at the window's end is ordered, and order it afterwards."""
    begin, await_end = Windows.begin, Windows.await_end

    def beginning(self: Any, poll_id: str, *more: Any) -> Any:
        window = begin(self, poll_id, *more)
        if window is not None:
            await_end(self, poll_id, window.number)
        return window

    monkeypatch.setattr(Windows, "begin", beginning)


def order_done_when_its_window_has_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drop an order whose first delivery began the next window and then died."""
    follow = Windows.follow
    monkeypatch.setattr(Windows, "follow", lambda *given, again: follow(*given, again=again and False))


def worker_that_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat a shard's order as carried out, also if its worker failed before it had posted."""
    post_shard = Broadcaster.post_shard

    def posting(self: Any, *given: Any) -> None:
        with suppress(Exception, Killed):
            post_shard(self, *given)

    monkeypatch.setattr(Broadcaster, "post_shard", posting)


def give_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat every batch as done, also after a failure."""
    count = count_votes.VoteCounter.count

    def counting_once(self: Any, batch: Any) -> None:
        count(self, batch)

    monkeypatch.setattr(count_votes.VoteCounter, "count", counting_once)


def counting_from_the_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set a rebuild's cutoff in the past, while older votes are still to be written."""
    monkeypatch.setattr(epoch, "CUTOFF_DELAY", timedelta(seconds=-60))


def base_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count a rebuild's base to the end of the log, past its cutoff."""
    after = recount.BucketCount.after
    monkeypatch.setattr(
        recount.BucketCount, "after", lambda self, page, closes_at, _before: after(self, page, closes_at)
    )


def totals_of_the_epoch_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Activate a rebuilt epoch without rewriting the totals."""
    show = rebuild.CounterRebuilder.activate

    def showing(self: Any, *arguments: Any) -> None:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(game_results.GameResults, "rewrite_totals", lambda *_: None)
            show(self, *arguments)

    monkeypatch.setattr(rebuild.CounterRebuilder, "activate", showing)


def series_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Order the points of a series by the clocks of their writers."""
    keep = votes_over_time.SeriesPoints.keep

    def keeping(self: Any, before: Any, after: Any) -> None:
        keep(self, replace(before, version=int(before.updated_at.timestamp() * 1000)), after)

    monkeypatch.setattr(votes_over_time.SeriesPoints, "keep", keeping)


@pytest.mark.parametrize(
    "damage",
    [
        series_by_the_clock,
        counting_from_the_cut,
        base_without_end,
        totals_of_the_epoch_before,
        lazy_totals,
        no_padding,
        no_mark,
        poison_first_skipped,
        unstored_snapshots,
        last_change_left_out,
        order_recorded_before_it_is_sent,
        order_done_when_its_window_has_begun,
        worker_that_gives_up,
        give_up,
    ],
)
def test_schedules_detect_damage_to_the_real_functions(
    monkeypatch: pytest.MonkeyPatch, damage: Callable[[pytest.MonkeyPatch], None]
) -> None:
    damage(monkeypatch)
    assert any(after_one_fault(*fault) for fault in FAULTS) or any(
        run(random_schedule(seed)) for seed in range(600)
    )


@pytest.mark.covers("R2")
def test_each_fault_at_each_call_of_each_function_is_absorbed() -> None:
    assert {fault: found for fault in FAULTS if (found := after_one_fault(*fault))} == {}
