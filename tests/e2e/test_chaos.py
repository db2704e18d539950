"""A crowd votes while calls and processes fail: nothing lost, nothing double, nobody lied to."""

import json
from typing import Final

import pytest

from .running import Running, dev

VOTERS: Final = 30
"""Enough for each kind of fault to strike. `./dev chaos` is the long form."""


@pytest.mark.parametrize("schedule", ["lost", "kills", "storm"])
def test_every_answer_is_true_whatever_fails(running: Running, poll_id: str, schedule: str) -> None:
    before = running.votes_in_the_log(poll_id)
    done = dev(
        running.instance.state, "chaos", "--schedule", schedule, "--voters", str(VOTERS), "--rate", "15",
        "--poll", poll_id, "--json",
    )  # fmt: skip
    outcome = json.loads(done.stdout)
    assert done.returncode == 0, outcome
    assert outcome["exact"]
    assert sum(outcome["struck"]["calls"].values()) + outcome["struck"]["killed"] > 0
    assert all(check["expected"] == check["found"] for check in outcome["truth"])
    assert running.votes_in_the_log(poll_id) == before + VOTERS


def test_an_unknown_schedule_is_named_with_those_there_are(running: Running) -> None:
    done = dev(running.instance.state, "chaos", "--schedule", "weather")
    assert done.returncode == 1
    assert "'weather'" in done.stderr
    assert "storm" in done.stderr
