"""Stop everything while a crowd votes, start it again: not one vote more or less."""

import os

import pytest
from devstack.audit import audit

from .conftest import ports_of
from .running import Running, dev, wait_until


@pytest.mark.skipif("E2E_SITE" in os.environ, reason="a stack that others use is not stopped")
def test_a_stop_and_start_in_the_middle_of_a_crowd_loses_and_invents_nothing(
    running: Running, poll_id: str
) -> None:
    instance = running.instance
    before = running.votes_in_the_log(poll_id)
    with running.crowd_under_way(150, 15, 0.2, "--patience", "300") as crowd:

        def has_begun() -> bool | None:
            return True if running.votes_in_the_log(poll_id) > before + 20 else None

        wait_until(has_begun, "the crowd to begin")
        down = dev(instance.state, "down")
        assert down.returncode == 0, down.stdout + down.stderr
        up = dev(instance.state, "up", "--detach", *ports_of(instance))
        assert up.returncode == 0, up.stdout + up.stderr
        outcome = crowd.end()

    assert outcome.exit_code == 0, outcome
    found = audit(instance)
    assert found.differences == {}, found.summary()
    assert found.counted[poll_id].total() == before + 150
    assert running.results(poll_id)["total"] == before + 150
