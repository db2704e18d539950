"""The AWS calls of one vote: each costs time and money, so their number is fixed here."""

from collections import Counter
from typing import Any

import pytest
from botocore.client import BaseClient

from .effects import FROM_OUR_PAGE
from .journey import Journey


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Return a list that records the AWS calls of the functions."""
    made: Counter[str] = Counter()
    base: Any = BaseClient
    call = base._make_api_call

    def counted(client: BaseClient, operation: str, parameters: Any) -> Any:
        made[operation] += 1
        return call(client, operation, parameters)

    monkeypatch.setattr(base, "_make_api_call", counted)
    return made


def test_vote_makes_one_read_one_write_and_one_execution(journey: Journey, calls: Counter[str]) -> None:
    poll_id = journey.create()
    journey.open(poll_id)
    journey.world.pump_all()
    assert journey.vote(poll_id, "a")[0] == 201  # from here on the functions know their secrets and the poll
    token = journey.voter_token()
    calls.clear()
    assert journey.vote(poll_id, "a", token)[0] == 201
    assert calls == {"GetItem": 1, "StartSyncExecution": 1, "PutItem": 1}


def test_vote_with_an_address_makes_one_more_write_for_the_abuse_report(
    journey: Journey, calls: Counter[str]
) -> None:
    poll_id = journey.create()
    journey.open(poll_id)
    journey.world.pump_all()
    headers = FROM_OUR_PAGE | {"cookie": journey.voter_token()}
    assert journey.vote(poll_id, "a")[0] == 201
    calls.clear()
    # The edge adds the voter's address. The first votes of a group of networks are counted one by one.
    vote = journey.world.request("POST", "/vote", headers, {"poll_id": poll_id, "choice": "a"})
    assert vote.status == 201
    assert calls == {"GetItem": 1, "StartSyncExecution": 1, "PutItem": 1, "UpdateItem": 1}


def test_repeated_vote_is_found_by_the_condition_of_its_write(journey: Journey, calls: Counter[str]) -> None:
    poll_id = journey.create()
    journey.open(poll_id)
    journey.world.pump_all()
    token = journey.voter_token()
    assert journey.vote(poll_id, "a", token)[0] == 201
    calls.clear()
    assert journey.vote(poll_id, "a", token)[0] == 200
    assert calls == {"GetItem": 2, "StartSyncExecution": 1, "PutItem": 1}
