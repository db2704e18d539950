"""Time limits that scale with the machine's speed, with a fake clock."""

from collections.abc import Callable, Iterator

from devkit.time_limits import Allowance, slowness


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def speeds(*factors: float) -> Callable[[], float]:
    measured: Iterator[float] = iter(factors)
    return lambda: next(measured)


def test_an_allowance_passes_after_its_seconds_on_an_idle_machine() -> None:
    clock = Clock()
    allowance = Allowance(10, speeds(1, 1), clock)
    clock.now = 10
    assert not allowance.passed()
    clock.now = 10.1
    assert allowance.passed()


def test_an_allowance_is_longer_on_a_slow_machine() -> None:
    clock = Clock()
    allowance = Allowance(10, speeds(4, 4, 1), clock)
    clock.now = 39
    assert not allowance.passed()
    clock.now = 41
    assert allowance.passed()


def test_load_that_begins_later_extends_an_allowance_and_load_that_ends_does_not_shorten_it() -> None:
    clock = Clock()
    allowance = Allowance(10, speeds(1, 5, 2), clock)
    clock.now = 11
    assert not allowance.passed()
    clock.now = 49
    assert not allowance.passed()
    clock.now = 51
    assert allowance.passed()


def test_slowness_is_at_least_one() -> None:
    assert slowness() >= 1
