"""Counting what may come in floods: each one while there are few, then one in so many that stands for all."""

from typing import Final

ONE_IN: Final = 10


def weight_of(seen: int, exact: int, chance: float) -> int:
    """Return what one more counts for after so many: 1 while fewer than `exact` are seen, later 10 or 0.

    `chance` is random in [0, 1). On average nothing is lost: one in ten counts for ten.
    """
    if seen < exact:
        return 1
    return ONE_IN if chance * ONE_IN < 1 else 0
