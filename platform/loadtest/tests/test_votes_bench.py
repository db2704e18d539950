"""The ratio of `./dev bench votes` is given only if it can be trusted."""

import os

import pytest
from loadtest.bench.machine_load import QUIET, MachineLoad, watch_machine
from loadtest.bench.votes import Round, Votes
from loadtest.crowd.latency import Percentiles

TIMES = Percentiles(1, 1, 1, 1, 1, 1)


def votes(*pairs: tuple[float, float], is_quiet: bool = True) -> Votes:
    rounds = [
        Round(design, rate, rate, 1 / rate, TIMES, 0)
        for pair in pairs
        for design, rate in zip(("ours", "literal"), pair, strict=True)
    ]
    return Votes(rounds, [], 0.1, is_quiet)


def test_ratio_is_the_median_of_the_pairs() -> None:
    assert votes((20, 10), (22, 10), (30, 12)).ratio == pytest.approx(2.2)


def test_processor_time_of_a_voter_is_compared_on_a_busy_machine_too() -> None:
    assert votes((20, 10), (22, 10), (30, 12), is_quiet=False).cpu_ratio == pytest.approx(2.2)


def test_busy_machine_gives_no_ratio() -> None:
    assert votes((20, 10), is_quiet=False).ratio is None


def test_different_rounds_give_no_ratio() -> None:
    assert votes((20, 10), (31, 10)).ratio is None
    assert votes((20, 10), (30, 10)).ratio is not None


def test_machine_is_quiet_up_to_the_limit() -> None:
    assert MachineLoad(QUIET).is_quiet
    assert not MachineLoad(QUIET + 0.01).is_quiet


def test_share_of_other_programs_is_a_share() -> None:
    with watch_machine([os.getppid()]) as load:
        sum(range(100_000))
    assert 0 <= load.others <= 1
