"""A stop and start of the whole stack while a crowd votes loses and doubles no vote.

This file has its own stack, because the shared one is never stopped.
"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Final

import pytest
from devstack.audit import audit

from .conftest import STATE, SharedStackGoneWarning, own_stack, restart_if_gone
from .live_stack import Organiser, Running, dev, ports_of, wait_until

VOTERS: Final = 60
BEFORE_THE_STOP: Final = 10


@pytest.fixture(scope="module")
def own() -> Iterator[Running]:
    """Return a stack that tests may stop."""
    with own_stack(STATE.with_name(f"{STATE.name}-restart")) as started:
        yield started


def test_restart_during_a_crowd_loses_and_doubles_no_vote(own: Running) -> None:
    instance = own.instance
    poll = own.active_poll()
    assert poll is not None
    poll_id = poll["poll_id"]
    before = own.votes_in_the_log(poll_id)
    with own.crowd_under_way(VOTERS, 15, 0.2, "--patience", "3600") as crowd:

        def has_begun() -> bool | None:
            return True if own.votes_in_the_log(poll_id) > before + BEFORE_THE_STOP else None

        wait_until(has_begun, "the crowd to begin")
        down = dev(instance.state, "down")
        assert down.returncode == 0, down.stdout + down.stderr
        up = dev(instance.state, "up", "--detach", *ports_of(instance))
        assert up.returncode == 0, up.stdout + up.stderr
        outcome = crowd.end()

    assert outcome.exit_code == 0, outcome
    found = audit(instance)
    assert found.differences == {}, found.summary()
    assert found.counted[poll_id].total() == before + VOTERS
    assert own.results(poll_id)["total"] == before + VOTERS


def test_stopped_shared_stack_is_restarted_and_the_last_test_fails(own: Running) -> None:
    """Uses this file's stack in place of the shared one."""
    reports: list[pytest.TestReport] = []

    def keep(report: pytest.TestReport) -> None:
        reports.append(report)

    config: Any = SimpleNamespace(hook=SimpleNamespace(pytest_runtest_logreport=keep))
    organiser, culprit = Organiser(own), "tests/e2e/test_culprit.py::test_that_stops_everything"
    assert not restart_if_gone(own, organiser, culprit, config)
    assert reports == []

    stopped = dev(own.instance.state, "down")
    assert stopped.returncode == 0, stopped.stdout + stopped.stderr
    with pytest.warns(SharedStackGoneWarning, match="test_that_stops_everything"):
        assert restart_if_gone(own, organiser, culprit, config)
    (report,) = reports
    assert (report.nodeid, report.outcome) == (culprit, "failed")
    assert "started again" in report.longreprtext
    assert organiser.api.get("/admin/api/polls").status_code == 200
    assert own.voter().cookie
