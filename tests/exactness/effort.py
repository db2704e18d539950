"""Number of random histories per run: few in `./dev test`, many in `./dev bench properties`.

One setting applies to all property tests: the Hypothesis profile that the root conftest loads.
"""

from hypothesis import settings


def tries(usual: int, full: int) -> int:
    """Return `full` in a full run, otherwise `usual`."""
    return full if settings.get_current_profile_name() == "full" else usual
