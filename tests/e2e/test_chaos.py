"""A crowd votes while calls and processes fail: no vote is lost or doubled, and every answer is true."""

import json
from typing import Final

import pytest

from .live_stack import Running, dev

VOTERS: Final = 30
"""Enough for each kind of fault to occur. `./dev chaos` is the long form."""


@pytest.mark.covers("T3", "R2", "R3")
@pytest.mark.parametrize("schedule", ["lost", "kills", "storm"])
def test_answers_stay_true_under_injected_faults(running: Running, poll_id: str, schedule: str) -> None:
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


def test_unknown_schedule_is_rejected_with_the_known_names(running: Running) -> None:
    done = dev(running.instance.state, "chaos", "--schedule", "weather")
    assert done.returncode == 1
    assert "'weather'" in done.stderr
    assert "storm" in done.stderr
