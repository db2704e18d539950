"""Validate results passes."""

from datetime import datetime

from contracts.key_ring import KeyRing
from contracts.results_pass import InvalidResultsPass, poll_of_results_pass

from results_service.domain.errors import ForeignPass


def require_pass(results_pass: str, poll_id: str, keys: KeyRing, now: datetime) -> None:
    """Validate a results pass for this poll. Raises `ForeignPass`."""
    try:
        voted_in = poll_of_results_pass(keys, results_pass, now)
    except InvalidResultsPass as error:
        raise ForeignPass(
            "The results pass is not valid or has expired: vote again to get a new one"
        ) from error
    if voted_in != poll_id:
        raise ForeignPass("This results pass is for another poll")
