"""Read the vote log in parts that fit in one response."""

import base64
from dataclasses import dataclass, replace
from typing import Final, Self

from contracts.vote_log import VoteLogPage

from results_service.adapters.vote_log import VoteLog
from results_service.domain.errors import BadCursor
from results_service.domain.hash_chain import CHAIN_START

PAGES: Final = 16
"""Vote log pages per part: a whole small poll, or at most 80,000 votes of a large one."""


@dataclass(frozen=True, slots=True)
class VoteLogPlace:
    """A position in the vote log: a bucket, the cursor of `read_vote_log` in it, and the hash chain so far.

    It is not signed: a client that changes the hash gets a file that no verification accepts.
    """

    bucket: int = 0
    cursor: str | None = None
    chain: str = CHAIN_START

    @classmethod
    def read(cls, text: str | None) -> Self:
        """Parse a position, None for the start of the log. Raises `BadCursor`."""
        if text is None:
            return cls()
        bucket, coded, chain = text.split(".")
        padding = "=" * (-len(coded) % 4)
        try:
            cursor = base64.urlsafe_b64decode(f"{coded}{padding}").decode()
        except ValueError as error:
            raise BadCursor from error
        return cls(int(bucket), cursor or None, chain)

    def __str__(self) -> str:
        coded = base64.urlsafe_b64encode((self.cursor or "").encode()).decode().rstrip("=")
        return f"{self.bucket}.{coded}.{self.chain}"

    def after(self, page: VoteLogPage) -> Self | None:
        """Return the next position, None at the end of the log."""
        if page.cursor is not None:
            return replace(self, cursor=page.cursor)
        return replace(self, bucket=self.bucket + 1, cursor=None) if self.bucket + 1 < page.buckets else None


@dataclass(frozen=True, slots=True)
class Part:
    """Some pages of the vote log, and the position of the next part."""

    pages: tuple[VoteLogPage, ...]
    next: VoteLogPlace | None


def read_part(vote_log: VoteLog, poll_id: str, place: VoteLogPlace) -> Part:
    """Return the part that begins at a position. Raises `BadCursor`, `VoteLogUnavailable`."""
    pages: list[VoteLogPage] = []
    here: VoteLogPlace | None = place
    while here is not None and len(pages) < PAGES:
        page = vote_log.page(poll_id, here.bucket, here.cursor)
        pages.append(page)
        here = here.after(page)
    return Part(tuple(pages), here)
