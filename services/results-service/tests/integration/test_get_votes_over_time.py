"""Votes over time, from counting to the points of an organiser's chart."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from botocore.exceptions import ClientError
from contracts.votes_over_time import Series
from results_service.adapters.epochs import EpochStore
from results_service.adapters.game_results import GameResults
from results_service.domain.epoch import Epoch
from results_service.domain.tally import Tally

type Ask = Callable[..., tuple[int, dict[str, str], dict[str, Any]]]
type Stored = Callable[..., str]
SIGNED_IN = {"sub": "b3f1", "scope": "polls/admin", "cognito:groups": "[viewer]"}
OPENED = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = OPENED

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def get_votes_over_time(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("get_votes_over_time")


@pytest.fixture
def count(
    load: Callable[[str], ModuleType],
    monkeypatch: pytest.MonkeyPatch,
    aws: Any,
    clock: Clock,
    vote: Callable[..., dict[str, Any]],
    delivery: Callable[..., dict[str, Any]],
    poll_record: Callable[..., dict[str, Any]],
    poll_id: str,
) -> Iterator[Callable[..., dict[str, Any]]]:
    """Count votes through the real handler, so many seconds after the opening of an open poll.

    With `refuse_points` the table rejects all points.
    """
    count_votes, track_poll_status = load("count_votes"), load("track_poll_status")
    numbers = iter(range(1, 10_000))
    monkeypatch.setattr(count_votes, "vote_counter", replace(count_votes.vote_counter, clock=clock))
    updates = replace(track_poll_status.tracker.updates, clock=clock)
    monkeypatch.setattr(track_poll_status, "tracker", replace(track_poll_status.tracker, updates=updates))
    track_poll_status.handler({"Records": [poll_record(poll_id, "opened", 2)]}, aws.context)

    client = count_votes.vote_counter.results._client
    put_item = client.put_item

    def refusing(**call: Any) -> Any:
        if call["Item"]["sk"]["S"].startswith("series#"):
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, "PutItem")
        return put_item(**call)

    def after(seconds: float, choices: str, *, refuse_points: bool = False) -> dict[str, Any]:
        clock.now = OPENED + timedelta(seconds=seconds)
        records = [vote(poll_id, choice, next(numbers)) for choice in choices]
        monkeypatch.setattr(client, "put_item", refusing if refuse_points else put_item)
        answer: dict[str, Any] = count_votes.handler(delivery("shard-1", *records), aws.context)
        return answer

    yield after
    aws.forget(poll_id)


def asked(get_votes_over_time: ModuleType, ask: Ask, poll_id: str) -> Series:
    status, headers, body = ask(
        get_votes_over_time, "GET", f"/admin/api/results/{poll_id}/series", claims=SIGNED_IN
    )
    assert (status, headers["Cache-Control"]) == (200, "private, no-store")
    return Series.model_validate(body)


def drawn(series: Series) -> list[tuple[float, int, int]]:
    return [((point.at - OPENED).total_seconds(), point.a, point.b) for point in series.points]


def test_the_last_totals_of_each_ten_seconds_are_kept_and_those_of_now_come_last(
    count: Callable[..., Any], get_votes_over_time: ModuleType, ask: Ask, poll_id: str
) -> None:
    for seconds, choices in ((1, "a"), (9, "ab"), (11, "b"), (31, "aa"), (32, "b")):
        count(seconds, choices)
    found = asked(get_votes_over_time, ask, poll_id)
    assert drawn(found) == [(0, 0, 0), (9, 2, 1), (11, 2, 2), (32, 4, 3)]
    assert found.rebuilt_at is None


def test_records_that_come_again_draw_nothing_twice(
    count: Callable[..., Any], get_votes_over_time: ModuleType, ask: Ask, aws: Any, poll_id: str
) -> None:
    count(1, "ab")
    for seconds in (12, 13, 14):
        count(seconds, "")
    count(15, "a")
    assert drawn(asked(get_votes_over_time, ask, poll_id)) == [(0, 0, 0), (1, 1, 1), (15, 2, 1)]
    assert len(aws.items(poll_id, "series#")) == 1


def test_points_are_not_published_by_the_stream(count: Callable[..., Any], aws: Any, poll_id: str) -> None:
    for seconds in (1, 11, 21):
        count(seconds, "a")
    kept = aws.items(poll_id, "series#")
    assert len(kept) == 2
    assert all("event" not in item for item in kept)


def test_counting_goes_on_where_a_point_cannot_be_kept(
    count: Callable[..., Any], get_votes_over_time: ModuleType, ask: Ask, aws: Any, poll_id: str
) -> None:
    count(1, "a")
    assert count(11, "b", refuse_points=True)["batchItemFailures"] == []
    assert aws.counts(poll_id) == (1, 1, 0)
    count(21, "a")
    assert drawn(asked(get_votes_over_time, ask, poll_id)) == [(0, 0, 0), (11, 1, 1), (21, 2, 1)]


def test_rebuilt_poll_reports_the_cutoff_of_its_counters(
    count: Callable[..., Any], get_votes_over_time: ModuleType, ask: Ask, aws: Any, poll_id: str
) -> None:
    count(1, "aaa")
    epochs = EpochStore(aws.dynamodb, aws.table)
    begun: Epoch = epochs.begin(poll_id, OPENED)
    epochs.activate(poll_id, begun, Tally(1, 0, 0))
    GameResults(aws.dynamodb, aws.table).rewrite_totals(poll_id, lambda: OPENED + timedelta(seconds=60))
    found = asked(get_votes_over_time, ask, poll_id)
    assert found.rebuilt_at == begun.cutoff
    assert drawn(found) == [(0, 0, 0), (1, 3, 0), (60, 1, 0)]


@pytest.mark.parametrize("visibility", ["always", "after_vote", "after_close", "never"])
@pytest.mark.parametrize("status", ["open", "closed"])
def test_organiser_sees_votes_over_time_in_any_visibility_and_status(
    get_votes_over_time: ModuleType, stored: Stored, ask: Ask, visibility: str, status: str
) -> None:
    found = asked(get_votes_over_time, ask, stored(visibility, status))
    assert [(point.a, point.b) for point in found.points] == [(0, 0), (2, 3)]


def test_a_draft_has_no_points(get_votes_over_time: ModuleType, stored: Stored, ask: Ask) -> None:
    assert asked(get_votes_over_time, ask, stored("always", "draft")).points == ()


@pytest.mark.parametrize("poll", ["0" * 26, "short"])
def test_an_unknown_or_malformed_poll_is_not_found(
    get_votes_over_time: ModuleType, ask: Ask, poll: str
) -> None:
    status, _, body = ask(get_votes_over_time, "GET", f"/admin/api/results/{poll}/series", claims=SIGNED_IN)
    assert (status, body["type"]) == (404, "/problems/unknown-poll")


@pytest.mark.covers("T23")
def test_only_organisers_through_the_edge_are_answered(
    get_votes_over_time: ModuleType, stored: Stored, ask: Ask
) -> None:
    path = f"/admin/api/results/{stored()}/series"
    status, _, body = ask(get_votes_over_time, "GET", path)
    assert (status, body["type"]) == (403, "/problems/not-allowed")
    status, _, body = ask(get_votes_over_time, "GET", path, None, {"x-origin-verify": ""}, SIGNED_IN)
    assert (status, body["type"]) == (403, "/problems/origin-not-verified")
