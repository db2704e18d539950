"""End-to-end recount: votes by the workflow, the vote log by vote-service, the certificate."""

from datetime import timedelta

import pytest
from contracts.recount import Recount
from results_service.domain.recount import SEALED_AFTER
from testkit.world import World
from vote_service.domain.poll import SETTLING

from .journey import ORGANISER, Journey


def recount(world: World, poll_id: str) -> Recount:
    """Request a recount, run it with the real `read_vote_log`, and return its result."""
    status, body, _ = world.http(
        "request_recount", f"POST /admin/api/results/{poll_id}/recount", organiser=ORGANISER
    )
    assert status == 202, body
    assert world.work_off("recount") == 1
    status, body, _ = world.http(
        "get_admin_results", f"GET /admin/api/results/{poll_id}/certificate", organiser=ORGANISER
    )
    assert status == 200, body
    return Recount.model_validate(body)


def test_recount_at_the_close_begins_after_the_log_is_sealed() -> None:
    assert SEALED_AFTER > SETTLING


@pytest.mark.parametrize("archived", [False, True], ids=["closed", "archived"])
@pytest.mark.parametrize(("settling", "state"), [(0, "certified"), (40, "provisional")])
def test_closed_poll_is_certified_once_its_log_is_sealed(
    journey: Journey,
    monkeypatch: pytest.MonkeyPatch,
    settling: int,
    state: str,
    archived: bool,
) -> None:
    monkeypatch.setattr("vote_service.domain.poll.SETTLING", timedelta(seconds=settling))
    poll_id = journey.create()
    journey.open(poll_id)
    journey.world.pump_all()
    for choice in ("a", "b", "b"):
        assert journey.vote(poll_id, choice)[0] == 201
    journey.close(poll_id)
    if archived:
        journey.archive(poll_id)
    journey.world.pump_all()
    found = recount(journey.world, poll_id).certificate
    assert found is not None
    assert (found.state, found.certified, found.difference) == (state, state == "certified", 0)
    assert (found.log.a, found.log.b, found.log.invalid) == (1, 2, 0)
    assert found.log == found.counters == found.shown
