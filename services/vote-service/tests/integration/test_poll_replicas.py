"""Replicas of a poll's copy: written by every event, read by votes, and the log is not sealed before them."""

import itertools
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from contracts.enums import PollStatus
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vote_service.adapters import voting_state
from vote_service.adapters.voting_state import REPLICA, VotingState
from vote_service.domain.errors import Unavailable

REPLICAS: Final = 5
TEXTS: Final = ("question", "option_a", "option_b")


@pytest.fixture(autouse=True)
def replicated(stack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deploy with replicas, two in a transaction."""
    stack.set_parameter("PollReplicas", str(REPLICAS))
    monkeypatch.setattr(voting_state, "MAX_WRITES", 2)


def replicas_of(stack: Any, poll_id: str) -> list[dict[str, Any] | None]:
    return [stack.poll_copy(f"{REPLICA}{poll_id}#{number}") for number in range(1, REPLICAS + 1)]


def read_only(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let each read choose the replica of this number, 0 for the copy."""
    monkeypatch.setattr(random, "randrange", lambda _count: number)


def fail(stack: Any, operation: str, *, after: int) -> None:
    """Let the calls of `track_poll` fail after some successful ones."""
    client, calls = stack.handler("track_poll").polls._client, itertools.count()

    def answer(**_: Any) -> None:
        if next(calls) >= after:
            raise Unavailable

    stack.hook(client, f"before-call.dynamodb.{operation}", answer)


def test_every_event_is_written_to_all_replicas_without_texts(stack: Any, make_poll: Any) -> None:
    draft = make_poll(PollStatus.DRAFT, opens=None, revision=1)
    stack.track(draft, make_poll(poll_id=draft.poll_id, closes=60, revision=2))
    copy = stack.poll_copy(draft.poll_id)
    assert (copy["replicas"], copy["replicated"]) == ({"N": "5"}, {"N": "2"})
    for replica in replicas_of(stack, draft.poll_id):
        assert replica is not None
        assert not replica.keys() & {*TEXTS, "replicas"}
        assert {name: copy[name] for name in replica} | {"poll_id": 0} == replica | {"poll_id": 0}
        assert {"salt", "key_id", "buckets", "closes_at"} <= replica.keys()


@pytest.mark.parametrize("number", range(REPLICAS + 1))
def test_close_is_exact_whichever_replica_a_vote_reads(
    stack: Any, make_poll: Any, make_vote: Any, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    poll = make_poll(revision=2)
    stack.track(poll)
    closing = make_poll(poll_id=poll.poll_id, closes=3, revision=3)
    stack.track(closing)
    read_only(monkeypatch, number)
    outcomes = []
    for offset in (-1, 0):
        stack.set_clock(closing.closes_at + timedelta(milliseconds=offset))
        outcomes.append(stack.run_workflow(make_vote(poll, voter_key=f"{offset:v>43}"))["output"])
    assert ['"recorded"' in outcome for outcome in outcomes] == [True, False]
    assert '"closed"' in outcomes[1]


def test_archiving_destroys_the_salt_in_all_replicas(stack: Any, make_poll: Any) -> None:
    poll = make_poll(PollStatus.CLOSED, closes=-60, revision=3)
    stack.track(poll)
    assert all("salt" in (replica or {}) for replica in replicas_of(stack, poll.poll_id))
    stack.track(make_poll(PollStatus.CLOSED, poll_id=poll.poll_id, closes=-60, revision=4, archived=True))
    for item in (stack.poll_copy(poll.poll_id), *replicas_of(stack, poll.poll_id)):
        assert item is not None
        assert "salt" not in item


def test_poll_without_replicas_is_read_from_its_copy(
    stack: Any, make_poll: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.set_parameter("PollReplicas", "0")
    poll = make_poll()
    stack.track(poll)
    stack.set_parameter("PollReplicas", str(REPLICAS))
    read_only(monkeypatch, 3)
    polls: VotingState = stack.handler("validate_vote").polls
    found = polls.find(poll.poll_id)
    assert found is not None
    assert found.revision == 2
    stack.track(make_poll(poll_id=poll.poll_id, closes=60, revision=3))
    assert replicas_of(stack, poll.poll_id) == [None] * REPLICAS


def test_poll_keeps_its_replicas_and_buckets_when_the_parameters_change(stack: Any, make_poll: Any) -> None:
    poll = make_poll()
    stack.track(poll)
    stack.set_parameter("PollReplicas", "1")
    stack.set_parameter("VoteLogBuckets", "64")
    stack.track(make_poll(poll_id=poll.poll_id, closes=60, revision=3), other := make_poll())
    assert {(item or {})["revision"]["N"] for item in replicas_of(stack, poll.poll_id)} == {"3"}
    assert [stack.poll_copy(each.poll_id)["buckets"]["N"] for each in (poll, other)] == ["16", "64"]
    assert [item is not None for item in replicas_of(stack, other.poll_id)] == [True] + [False] * 4


@pytest.mark.parametrize("after", [0, 1, 2])
def test_event_that_reached_some_replicas_is_retried_until_all_have_it(
    stack: Any, make_poll: Any, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    poll = make_poll(revision=2)
    stack.track(poll)
    closed = make_poll(PollStatus.CLOSED, poll_id=poll.poll_id, closes=-60, revision=3)
    polls: VotingState = stack.handler("track_poll").polls
    fail(stack, "TransactWriteItems", after=after)
    with pytest.raises(Unavailable):
        polls.apply(closed, "k1", 16)
    read_only(monkeypatch, 0)
    copy = polls.find(poll.poll_id)
    assert copy is not None
    assert copy.revision == 3
    assert not copy.is_sealed(datetime.now(UTC)), "a replica still takes votes"
    stack.forget_hooks()
    assert polls.apply(closed, "k1", 16)
    assert {(item or {})["revision"]["N"] for item in replicas_of(stack, poll.poll_id)} == {"3"}
    copy = polls.find(poll.poll_id)
    assert copy is not None
    assert copy.is_sealed(datetime.now(UTC))
    assert not polls.apply(closed, "k1", 16)


@pytest.mark.covers("R7")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(
    st.lists(st.tuples(st.integers(2, 5), st.integers(0, 4)), max_size=6),
    st.dictionaries(st.integers(2, 5), st.sampled_from([-50, -30, 30]), min_size=4, max_size=4),
)
def test_sealed_log_gains_no_vote_for_any_order_of_events_and_failures(
    stack: Any,
    make_poll: Callable[..., Any],
    tries: list[tuple[int, int]],
    ends: dict[int, int],
) -> None:
    """If the log is sealed, no replica takes a vote; delivered at last, all replicas equal the copy."""
    first = make_poll()
    life = {n: make_poll(poll_id=first.poll_id, closes=end, revision=n) for n, end in ends.items()}
    polls: VotingState = stack.handler("track_poll").polls
    polls_read = VotingState(polls._client, polls._table)
    now = datetime.now(UTC)

    def check() -> None:
        copy = polls_read.find(first.poll_id)
        if copy is not None and copy.is_sealed(now):
            for number in range(1, REPLICAS + 1):
                replica = polls_read.find(f"{REPLICA}{first.poll_id}#{number}")
                assert replica is not None
                assert replica.is_closed(now)

    for revision, successes in tries:
        fail(stack, "TransactWriteItems", after=successes)
        try:
            polls.apply(life[revision], "k1", 16)
        except Unavailable:
            pass
        finally:
            stack.forget_hooks()
        check()
    for revision in sorted(life):
        polls.apply(life[revision], "k1", 16)
        check()
    copy = stack.poll_copy(first.poll_id)
    assert copy["replicated"] == copy["revision"] == {"N": "5"}
    for replica in replicas_of(stack, first.poll_id):
        assert replica is not None
        assert (replica["closes_at"], replica["salt"]) == (copy["closes_at"], copy["salt"])
