"""Vote decisions: a stored vote is checked first, then the poll, the clock and the policy."""

from datetime import UTC, datetime, timedelta

import pytest
from contracts.enums import Choice, PollStatus, VoterPolicy
from hypothesis import given
from hypothesis import strategies as st
from vote_service.domain.poll import PollCopy, VotingKeys
from vote_service.domain.vote_decision import StoredVote, SubmittedVote, decide, invalid, is_decided_by_write
from vote_service.domain.voter_key import bucket_of

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TICK = timedelta(milliseconds=1)
KEY = "v" * 43
VOTE = SubmittedVote(
    poll_id="0" * 26,
    choice=Choice.A,
    voter_key=KEY,
    bucket=bucket_of(KEY, 16),
    receipt="ABCD-EFGH-JKMN-PQRS",
    voter_token="b" * 43,
    policy=VoterPolicy.DEVICE,
    entitled=True,
    trace_id="0" * 32,
)
STORED = StoredVote(
    choice=Choice.B,
    receipt="ABCD-EFGH-JKMN-PQRS",
    recorded_at=NOW - timedelta(hours=1),
    voter_token=VOTE.voter_token,
)
WAITS = st.none() | st.timedeltas(timedelta(days=-9), timedelta(days=9))
ANY_POLL = given(st.sampled_from(PollStatus), WAITS, WAITS, st.sampled_from(VoterPolicy))


def poll_with(
    status: PollStatus = PollStatus.OPEN,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    policy: VoterPolicy = VoterPolicy.DEVICE,
) -> PollCopy:
    keys = VotingKeys(bytes(32), "k1", 16)
    return PollCopy(VOTE.poll_id, status, opens_at, closes_at, policy, 1, keys)


def test_a_vote_in_an_open_poll_is_valid() -> None:
    assert decide(VOTE, None, poll_with(opens_at=NOW - TICK, closes_at=NOW + TICK), NOW).outcome == "valid"


@pytest.mark.covers("T8", "R7")
@pytest.mark.parametrize(
    ("opens_at", "closes_at", "outcome"),
    [
        (NOW + TICK, None, "not_open_yet"),
        (NOW, None, "valid"),
        (None, NOW + TICK, "valid"),
        (None, NOW, "closed"),
        (None, NOW - TICK, "closed"),
        (NOW + TICK, NOW, "closed"),
        (NOW, NOW, "closed"),
        (None, None, "valid"),
    ],
)
def test_the_clock_decides_to_the_millisecond(
    opens_at: datetime | None, closes_at: datetime | None, outcome: str
) -> None:
    assert decide(VOTE, None, poll_with(opens_at=opens_at, closes_at=closes_at), NOW).outcome == outcome


def test_rejection_before_the_opening_contains_the_time() -> None:
    decision = decide(VOTE, None, poll_with(opens_at=NOW + 5 * TICK), NOW)
    assert decision.rejection.opens_at == NOW + 5 * TICK


@ANY_POLL
def test_recorded_vote_is_found_in_every_state_of_the_poll(
    status: PollStatus, opens: timedelta | None, closes: timedelta | None, policy: VoterPolicy
) -> None:
    opens_at, closes_at = (None if wait is None else NOW + wait for wait in (opens, closes))
    for poll in (None, poll_with(status, opens_at, closes_at, policy)):
        decision = decide(VOTE, STORED, poll, NOW)
        assert (decision.outcome, decision.stored) == ("already_voted", STORED)
        assert decision.item is None


@pytest.mark.covers("T8", "R7")
@ANY_POLL
def test_a_vote_is_valid_only_in_an_open_poll_between_its_times_with_its_policy(
    status: PollStatus, opens: timedelta | None, closes: timedelta | None, policy: VoterPolicy
) -> None:
    opens_at, closes_at = (None if wait is None else NOW + wait for wait in (opens, closes))
    started = opens is None or opens <= timedelta(0)
    ended = closes is not None and closes <= timedelta(0)
    expected = status is PollStatus.OPEN and started and not ended and policy is VOTE.policy
    decision = decide(VOTE, None, poll_with(status, opens_at, closes_at, policy), NOW)
    assert (decision.outcome == "valid") == expected


