"""What an organiser takes home of a poll: its totals, its votes over time, its log without its voters."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, NonNegativeInt, PositiveInt, ValidationInfo, field_validator

from contracts.ids import PollId, PollStatus, ResultVisibility
from contracts.model import Contract, Instant
from contracts.recount import Certificate
from contracts.series import SeriesPoint


class ExportWhat(StrEnum):
    """What is exported."""

    TOTALS = "totals"
    SERIES = "series"
    VOTE_LOG = "vote-log"


class ExportFormat(StrEnum):
    """As what."""

    CSV = "csv"
    JSON = "json"


class AskExport(Contract):
    """`GET /admin/api/results/{poll_id}/export`: the query. A vote log comes in pages, each with a cursor."""

    what: ExportWhat = ExportWhat.TOTALS
    format: ExportFormat = ExportFormat.CSV
    cursor: Annotated[str, Field(pattern=r"^[0-9]{1,4}\.[A-Za-z0-9_-]{0,1368}$")] | None = None

    @field_validator("cursor")
    @classmethod
    def _only_a_vote_log_has_pages(cls, cursor: str | None, given: ValidationInfo) -> str | None:
        if cursor is not None and given.data.get("what") is not ExportWhat.VOTE_LOG:
            raise ValueError("only a vote log comes in pages: leave out the cursor")
        return cursor


class _Exported(Contract):
    """What every export says of its poll: also whether the public sees its counts by now."""

    poll_id: PollId
    result_visibility: ResultVisibility
    hidden_from_public: bool


class ExportedTotals(_Exported):
    """The totals of now, and what the newest recount said of them."""

    status: PollStatus
    opens_at: Instant | None
    closes_at: Instant | None
    counted_at: Instant
    a: NonNegativeInt
    b: NonNegativeInt
    total: NonNegativeInt
    invalid: NonNegativeInt
    version: PositiveInt
    certificate: Certificate | None


class ExportedSeries(_Exported):
    """Votes over time, as in `Series`."""

    points: tuple[SeriesPoint, ...]
    rebuilt_at: Instant | None


class VoteLogGroup(Contract):
    """Votes of whole minutes, from `starts_at` on and before `ends_at`; never few enough to name people."""

    starts_at: Instant
    ends_at: Instant
    a: NonNegativeInt
    b: NonNegativeInt


class ExportedVoteLog(_Exported):
    """One page of the log. The pages together hold every vote once; each is of other voters, at all times.

    `invalid` counts what stands in this part of the log and is no vote by contract.
    """

    groups: tuple[VoteLogGroup, ...]
    invalid: NonNegativeInt
    next_cursor: str | None
