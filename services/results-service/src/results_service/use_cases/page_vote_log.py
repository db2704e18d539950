"""Reads the log of votes in parts that one answer can hold, each from where the one before ended."""

import base64
from dataclasses import dataclass
from typing import Final, Self

from contracts.vote_log import VoteLogPage

from results_service.adapters.vote_log import VoteLog
from results_service.domain.errors import BadCursor

PAGES: Final = 16
"""Pages of the log in one part: all of a small poll, at most 80,000 votes of a large one."""


@dataclass(frozen=True, slots=True)
class VoteLogPlace:
    """Where in the log to read: a bucket, and read_vote_log's own cursor in it."""

    bucket: int = 0
    cursor: str | None = None

    @classmethod
    def read(cls, text: str | None) -> Self:
        """Return the place that was handed out as text, None for the beginning. Raises `BadCursor`."""
        if text is None:
            return cls()
        bucket, _, coded = text.partition(".")
        padding = "=" * (-len(coded) % 4)
        try:
            cursor = base64.urlsafe_b64decode(f"{coded}{padding}").decode()
        except ValueError as error:
            raise BadCursor from error
        return cls(int(bucket), cursor or None)

    def __str__(self) -> str:
        coded = base64.urlsafe_b64encode((self.cursor or "").encode()).decode().rstrip("=")
        return f"{self.bucket}.{coded}"

    def after(self, page: VoteLogPage) -> Self | None:
        """Return where to read on, None at the end of the log."""
        if page.cursor is not None:
            return type(self)(self.bucket, page.cursor)
        return type(self)(self.bucket + 1) if self.bucket + 1 < page.buckets else None


@dataclass(frozen=True, slots=True)
class Part:
    """Some pages of the log, and where the next part begins."""

    pages: tuple[VoteLogPage, ...]
    next: VoteLogPlace | None


def read_part(vote_log: VoteLog, poll_id: str, place: VoteLogPlace) -> Part:
    """Return the part that begins there. Raises `BadCursor`, `VoteLogUnavailable`."""
    pages: list[VoteLogPage] = []
    here: VoteLogPlace | None = place
    while here is not None and len(pages) < PAGES:
        page = vote_log.page(poll_id, here.bucket, here.cursor)
        pages.append(page)
        here = here.after(page)
    return Part(tuple(pages), here)
