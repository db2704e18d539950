"""The error that ends a command, with advice for the user."""

import errno
import os
from typing import Final

_NO_SPACE: Final = {errno.ENOSPC, errno.EDQUOT}


class Failure(Exception):
    """A fatal error of a command: `str()` is the problem, `advice` the remedy or the relevant log.

    The exit status is 1, or 2 if an option or a setting of the environment is missing or wrong.
    """

    def __init__(self, what: str, advice: str = "", exit_status: int = 1) -> None:
        super().__init__(what)
        self.advice = advice
        self.exit_status = exit_status


def disk_full(error: OSError | Failure) -> Failure | None:
    """Return a failure about a full disk if the error, or the log of a child process in it, reports one."""
    if isinstance(error, OSError):
        if error.errno not in _NO_SPACE:
            return None
        place = f" at {error.filename}" if error.filename else ""
    elif says_disk_full(f"{error} {error.advice}"):
        place = f" ({error})"
    else:
        return None
    return Failure(
        f"The disk is full{place}.",
        "Free some space, then run the same command again.",
    )


def says_disk_full(text: str) -> bool:
    """Return whether a program's output reports a full disk."""
    return any(os.strerror(number) in text for number in _NO_SPACE)
