"""Cost of a vote in DynamoDB units, computed by AWS's rules from the functions' real writes."""

import pytest

from .cost import cost
from .faults import Interruptions
from .table import Client, Table


def test_a_vote_costs_at_most_1_02_write_units_at_a_thousand_votes_a_batch() -> None:
    found = cost(1000)
    assert found.writes["the vote"] == 1
    assert found.write_units <= 1.02


def test_every_write_is_in_the_bill() -> None:
    # The shard's counter, the totals, a point at the end of a slot; the poll's snapshot, the current one,
    # and the broadcast window.
    assert cost(1).writes == {"the vote": 1, "counter, totals, series": 3, "snapshots for pages": 3}


@pytest.mark.parametrize(("letters", "units"), [(1, 1), (1000, 1), (1024, 2)])
def test_a_write_is_billed_in_whole_kilobytes(letters: int, units: int) -> None:
    table, billed = Table(), list[int]()
    table.on_write = lambda size: billed.append(-(-size // 1024))
    item = {"pk": {"S": "p"}, "sk": {"S": "s"}, "text": {"S": "x" * letters}}
    Client(table, Interruptions()).put_item(Item=item)
    assert billed == [units]
