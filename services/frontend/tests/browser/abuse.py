"""Abuse reports, as vote-service returns them."""

from typing import Any

from contracts.abuse import AbuseReport, RefusedVotes
from contracts.enums import VoterPolicy

from .backend import now


def abuse_in(poll_id: str, **found: Any) -> AbuseReport:
    """Return a report without abuse signals, except for the fields in `found`."""
    quiet: dict[str, Any] = {
        "poll_id": poll_id, "as_of": now(), "policy": VoterPolicy.DEVICE, "proof_of_work": False, "votes": 0,
        "all_votes": True, "busiest_second": None, "refused": RefusedVotes(already_voted=0, invalid_code=0),
        "networks": None, "new_voters": None, "codes": None,
    }  # fmt: skip
    return AbuseReport(**(quiet | found))
