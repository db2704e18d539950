from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from contracts.enums import Choice
from contracts.events import VoteCast
from hypothesis import given
from hypothesis import strategies as st
from results_service.domain.vote_log_groups import MIN_VOTES, MINUTE, Group, by_minute, groups_of

OPENED = datetime(2026, 11, 23, 18, 0, 3, tzinfo=UTC)
CLOSED = OPENED + timedelta(hours=2)
SECONDS = st.integers(0, 7196)
VOTES = st.lists(st.tuples(SECONDS, st.sampled_from(Choice)), max_size=120)


def grouped(votes: list[tuple[int, Choice]]) -> list[Group]:
    cast = (
        VoteCast(poll_id="0" * 26, choice=choice, recorded_at=OPENED + timedelta(seconds=after))
        for after, choice in votes
    )
    return groups_of(by_minute(cast), OPENED, CLOSED)


@given(VOTES)
def test_every_vote_is_in_a_group_once(votes: list[tuple[int, Choice]]) -> None:
    total = sum((group.votes for group in grouped(votes)), Counter[Choice]())
    assert total == Counter(choice for _, choice in votes)


@pytest.mark.covers("T29")
@given(VOTES)
def test_small_group_is_the_only_one_and_spans_the_open_time(
    votes: list[tuple[int, Choice]],
) -> None:
    groups = grouped(votes)
    if len(votes) >= MIN_VOTES:
        assert all(group.votes.total() >= MIN_VOTES for group in groups)
    else:
        assert [(group.starts_at, group.ends_at) for group in groups] == [(OPENED, CLOSED)] * bool(votes)


@given(VOTES)
def test_groups_follow_on_each_other_in_whole_minutes(votes: list[tuple[int, Choice]]) -> None:
    groups = grouped(votes)
    for before, after in pairwise(groups):
        assert before.ends_at <= after.starts_at
    if len(votes) >= MIN_VOTES:
        assert all((group.ends_at - group.starts_at) % MINUTE == timedelta(0) for group in groups)
        assert all(group.starts_at.second == 0 for group in groups)


@given(VOTES, st.randoms())
def test_the_order_within_the_log_changes_nothing(votes: list[tuple[int, Choice]], chance: Random) -> None:
    shuffled = list(votes)
    chance.shuffle(shuffled)
    assert grouped(shuffled) == grouped(votes)
