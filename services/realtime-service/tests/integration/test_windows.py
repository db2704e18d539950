"""At most one broadcast of a poll in each window; the newest change is always sent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from contracts.tally import TallyChanged
from realtime_service.domain.batch import Change
from realtime_service.domain.order import DueBroadcast

from .conftest import NOW, SECOND, Happen, versions


def test_first_change_is_sent_at_once_and_later_ones_in_its_window_at_the_end(
    aws: Any, connected: Callable[..., str], happen: Happen, poll_id: str
) -> None:
    connected("c1=")
    for version, seconds in ((1, 0), (2, 0.1), (3, 0.4), (4, 0.7)):
        happen(version, seconds)
    assert versions(aws) == [1]
    assert aws.ordered() == [(DueBroadcast(poll_id=poll_id, window=1), 1)], "one order, one second later"
    aws.broadcaster(SECOND).due(DueBroadcast(poll_id=poll_id, window=1), NOW + 1.1 * SECOND, again=False)
    assert versions(aws) == [1, 4]
    happen(5, 1.5)
    assert versions(aws) == [1, 4], "the delayed broadcast began a window of its own"
    happen(6, 2.2)
    assert versions(aws) == [1, 4, 6]


def test_order_of_a_replaced_window_sends_nothing(
    aws: Any, connected: Callable[..., str], happen: Happen, poll_id: str
) -> None:
    connected("c1=")
    for version, seconds in ((1, 0), (2, 0.5), (3, 1.0)):
        happen(version, seconds)
    assert versions(aws) == [1, 3]
    aws.broadcaster(SECOND).due(DueBroadcast(poll_id=poll_id, window=1), NOW + 1.5 * SECOND, again=False)
    assert versions(aws) == [1, 3]


def test_window_grows_with_the_audience_beyond_the_share_of_the_quota(
    aws: Any, connected: Callable[..., str], tally: Callable[..., TallyChanged], poll_id: str
) -> None:
    for number in range(10):
        connected(f"c{number}=")
    broadcaster = aws.broadcaster(SECOND, posts_per_second=2)
    for version, seconds in ((1, 0), (2, 3.7)):
        now = NOW + timedelta(seconds=seconds)
        broadcaster.changed([Change(tally(poll_id, version), "1")], now)
    assert versions(aws, "c1=") == [1]
    broadcaster.changed([Change(tally(poll_id, 3), "1")], NOW + 5 * SECOND)
    assert versions(aws, "c1=") == [1, 3]


def test_changes_that_come_a_little_early_are_sent_at_once_but_not_more_often_than_windows(
    aws: Any, connected: Callable[..., str], happen: Happen
) -> None:
    connected("c1=")
    for version, seconds in ((1, 0), (2, 0.8), (3, 1.6), (4, 1.8), (5, 2.9)):
        happen(version, seconds)
    assert versions(aws) == [1, 2, 4, 5], "windows end at 1, 2 and 3 seconds"
    assert len(aws.ordered()) == 1, "only the third change had to wait"
