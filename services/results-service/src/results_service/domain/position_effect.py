"""The measured effect of the order of the options, with 95 % confidence intervals.

A share has the interval of Wilson, the difference of two independent shares that of Newcombe (method 10, the
hybrid of two Wilson intervals): both keep their coverage for small numbers and shares near 0 or 1, and never
leave the possible range.

E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of the American
Statistical Association 22 (1927), 209-212. R. G. Newcombe, Interval estimation for the difference between
independent proportions: comparison of eleven methods, Statistics in Medicine 17 (1998), 873-890.
"""

from math import hypot, sqrt
from typing import Final, NamedTuple

from contracts.position_effect import PositionEffect

from results_service.domain.tally import Tally

Z: Final = 1.959963984540054
"""The 97.5th percentile of the normal distribution."""


class Interval(NamedTuple):
    """An estimate with the bounds of its confidence interval."""

    estimate: float
    low: float
    high: float


def share(part: int, whole: int) -> Interval:
    """Return the share of `part` in `whole`, which is positive, with the interval of Wilson."""
    estimate = part / whole
    center = part + Z * Z / 2
    spread = Z * sqrt(part * (whole - part) / whole + Z * Z / 4)
    low, high = ((center + sign * spread) / (whole + Z * Z) for sign in (-1, 1))
    return Interval(estimate, max(0.0, min(low, estimate)), min(1.0, max(high, estimate)))


def difference(one: Interval, other: Interval) -> Interval:
    """Return the difference of two independent shares, with the interval of Newcombe."""
    estimate = one.estimate - other.estimate
    low = estimate - hypot(one.estimate - one.low, other.high - other.estimate)
    high = estimate + hypot(one.high - one.estimate, other.estimate - other.low)
    return Interval(estimate, low, high)


def position_effect(tally: Tally) -> PositionEffect | None:
    """Return the effect of the order; None without a vote of which the order is known."""
    a_first, b_first = tally.a_first_a + tally.a_first_b, tally.b_first_a + tally.b_first_b
    if not a_first + b_first:
        return None
    first = share(tally.a_first_a + tally.b_first_b, a_first + b_first)
    effect = PositionEffect(
        a_first_a=tally.a_first_a,
        a_first_b=tally.a_first_b,
        b_first_a=tally.b_first_a,
        b_first_b=tally.b_first_b,
        first_share=first.estimate,
        first_share_low=first.low,
        first_share_high=first.high,
    )
    if not (a_first and b_first):
        return effect
    between = difference(share(tally.a_first_a, a_first), share(tally.b_first_a, b_first))
    return effect.model_copy(
        update={
            "difference": between.estimate,
            "difference_low": between.low,
            "difference_high": between.high,
        }
    )
