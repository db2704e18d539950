"""Export a poll's results in parts, so that no poll is too large."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Self

from contracts.enums import Choice
from contracts.results_export import (
    AskExport,
    ExportedSeries,
    ExportedTotals,
    ExportedVoteLog,
    ExportWhat,
    VoteLogGroup,
)
from contracts.visibility import Scope, counts_visible

from results_service.adapters.epochs import EpochStore
from results_service.adapters.game_results import GameResults
from results_service.adapters.recounts import Recounts
from results_service.adapters.vote_log import VoteLog
from results_service.adapters.votes_over_time import SeriesPoints
from results_service.domain.errors import NotSealed, UnknownPoll
from results_service.domain.hash_chain import chained
from results_service.domain.poll import Poll
from results_service.domain.position_effect import position_effect
from results_service.domain.recount import is_sealed
from results_service.domain.totals import Totals
from results_service.domain.vote_log_groups import by_minute, groups_of
from results_service.use_cases.get_votes_over_time import series_of
from results_service.use_cases.page_vote_log import VoteLogPlace, read_part

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_WAIT: Final = "The vote log is exported once no vote can join it: within a minute of the poll's close"


@dataclass(frozen=True, slots=True)
class Exported:
    """An export or one page of it, and the cursor of the next page."""

    content: ExportedTotals | ExportedSeries | ExportedVoteLog
    next: str | None = None


@dataclass(frozen=True, slots=True)
class ResultsExporter:
    """Exports results for organisers. Every method raises `UnknownPoll`, `StoreUnavailable`."""

    results: GameResults
    recounts: Recounts
    points: SeriesPoints
    epochs: EpochStore
    vote_log: VoteLog
    clock: Callable[[], datetime]

    @classmethod
    def of(
        cls, client: "DynamoDBClient", table: str, vote_log: VoteLog, clock: Callable[[], datetime]
    ) -> Self:
        """Create an exporter for one table."""
        at = client, table
        return cls(GameResults(*at), Recounts(*at), SeriesPoints(*at), EpochStore(*at), vote_log, clock)

    def export(self, poll_id: str, asked: AskExport) -> Exported:
        """Return the requested export."""
        match asked.what:
            case ExportWhat.TOTALS:
                return Exported(self.totals(poll_id))
            case ExportWhat.SERIES:
                return Exported(self.series(poll_id))
            case ExportWhat.VOTE_LOG:
                return self.vote_log_page(poll_id, asked.cursor)

    def totals(self, poll_id: str) -> ExportedTotals:
        """Return the current totals and the newest certificate."""
        totals, poll = self._known(poll_id)
        return ExportedTotals(
            **self._of_poll(poll_id, poll),
            status=poll.status_at(self.clock()),
            opens_at=poll.opens_at,
            closes_at=poll.closes_at,
            counted_at=totals.updated_at,
            a=totals.tally.a,
            b=totals.tally.b,
            total=totals.tally.a + totals.tally.b,
            invalid=totals.tally.invalid,
            version=totals.version,
            certificate=self.recounts.newest_certificate(poll_id),
            position_effect=position_effect(totals.tally),
        )

    def series(self, poll_id: str) -> ExportedSeries:
        """Return the votes over time."""
        _, poll = self._known(poll_id)
        series = series_of(poll_id, self.results, self.points, self.epochs)
        return ExportedSeries(
            **self._of_poll(poll_id, poll), points=series.points, rebuilt_at=series.rebuilt_at
        )

    def vote_log_page(self, poll_id: str, cursor: str | None) -> Exported:
        """Return one page of a sealed vote log.

        Votes may still be written to a log that is not sealed, and the difference between two exports would
        reveal single votes. Raises `NotSealed`, `BadCursor`, `VoteLogUnavailable`.
        """
        _, poll = self._known(poll_id)
        if poll.opens_at is None or poll.closes_at is None or poll.closes_at > self.clock():
            raise NotSealed(_WAIT)
        place = VoteLogPlace.read(cursor)
        part = read_part(self.vote_log, poll_id, place)
        if not all(is_sealed(page, poll.closes_at) for page in part.pages):
            raise NotSealed(_WAIT)
        votes = (vote for page in part.pages for vote in page.events)
        groups = groups_of(by_minute(votes), poll.opens_at, poll.closes_at)
        page = ExportedVoteLog(
            **self._of_poll(poll_id, poll),
            groups=tuple(
                VoteLogGroup(
                    starts_at=group.starts_at,
                    ends_at=group.ends_at,
                    a=group.votes[Choice.A],
                    b=group.votes[Choice.B],
                )
                for group in groups
            ),
            invalid=sum(page.invalid for page in part.pages),
            last=part.next is None,
            chain=place.chain,
        )
        page = chained(page)
        return Exported(page, str(replace(part.next, chain=page.chain)) if part.next else None)

    def _known(self, poll_id: str) -> tuple[Totals, Poll]:
        totals = self.results.totals(poll_id)
        if totals is None or totals.poll is None:
            raise UnknownPoll("no poll of this id is known")
        return totals, totals.poll

    def _of_poll(self, poll_id: str, poll: Poll) -> dict[str, Any]:
        status = poll.status_at(self.clock())
        return {
            "poll_id": poll_id,
            "result_visibility": poll.result_visibility,
            "hidden_from_public": not counts_visible(poll.result_visibility, status, Scope.PUBLIC),
        }
