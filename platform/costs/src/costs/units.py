"""Billed units of single calls, by AWS's published rules.

DynamoDB bills a write by the larger of the item before and after, in whole kilobytes, also a write that its
condition rejects, and a write of a transaction twice. It bills a read in steps of four kilobytes, a query by
the sum of its items, an empty read as one step, and half of it if the read is eventually consistent. These
rules are those that aws/agent-toolkit-for-aws compared with `ReturnConsumedCapacity` of a live table.
"""

from collections.abc import Mapping
from math import ceil
from typing import Any, Final

WRITE_BYTES: Final = 1024
READ_BYTES: Final = 4096
REQUEST_BYTES: Final = 512 * 1024
"""An HTTP API request is billed in steps of 512 KB."""

MESSAGE_BYTES: Final = 32 * 1024
"""A WebSocket message is billed in steps of 32 KB."""

EXPRESS_SECONDS: Final = 0.1
EXPRESS_MEGABYTES: Final = 64
"""An Express execution is billed in steps of 100 ms and of 64 MB; it takes 50 MB and its data."""


def write_units(size: int, *, transaction: bool = False) -> int:
    """Return the write units of a write, given the larger size of the item before and after."""
    return max(1, ceil(size / WRITE_BYTES)) * (2 if transaction else 1)


def read_units(size: int, *, consistent: bool = True) -> float:
    """Return the read units of a read that returns or scans so many bytes."""
    return max(1, ceil(size / READ_BYTES)) * (1 if consistent else 0.5)


def message_units(size: int) -> int:
    """Return the number of billed WebSocket messages of one message."""
    return max(1, ceil(size / MESSAGE_BYTES))


def request_units(size: int) -> int:
    """Return the number of billed HTTP API requests of one request."""
    return max(1, ceil(size / REQUEST_BYTES))


def express_gb_seconds(seconds: float, megabytes: int = EXPRESS_MEGABYTES) -> float:
    """Return the billed GB-seconds of one Express execution."""
    steps = max(1, ceil(round(seconds / EXPRESS_SECONDS, 6)))
    memory = max(1, ceil(megabytes / EXPRESS_MEGABYTES)) * EXPRESS_MEGABYTES / 1024
    return steps * EXPRESS_SECONDS * memory


def lambda_gb_seconds(seconds: float, megabytes: int) -> float:
    """Return the billed GB-seconds of one invocation, which Lambda rounds up to whole milliseconds."""
    return max(1, ceil(round(seconds * 1000, 6))) / 1000 * megabytes / 1024


def item_size(item: Mapping[str, Any] | None) -> int:
    """Return the billed bytes of an item in DynamoDB's JSON: its names and values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in (item or {}).items())


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, inner),) = value.items()
    match kind:
        case "S" | "B":
            return len(str(inner).encode() if kind == "S" else bytes(inner))
        case "N":
            # A byte per two significant digits, and one more; the sign takes another.
            digits = str(inner).lstrip("-").replace(".", "").strip("0")
            return ceil(len(digits) / 2) + 1 + str(inner).startswith("-")
        case "BOOL" | "NULL":
            return 1
        case "M":
            return 3 + item_size(inner) + len(inner)
        case "L":
            return 3 + sum(1 + _value_size(part) for part in inner)
        case _:  # sets of strings, numbers or bytes
            return sum(_value_size({kind[0]: part}) for part in inner)