@pytest.mark.parametrize("poll", [None, poll_with(PollStatus.DRAFT)])
def test_draft_and_unknown_poll_get_the_same_decision(poll: PollCopy | None) -> None:
    assert decide(VOTE, None, poll, NOW) == decide(VOTE, None, None, NOW)
    assert decide(VOTE, None, poll, NOW).outcome == "unknown_poll"


def test_rejection_after_a_lost_race_reveals_nothing_of_the_recorded_vote() -> None:
    for stored in (None, STORED):
        rejection = decide(VOTE, stored, poll_with(), NOW).rejection
        assert rejection.model_dump(exclude_none=True) == {
            "outcome": "duplicate",
            "reason": "This voter has voted otherwise in this poll",
        }


@given(
    st.sampled_from(PollStatus),
    st.none() | st.timedeltas(timedelta(days=-9), timedelta(days=9)),
    st.none() | st.timedeltas(timedelta(days=-9), timedelta(days=9)),
    st.sampled_from(Choice),
)
def test_used_and_wrong_codes_get_the_same_decision_in_every_state_of_the_poll(
    status: PollStatus, opens: timedelta | None, closes: timedelta | None, choice: Choice
) -> None:
    opens_at, closes_at = (None if wait is None else NOW + wait for wait in (opens, closes))
    poll = poll_with(status, opens_at, closes_at, VoterPolicy.CODE)
    by_code = VOTE.model_copy(update={"policy": VoterPolicy.CODE, "choice": choice})
    wrong = by_code.model_copy(update={"entitled": False})
    of_another = STORED.model_copy(update={"voter_token": "o" * 43})
    answers = [
        decide(by_code, of_another, poll, NOW),
        decide(wrong, None, poll, NOW),
        decide(wrong, of_another, poll, NOW),
        decide(wrong, STORED, poll, NOW),
    ]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0].outcome not in {"valid", "already_voted"}
    assert (answers[0].item, answers[0].stored) == (None, None)


def test_used_code_is_accepted_from_its_voter_token_only() -> None:
    by_code = VOTE.model_copy(update={"policy": VoterPolicy.CODE})
    poll = poll_with(policy=VoterPolicy.CODE)
    assert decide(by_code, STORED, poll, NOW).outcome == "already_voted"
    of_another = STORED.model_copy(update={"voter_token": "o" * 43, "choice": Choice.A})
    assert decide(by_code, of_another, poll, NOW).outcome == "code_refused"


def test_second_voter_token_of_a_network_is_a_duplicate() -> None:
    by_network = VOTE.model_copy(update={"policy": VoterPolicy.NETWORK})
    poll = poll_with(policy=VoterPolicy.NETWORK)
    for choice in Choice:
        stored = STORED.model_copy(update={"voter_token": "o" * 43, "choice": choice})
        assert decide(by_network, stored, poll, NOW).outcome == "duplicate"
    assert decide(by_network, STORED, poll, NOW).outcome == "already_voted"


@pytest.mark.parametrize("policy", VoterPolicy)
def test_vote_submitted_under_another_policy_is_rejected(policy: VoterPolicy) -> None:
    for given_policy in VoterPolicy:
        vote = VOTE.model_copy(update={"policy": given_policy})
        outcome = decide(vote, None, poll_with(policy=policy), NOW).outcome
        assert outcome == ("valid" if given_policy is policy else "policy_not_met")


def test_invalid_input_gets_every_reason() -> None:
    assert invalid(["a: missing", "b: wrong"]).rejection.reason == "a: missing; b: wrong"


@pytest.mark.parametrize("policy", VoterPolicy)
def test_only_a_device_in_an_open_poll_is_decided_by_the_write(policy: VoterPolicy) -> None:
    vote = VOTE.model_copy(update={"policy": policy})
    is_open, later, closed = (
        poll_with(policy=policy),
        poll_with(policy=policy, opens_at=NOW + TICK),
        poll_with(policy=policy, closes_at=NOW),
    )
    assert is_decided_by_write(vote, is_open, NOW) is (policy is VoterPolicy.DEVICE)
    assert not any(is_decided_by_write(vote, poll, NOW) for poll in (later, closed, None))
