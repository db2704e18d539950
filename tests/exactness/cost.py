"""Cost of counting in DynamoDB capacity units, by AWS's rules, from the real functions' reads and writes.

`costs.units` has the rules. Lambda reads streams for free.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from contracts.enums import Choice, VoterPolicy
from costs.units import item_size, read_units, write_units
from vote_service.adapters.votes_log import item_of
from vote_service.domain.vote_decision import SubmittedVote

from .log import POLLS, START
from .stream import Delivery
from .table import Table
from .world import World

BATCHES: Final = (1, 10, 100, 1000)


@dataclass(frozen=True, slots=True)
class Cost:
    """Units per vote when `batch` votes of one poll arrive in one invocation, by part."""

    batch: int
    writes: dict[str, float]
    reads: float

    @property
    def write_units(self) -> float:
        """All write units of one vote."""
        return sum(self.writes.values())

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "batch": self.batch,
            "writes": self.writes,
            "write_units": self.write_units,
            "reads": self.reads,
        }


def cost(batch: int) -> Cost:
    """Return the units per vote in a busy hour, when the poll's items exist already.

    The batch ends a slot of the series, so the cost includes its point; most batches write none.
    """
    world = World()
    for _ in range(2):
        world.announce(0)
    _round(world, 1)
    world.pass_time(timedelta(days=1))
    meters = {
        "counter, totals, series": Meter(world.results),
        "snapshots for pages": Meter(world.connections),
    }
    _round(world, batch)
    vote = write_units(item_size(_vote_item()))
    writes = {"the vote": float(vote)} | {name: meter.writes / batch for name, meter in meters.items()}
    return Cost(batch, writes, sum(meter.reads for meter in meters.values()) / batch)


def _round(world: World, votes: int) -> None:
    for _ in range(votes):
        world.vote(0, 0, "a")
    world.deliver_poll_events(Delivery())
    world.deliver_votes(0, Delivery())
    world.deliver_changes(Delivery())


def _vote_item() -> Any:
    vote = SubmittedVote(
        poll_id=POLLS[0],
        choice=Choice.A,
        voter_key="k" * 43,
        bucket=15,
        receipt="0000-0000-0000-0000",
        voter_token="b" * 43,
        policy=VoterPolicy.DEVICE,
        entitled=True,
        trace_id="0" * 32,
    )
    return item_of(vote, START)


class Meter:
    """Adds up the units that one table bills."""

    def __init__(self, table: Table) -> None:
        self.writes, self.reads = 0, 0.0
        table.on_write, table.on_read = self._write, self._read

    def _write(self, size: int) -> None:
        self.writes += write_units(size)

    def _read(self, size: int) -> None:
        self.reads += read_units(size)
