"""Behaviour that holds although the second stack's emulator is as weak as AWS.

Its other tests count votes that streams deliver twice (`test_restart.py`, `test_rebuild.py`), and wait for a
close that is announced a minute late, and for a list of members that lags (`test_smoke.py`).
"""

from typing import Any
from uuid import uuid4

from laptop.aws import client

from ..live_stack import Organiser, Running, wait_until


def test_hidden_results_appear_at_the_close_and_not_with_its_late_schedule(
    running: Running, organiser: Organiser
) -> None:
    poll_id = organiser.open_new("Late?", result_visibility="after_close")
    assert running.voter().vote(poll_id, "a").status_code == 201
    page = running.page()
    assert page.get(f"/results/{poll_id}").status_code == 403
    organiser.close(poll_id)

    def revealed() -> Any:
        answer = page.get(f"/results/{poll_id}")
        return answer.json() if answer.is_success and answer.json()["total"] == 1 else None

    assert wait_until(revealed, "the results")["counts"] == {"a": 1, "b": 0}
    schedules = client(running.instance, "scheduler").list_schedules(NamePrefix=f"close-local-{poll_id}")
    assert len(schedules["Schedules"]) == 1
    organiser.open_new()  # other tests of this stack use its active poll


def test_new_member_can_be_changed_and_removed_before_the_list_shows_them(organiser: Organiser) -> None:
    members = "/admin/api/members"
    invitation = {
        "name": "grace",
        "email": "grace@example.com",
        "role": "viewer",
        "invitation_id": str(uuid4()),
    }
    for _ in range(2):
        invited = organiser.api.post(members, json=invitation)
        assert (invited.status_code, invited.json()["name"]) == (201, "grace"), invited.text
    changed = organiser.api.put(f"{members}/grace", json={"role": "editor"})
    assert (changed.status_code, changed.json()["role"]) == (200, "editor"), changed.text

    def listed() -> list[str] | None:
        found = organiser.api.get(members).json()["members"]
        return [one["role"] for one in found if one["name"] == "grace"] or None

    wait_until(lambda: True if listed() == ["editor"] else None, "the list to show the member")
    assert organiser.api.delete(f"{members}/grace").status_code == 204
    assert organiser.api.delete(f"{members}/grace").status_code in {204, 404}
    wait_until(lambda: True if listed() is None else None, "the list to omit the member")
