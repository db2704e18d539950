"""Sampled counting: exact for small counts, then one event in ten counts as ten, later one in a hundred."""

from typing import Final

ONE_IN: Final = 10


def weight_of(seen: int, exact: int, chance: float) -> int:
    """Return the weight of the next event, which may be 0: 1 while fewer than `exact` were seen, then 10.

    From a hundred times `exact` on, it is 100. `chance` is random in [0, 1). The expected total is exact.
    """
    one_in = one_in_of(seen, exact)
    return one_in if chance * one_in < 1 else 0


def one_in_of(seen: int, exact: int) -> int:
    """Return how many events one counted event stands for."""
    if seen < exact:
        return 1
    return ONE_IN if seen < exact * ONE_IN**2 else ONE_IN**2
