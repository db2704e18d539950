"""Return the votes over time for an organiser's chart."""

from contracts.votes_over_time import Series, SeriesPoint

from results_service.adapters.epochs import EpochStore
from results_service.adapters.game_results import GameResults
from results_service.adapters.votes_over_time import SeriesPoints
from results_service.domain.epoch import FIRST
from results_service.domain.errors import UnknownPoll
from results_service.domain.votes_over_time import level_for, series_until


def series_of(poll_id: str, results: GameResults, points: SeriesPoints, epochs: EpochStore) -> Series:
    """Return a poll's votes over time. Raises `UnknownPoll`, `StoreUnavailable`."""
    totals = results.totals(poll_id)
    if totals is None or totals.poll is None:
        raise UnknownPoll("no poll of this id is known")
    kept = points.read(poll_id, level_for(totals))
    active = epochs.of(poll_id).active
    return Series(
        poll_id=poll_id,
        points=tuple(SeriesPoint(at=point.at, a=point.a, b=point.b) for point in series_until(totals, kept)),
        rebuilt_at=None if active == FIRST else active.cutoff,
    )
