"""Sampled counting: exact for small counts, then one event in ten is counted as ten."""

from typing import Final

ONE_IN: Final = 10


def weight_of(seen: int, exact: int, chance: float) -> int:
    """Return the weight of the next event: 1 while fewer than `exact` were seen, then 10 or 0.

    `chance` is random in [0, 1). The expected total is exact: one event in ten counts as ten.
    """
    if seen < exact:
        return 1
    return ONE_IN if chance * ONE_IN < 1 else 0
