"""Exports of a poll for organisers: totals, votes over time, the vote log without voters."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, NonNegativeInt, PositiveInt, ValidationInfo, field_validator

from contracts.enums import PollStatus, ResultVisibility
from contracts.ids import PollId
from contracts.model import Contract, Instant
from contracts.position_effect import PositionEffect
from contracts.recount import Certificate
from contracts.votes_over_time import SeriesPoint


class ExportWhat(StrEnum):
    """The content of an export."""

    TOTALS = "totals"
    SERIES = "series"
    VOTE_LOG = "vote-log"


class ExportFormat(StrEnum):
    """The file format of an export."""

    CSV = "csv"
    JSON = "json"


class AskExport(Contract):
    """`GET /admin/api/results/{poll_id}/export`: the query. A vote log comes in pages, each with a cursor."""

    what: ExportWhat = ExportWhat.TOTALS
    format: ExportFormat = ExportFormat.CSV
    cursor: Annotated[str, Field(pattern=r"^[0-9]{1,4}\.[A-Za-z0-9_-]{0,1368}\.[0-9a-f]{64}$")] | None = None

    @field_validator("cursor")
    @classmethod
    def _only_vote_log_has_cursor(cls, cursor: str | None, given: ValidationInfo) -> str | None:
        if cursor is not None and given.data.get("what") is not ExportWhat.VOTE_LOG:
            raise ValueError("only a vote log comes in pages: leave out the cursor")
        return cursor


class _Exported(Contract):
    """Fields of every export; `hidden_from_public` is whether the counts are still hidden from the public."""

    poll_id: PollId
    result_visibility: ResultVisibility
    hidden_from_public: bool


class ExportedTotals(_Exported):
    """The current totals and the certificate of the newest recount."""

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
    position_effect: PositionEffect | None = None


class ExportedSeries(_Exported):
    """Votes over time, as in `Series`."""

    points: tuple[SeriesPoint, ...]
    rebuilt_at: Instant | None


class VoteLogGroup(Contract):
    """Votes of whole minutes, from `starts_at` until before `ends_at`.

    A group never holds so few votes that it identifies people.
    """

    starts_at: Instant
    ends_at: Instant
    a: NonNegativeInt
    b: NonNegativeInt


class ExportedVoteLog(_Exported):
    """One page of the vote log, a line of its file. All pages together contain each vote once.

    The pages divide the votes by voters, not by time: each page covers the whole time. `invalid` counts the
    records in this part of the log that are no vote by contract. `chain` is the hash of this page and of all
    pages before it; `docs/verify_vote_log.py` describes the file and verifies it.
    """

    groups: tuple[VoteLogGroup, ...]
    invalid: NonNegativeInt
    last: bool
    chain: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
