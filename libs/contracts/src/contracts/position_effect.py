"""The effect of the order of the options, in a poll that shuffles them for each voter."""

from pydantic import NonNegativeInt

from contracts.model import Contract


class PositionEffect(Contract):
    """Votes by the option that the voter's page showed first, and the measured effect of the position.

    `first_share` is the share of votes for the option that was shown first; without an effect it is 0.5.
    `difference` is the share of option A among the votes with A first, minus its share among those with B
    first; it is absent until there are votes with both orders. `…_low` and `…_high` bound the 95 % confidence
    intervals, by Wilson and by Newcombe (hybrid score).
    """

    a_first_a: NonNegativeInt
    a_first_b: NonNegativeInt
    b_first_a: NonNegativeInt
    b_first_b: NonNegativeInt
    first_share: float
    first_share_low: float
    first_share_high: float
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
