"""What a command tells the person who runs it when it cannot go on."""

import errno
import os
from typing import Final

_NO_SPACE: Final = {errno.ENOSPC, errno.EDQUOT}


class Failure(Exception):
    """A command ends here: `str()` says what is wrong, `advice` what to do or the log that shows it."""

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(what)
        self.advice = advice


def disk_full(error: OSError | Failure) -> Failure | None:
    """Return what to tell when there is no space left: to us, or in the log of a process that we ran."""
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
    """Report whether a program's output names a full disk."""
    return any(os.strerror(number) in text for number in _NO_SPACE)
