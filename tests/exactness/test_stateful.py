"""The same world driven by Hypothesis, which searches for the shortest history with a difference."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from .effort import tries
from .faults import Fault, Kind
from .log import POLLS
from .stream import After, Delivery
from .world import World

faults = st.none() | st.builds(Fault, st.sampled_from(Kind), st.integers(0, 11))
deliveries = st.builds(
    Delivery,
    size=st.integers(1, 5),
    back=st.sampled_from([0, 0, 0, 1, 3]),
    fault=faults,
    after=st.sampled_from(After),
    earlier=st.integers(0, 5),
)
polls = st.integers(0, len(POLLS) - 1)
shards = st.integers(0, 7)


class AnyHistory(RuleBasedStateMachine):
    """Any order of events: at every rest, all parts agree."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    @rule(shard=shards, poll=polls, kind=st.sampled_from(["a", "b", "poison", "tampered"]))
    def a_voter_votes(self, shard: int, poll: int, kind: str) -> None:
        self.world.vote(shard, poll, kind)

    @rule(poll=polls)
    def a_poll_changes_status(self, poll: int) -> None:
        self.world.announce(poll)

    @rule(shard=shards, step=deliveries)
    def votes_arrive(self, shard: int, step: Delivery) -> None:
        self.world.deliver_votes(shard, step)

    @rule(step=deliveries)
    def poll_events_arrive(self, step: Delivery) -> None:
        self.world.deliver_poll_events(step)

    @rule(step=deliveries)
    def changes_arrive(self, step: Delivery) -> None:
        self.world.deliver_changes(step)

    @rule(which=st.integers(0, 7), fault=faults, twice=st.booleans())
    def an_order_of_a_broadcast_arrives(self, which: int, fault: Fault | None, twice: bool) -> None:
        self.world.deliver_order(which, fault, twice)

    @rule(audience=st.sampled_from([2, 100_000]))
    def the_audience_is_counted(self, audience: int) -> None:
        self.world.count_audience(audience)

    @rule(earlier=st.integers(0, 5))
    def votes_arrive_late(self, earlier: int) -> None:
        self.world.deliver_late(earlier)

    @rule(shard=shards)
    def a_window_ends(self, shard: int) -> None:
        self.world.end_window(shard)

    @precondition(lambda self: len(self.world.votes.shards) < 8)
    @rule(shard=shards)
    def a_shard_splits(self, shard: int) -> None:
        self.world.split(shard)

    @rule(shard=shards)
    def the_stream_forgets(self, shard: int) -> None:
        self.world.forget(shard)

    @precondition(lambda self: len(self.world.votes.shards) < 8)
    @rule()
    def the_stream_is_replaced(self) -> None:
        self.world.replace_stream()

    @rule(poll=polls, fault=faults)
    def a_rebuild_begins(self, poll: int, fault: Fault | None) -> None:
        self.world.begin_rebuild(poll, fault)

    @rule(poll=polls, fault=faults)
    def a_rebuild_is_carried_out(self, poll: int, fault: Fault | None) -> None:
        self.world.show_rebuilt(poll, fault)

    @rule(seconds=st.sampled_from([-2, 1, 60, 5 * 3600]))
    def time_passes(self, seconds: int) -> None:
        self.world.pass_time(timedelta(seconds=seconds))

    @rule()
    def the_world_settles(self) -> None:
        self.world.settle()
        assert self.world.differences() == []

    def teardown(self) -> None:
        self.the_world_settles()


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(
    max_examples=tries(20, 500), stateful_step_count=30
)  # fmt: skip
