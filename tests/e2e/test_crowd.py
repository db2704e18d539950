"""Several hundred voters, many of them impatient: the results are exactly what they were told."""

from devstack.aws import client
from devstack.instance import ENVIRONMENT

from .running import Running


def test_a_crowd_with_double_taps_is_counted_exactly(running: Running, poll_id: str) -> None:
    before = running.results(poll_id)["total"]
    crowd = running.crowd(300, 40, 0.2)
    assert crowd.exit_code == 0, crowd
    assert crowd.outcome["answers"] == {"201": 300, "200": 30, "409 already-voted": 30}
    assert running.results(poll_id)["total"] == before + 300
    assert running.votes_in_the_log(poll_id) == before + 300


def test_a_crowd_leaves_no_function_denied_by_its_role(running: Running, poll_id: str) -> None:
    assert running.crowd(10, 10, 0.0).exit_code == 0
    logs = client(running.instance, "logs")
    denied: list[str] = []
    for group in logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/tot-{ENVIRONMENT}-")["logGroups"]:
        found = logs.filter_log_events(logGroupName=group["logGroupName"], filterPattern="AccessDenied")
        denied += [event["message"] for event in found["events"] if "AccessDenied" in event["message"]]
    assert denied == []
