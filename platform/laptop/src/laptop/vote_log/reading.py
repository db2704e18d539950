"""Reads a poll's vote log through vote-service's `read_vote_log`, into counts per minute."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from contracts.enums import Choice
from contracts.vote_log import VOTE_LOG_ANSWERS, ReadVoteLog, VoteLogPage, VoteLogRefused
from devkit.failure import Failure
from pydantic import ValidationError

from laptop.aws import client
from laptop.instance import ENVIRONMENT, Instance

MINUTE: Final = timedelta(minutes=1)


@dataclass
class MinuteCounts:
    """Votes per minute and option; single votes are not kept, so memory does not grow with a poll's votes."""

    votes: dict[datetime, Counter[Choice]] = field(default_factory=dict)
    invalid: int = 0
    sealed: bool = True
    buckets: int = 1

    def add(self, page: VoteLogPage) -> None:
        """Add one page. The counts are sealed only if every page is."""
        for event in page.events:
            minute = event.recorded_at.replace(second=0, microsecond=0)
            self.votes.setdefault(minute, Counter())[event.choice] += 1
        self.invalid += page.invalid
        self.sealed = self.sealed and page.sealed
        self.buckets = page.buckets


def read_log(instance: Instance, poll_id: str) -> MinuteCounts:
    """Read every bucket to its end. Raises `Failure`, also for an unknown poll."""
    counts, bucket = MinuteCounts(), 0
    while bucket < counts.buckets:
        cursor: str | None = None
        while True:
            page = _page(instance, poll_id, bucket, cursor)
            counts.add(page)
            cursor = page.cursor
            if cursor is None:
                break
        bucket += 1
    return counts


def _page(instance: Instance, poll_id: str, bucket: int, cursor: str | None) -> VoteLogPage:
    try:
        asked = ReadVoteLog(poll_id=poll_id, bucket=bucket, cursor=cursor)
    except ValidationError:
        raise Failure(f"{poll_id!r} is not a poll id.", "A poll id has 26 characters.") from None
    answer: dict[str, Any] = client(instance, "lambda").invoke(
        FunctionName=f"tot-{ENVIRONMENT}-read-vote-log", Payload=asked.model_dump_json()
    )
    if "FunctionError" in answer:
        raise Failure("The vote log could not be read.", "Try again, or see ./dev logs read-vote-log")
    page = VOTE_LOG_ANSWERS.validate_json(answer["Payload"].read())
    if isinstance(page, VoteLogRefused):
        raise Failure(f"There is no such vote log: {page.detail}.")
    return page
