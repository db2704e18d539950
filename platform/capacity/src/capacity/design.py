"""The use of each limit by one vote: this project's, and that of the literal design of the brief."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Design:
    """The requests, invocations and units of one vote of a new voter."""

    name: str
    requests: int
    """Requests to the public API."""
    functions: Mapping[str, str]
    """Functions that are invoked for it, each with the name of its duration in the table of limits."""
    poll_reads: float
    """Read units from the item of the poll, or from one of its replicas."""
    log_reads: float
    log_writes: float
    state_writes: float
    """Write units to VotingState, spread over many items, such as a voter token's."""
    counter_writes: float
    """Write units to one counter of all votes; 0 if votes are counted from the stream."""
    log_bytes: float
    """Bytes of the functions' log lines."""
    broadcast_each_vote: bool
    """Post each vote to every page by itself. Then all pages have a socket, and no stage limits requests."""


# tests/contract/test_calls_of_a_vote.py: one read of the poll and one write. Each environment of the wrapper,
# which serves ten votes a second at most, reads the poll every ten seconds. A voter token takes a counter of
# its network, the two sampled counters of the abuse report together 0.25 of a write for 57,000 votes and 0.03
# for 5.7 million (`vote_service/domain/sampling.py`). Bytes of logs: `./dev bench cost`.
OURS: Final = Design(
    name="this project",
    requests=2,  # POST /voter-token, POST /vote
    functions={name: name for name in ("issue_voter_token", "vote_wrapper", "validate_vote")},
    poll_reads=1.01,
    log_reads=0,
    log_writes=1,
    state_writes=1.25,
    counter_writes=0,
    log_bytes=600,
    broadcast_each_vote=False,
)

LITERAL: Final = Design(
    name="the literal design",
    requests=2,  # the preflight request and the vote
    functions={
        "preflight": "literal_function",
        "vote_wrapper": "vote_wrapper",
        "validate_vote": "literal_function",
        "submit_vote": "literal_function",
        "results_stream_handler": "literal_function",
    },
    poll_reads=0.5,
    log_reads=1,
    log_writes=1,
    state_writes=0,
    counter_writes=1,
    log_bytes=1_040,
    broadcast_each_vote=True,
)
