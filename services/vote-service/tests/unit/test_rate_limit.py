"""Rate limit windows, and unlinkable names of their counters."""

import re
from datetime import UTC, datetime, timedelta

from contracts.enums import PollStatus, VoterPolicy
from contracts.ids import PollId
from contracts.key_ring import KeyRing
from contracts.network import Network
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from vote_service.adapters.rate_limit_counters import PREFIX
from vote_service.domain.poll import PollCopy, VotingKeys
from vote_service.domain.rate_limit import CODE_WINDOW, WINDOW, Window

KEYS = KeyRing.read({"current": "k1", "k1": "first key"})
moments = st.datetimes(datetime(2026, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
networks = st.ip_addresses(v=4).map(lambda address: Network(str(address)))


@given(moments)
def test_window_contains_its_moment_and_is_aligned_to_the_clock(now: datetime) -> None:
    window = Window.at(now)
    assert window.starts_at <= now < window.ends_at
    assert window.ends_at - window.starts_at == WINDOW
    assert window.starts_at.timestamp() % WINDOW.total_seconds() == 0


@given(moments, st.timedeltas(timedelta(0), 3 * WINDOW))
def test_windows_follow_one_another_without_gap_or_overlap(now: datetime, later: timedelta) -> None:
    first, second = Window.at(now), Window.at(now + later)
    assert (first == second) == (now + later < first.ends_at)
    assert (second.starts_at - first.starts_at) % WINDOW == timedelta(0)


@given(moments)
def test_seconds_left_lead_to_the_next_window(now: datetime) -> None:
    window = Window.at(now)
    seconds = window.seconds_left(now)
    assert 1 <= seconds <= WINDOW.total_seconds()
    assert Window.at(now + timedelta(seconds=seconds)) != window
    assert seconds == 1 or Window.at(now + timedelta(seconds=seconds - 1)) == window


@given(moments, networks, networks)
def test_networks_have_different_counters(now: datetime, one: Network, other: Network) -> None:
    window = Window.at(now)
    names = {window.counter_of(network, KEYS) for network in (one, other)}
    assert len(names) == len({one, other})


@given(moments, networks)
def test_counters_of_two_windows_cannot_be_linked(now: datetime, network: Network) -> None:
    one, other = (Window.at(now + shift).counter_of(network, KEYS) for shift in (timedelta(0), WINDOW))
    assert one.partition("#")[2] != other.partition("#")[2]
    assert str(network) not in one


@given(moments, networks)
def test_counter_key_is_no_poll_id(now: datetime, network: Network) -> None:
    name = PREFIX + Window.at(now).counter_of(network, KEYS)
    assert re.fullmatch(r"#voter-tokens#[0-9]+#[A-Za-z0-9_-]{22}", name)
    try:
        TypeAdapter[str](PollId).validate_python(name)
    except ValidationError:
        return
    raise AssertionError(f"{name} could be a poll")


@given(moments, networks)
def test_counter_depends_on_the_secret_key(now: datetime, network: Network) -> None:
    window, other = Window.at(now), KeyRing.read({"current": "k1", "k1": "another key"})
    assert window.counter_of(network, KEYS) == Window.at(now).counter_of(network, KEYS)
    assert window.counter_of(network, other) != window.counter_of(network, KEYS)


nonces = st.binary(min_size=6, max_size=6)
polls = st.builds(
    lambda poll_id, salt: PollCopy(
        poll_id, PollStatus.OPEN, None, None, VoterPolicy.CODE, 1, VotingKeys(salt, "k1", 16)
    ),
    st.from_regex(r"\A[0-7][0-9a-hjkmnp-tv-z]{25}\Z"),
    st.binary(min_size=32, max_size=32),
)


@given(moments, st.sets(st.tuples(polls, nonces), min_size=2, max_size=6))
def test_codes_and_polls_have_different_counters(now: datetime, codes: set[tuple[PollCopy, bytes]]) -> None:
    window = Window.at(now, CODE_WINDOW)
    names = {window.counter_of_code(poll, nonce, KEYS) for poll, nonce in codes}
    assert len(names) == len(codes)
    assert all(re.fullmatch(r"code#[0-9]+#[A-Za-z0-9_-]{22}", name) for name in names)


@given(moments, polls, nonces)
def test_counters_of_a_code_in_two_windows_cannot_be_linked(
    now: datetime, poll: PollCopy, nonce: bytes
) -> None:
    tags = {
        Window.at(now + shift, CODE_WINDOW).counter_of_code(poll, nonce, KEYS).rpartition("#")[2]
        for shift in (timedelta(0), CODE_WINDOW)
    }
    assert len(tags) == 2
