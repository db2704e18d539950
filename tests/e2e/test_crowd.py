"""A crowd of voters, some with double taps: the results match their answers exactly.

Larger crowds are for `./dev crowd` and `./dev bench exactness`; this one meets the deployed functions.
"""

from dataclasses import dataclass
from typing import Final

import pytest
from laptop.aws import client
from laptop.instance import ENVIRONMENT

from .live_stack import Crowd, Organiser, Running

VOTERS: Final = 100
TWICE: Final = 20


@dataclass(frozen=True)
class Voted:
    """A crowd that has voted in its own poll."""

    poll_id: str
    crowd: Crowd


@pytest.fixture(scope="module")
def voted(running: Running, organiser: Organiser) -> Voted:
    poll_id = organiser.open_new()
    return Voted(poll_id, running.crowd(VOTERS, 40, TWICE / VOTERS))


@pytest.mark.covers("T1", "R6")
def test_crowd_with_double_taps_is_counted_exactly(running: Running, voted: Voted) -> None:
    assert voted.crowd.exit_code == 0, voted.crowd
    half = TWICE // 2
    answers = voted.crowd.outcome["answers"]
    assert set(answers) == {"201", "200", "409 already-voted"}
    assert answers["409 already-voted"] == half
    # A vote that a busy machine did not confirm is sent again, and may have been recorded before.
    assert answers["201"] + answers["200"] == VOTERS + half
    assert VOTERS - voted.crowd.outcome["sent_again"] <= answers["201"] <= VOTERS
    assert running.results(voted.poll_id)["total"] == VOTERS
    assert running.votes_in_the_log(voted.poll_id) == VOTERS


@pytest.mark.covers("R36")
def test_no_function_is_denied_by_its_role_during_a_crowd(running: Running, voted: Voted) -> None:
    assert voted.crowd.exit_code == 0, voted.crowd
    logs = client(running.instance, "logs")
    denied: list[str] = []
    for group in logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/tot-{ENVIRONMENT}-")["logGroups"]:
        found = logs.filter_log_events(logGroupName=group["logGroupName"], filterPattern="AccessDenied")
        denied += [event["message"] for event in found["events"] if "AccessDenied" in event["message"]]
    assert denied == []
