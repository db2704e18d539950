"""How many random histories a run tries: few in each `./dev test`, many in `./dev bench properties`.

One setting decides for all property tests: the Hypothesis profile that the root conftest loads.
"""

from hypothesis import settings


def tries(usual: int, full: int) -> int:
    """Return `full` in a full run, else `usual`."""
    return full if settings.get_current_profile_name() == "full" else usual
