"""Stop everything while a crowd votes, start it again: not one vote more or less.

The stack is this file's own: what the other tests share is never stopped.
"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Final

import pytest
from devstack.consistency import check_consistency

from .conftest import STATE, SharedStackGoneWarning, own_stack, restart_if_gone
from .running import Organiser, Running, dev, ports_of, wait_until

VOTERS: Final = 60
BEFORE_THE_STOP: Final = 10


@pytest.fixture(scope="module")
def own() -> Iterator[Running]:
    """Return a stack that may be stopped."""
    with own_stack(STATE.with_name(f"{STATE.name}-restart")) as started:
        yield started


def test_a_stop_and_start_in_the_middle_of_a_crowd_loses_and_invents_nothing(own: Running) -> None:
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
    found = check_consistency(instance)
    assert found.differences == {}, found.summary()
    assert found.counted[poll_id].total() == before + VOTERS
    assert own.results(poll_id)["total"] == before + VOTERS


def test_a_stack_that_a_test_has_stopped_is_started_again_and_that_test_fails(own: Running) -> None:
    """Held against the stack of this file, as if it were the shared one."""
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
