"""A stop and start of the whole stack while a crowd votes loses and doubles no vote.

It uses the second stack, because the shared one is never stopped.
"""

from typing import Final

import pytest
from laptop.consistency import check_consistency

from ..conftest import restart_if_gone
from ..live_stack import Organiser, Running, dev, wait_until

VOTERS: Final = 60
BEFORE_THE_STOP: Final = 10
CULPRIT: Final = "tests/e2e/test_culprit.py"


@pytest.mark.covers("T3", "R3")
def test_restart_during_a_crowd_loses_and_doubles_no_vote(running: Running) -> None:
    """The restart is that of a missing stack: the file fails, and the organiser signs in again."""
    instance, organiser = running.instance, Organiser(running)
    restart_if_gone(running, organiser, CULPRIT)
    poll = running.active_poll()
    assert poll is not None
    poll_id = poll["poll_id"]
    before = running.votes_in_the_log(poll_id)
    with running.crowd_under_way(VOTERS, 15, 0.2, "--patience", "3600") as crowd:

        def has_begun() -> bool | None:
            return True if running.votes_in_the_log(poll_id) > before + BEFORE_THE_STOP else None

        wait_until(has_begun, "the crowd to begin")
        down = dev(instance.state, "down")
        assert down.returncode == 0, down.stdout + down.stderr
        with pytest.raises(pytest.fail.Exception, match=CULPRIT):
            restart_if_gone(running, organiser, CULPRIT)
        outcome = crowd.end()

    assert outcome.exit_code == 0, outcome
    found = check_consistency(instance)
    assert found.differences == {}, found.summary()
    assert found.counted[poll_id].total() == before + VOTERS
    assert running.results(poll_id)["total"] == before + VOTERS
    assert organiser.api.get("/admin/api/polls").status_code == 200
