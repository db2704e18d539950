"""Rebuild of counters that lost votes, while a crowd votes."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from contracts.recount import RecountState
from laptop.aws import client, table_of

from ..live_stack import Running, dev


def lose(running: Running, poll_id: str, votes: int) -> None:
    """Subtract votes from the poll's counters, like a stream that lost records."""
    dynamodb, table = (
        client(running.instance, "dynamodb"),
        table_of(running.instance, "results-service", "GameResults"),
    )
    (counter, *_) = dynamodb.query(
        TableName=table,
        KeyConditionExpression="pk = :poll AND begins_with(sk, :counters)",
        ExpressionAttributeValues={":poll": {"S": poll_id}, ":counters": {"S": "counter#0001#"}},
    )["Items"]
    dynamodb.update_item(
        TableName=table,
        Key={"pk": counter["pk"], "sk": counter["sk"]},
        UpdateExpression="ADD a :lost",
        ExpressionAttributeValues={":lost": {"N": str(-votes)}},
    )


@pytest.mark.covers("T3", "R9")
def test_rebuild_restores_lost_votes_while_a_crowd_votes(running: Running) -> None:
    state, poll = running.instance.state, running.active_poll()
    assert poll is not None
    poll_id = poll["poll_id"]

    def crowd(voters: int, rate: float) -> subprocess.CompletedProcess[str]:
        return dev(state, "crowd", "--voters", str(voters), "--rate", str(rate), "--poll", poll_id, "--json")

    assert crowd(20, 20).returncode == 0
    lose(running, poll_id, 3)
    lost = dev(state, "recount", poll_id, "--json")
    assert json.loads(lost.stdout)["difference"] == 3, lost.stdout + lost.stderr
    with ThreadPoolExecutor(1) as threads:
        # Votes arrive on both sides of the cutoff, and while the log up to it is read.
        voting = threads.submit(crowd, 110, 1.0)
        rebuilt = dev(state, "rebuild", poll_id, "--json")
        assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
        # The crowd saw totals without the lost votes, so only vote log and counters are compared.
        voting.result()
    certificate = dev(state, "recount", poll_id, "--json")
    found = json.loads(certificate.stdout)
    assert (found["state"], found["difference"]) == (RecountState.PROVISIONAL, 0)
    assert found["log"] == found["counters"] == found["shown"]
    assert found["log"]["a"] + found["log"]["b"] == running.votes_in_the_log(poll_id)
