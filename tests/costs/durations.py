"""Assumed times, from which Lambda's and Express's GB-seconds follow: assumptions, not measurements on AWS.

Both designs follow the same rules. CPU is measured on a quiet machine; it stretches if the memory's share of
a processor is below one.
"""

from typing import Final

FULL_CPU_MEGABYTES: Final = 1769
"""Memory at which Lambda gives one whole processor."""

HANDLER_CPU: Final = {"vote_wrapper": 0.0004, "validate_vote": 0.0001, "literal": 0.00005}
"""CPU of handlers beside their calls: ours by `python -m tests.costs cpu`, and a literal one's."""

OTHER_HANDLER_CPU: Final = 0.0004

CALL_CPU: Final = 0.0007
"""CPU of a call by boto3: `./dev bench broadcast`."""

POST_CPU: Final = 0.00005
"""CPU of a post to a connection by realtime-service: `./dev bench broadcast`."""

RECORD_CPU: Final = 0.0001
"""CPU of `count_votes` for one vote of a batch."""

DYNAMODB_SECONDS: Final = 0.0075
"""Median of PutItem from Lambda: https://github.com/alexdebrie/dynamodb-performance-testing."""

INVOKE_SECONDS: Final = 0.010
"""Time between a state and the start of its function."""

TRANSITION_SECONDS: Final = 0.003
"""Time of a step of an Express workflow."""

POST_SECONDS: Final = 0.010
"""Time of a post to a connection."""


def lambda_seconds(cpu: float, calls: float, waits: float, megabytes: int) -> float:
    """Return the duration of an invocation with so many calls of AWS, which waits for them so long."""
    return (cpu + calls * CALL_CPU) * max(1.0, FULL_CPU_MEGABYTES / megabytes) + waits
