"""A rehearsal through all services: its votes count nowhere else, and nothing of it is left for readers."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.model import format_instant
from testkit.world import World

from .effects import FROM_OUR_PAGE, add_owner, organiser
from .test_lost_answers import OPTIONS
from .test_upgrade import published


def poll_events(world: World, poll_id: str) -> list[str]:
    return [name for name, message in published(world) if message["poll_id"] == poll_id]


def vote(world: World, poll_id: str) -> int:
    token = world.request("POST", "/voter-token", FROM_OUR_PAGE, {})
    cookie = {"cookie": token.cookies[0].partition(";")[0]}
    answer = world.request("POST", "/vote", FROM_OUR_PAGE | cookie, {"poll_id": poll_id, "choice": "a"})
    return answer.status


def created(world: World, **more: Any) -> dict[str, Any]:
    body = {"question": "Tea?", "options": OPTIONS} | more
    key = f"create-{len(more)}-{'0123456789' * 3}"
    poll: dict[str, Any] = json.loads(organiser(world, "POST", "/admin/api/polls", body, key=key).body)
    return poll


def test_rehearsal_leaves_the_draft_and_no_result(world: World) -> None:
    add_owner(world)
    draft, rehearsal = created(world), created(world, rehearsal=True)
    path, of = "/admin/api/polls", rehearsal["poll_id"]
    end = format_instant(datetime.now(UTC) + timedelta(days=1))
    opened = json.loads(organiser(world, "POST", f"{path}/{of}/open", {"closes_at": end}).body)
    assert opened["closes_at"] < end, "an hour at most"
    world.pass_time(timedelta(seconds=10))
    world.pump_all()
    shown = world.request("GET", f"/polls/{of}", {}).json
    assert (shown["rehearsal"], shown["status"]) == (True, "open")
    assert [vote(world, of) for _ in range(3)] == [201, 201, 201]
    world.pump_all()
    assert world.request("GET", f"/results/{of}", {}).json["total"] == 3

    world.pass_time(timedelta(hours=2))
    world.fire_schedules(due=True)
    world.pump_all()

    assert vote(world, of) == 404
    for gone in (f"/polls/{of}", f"/results/{of}", f"/results/{of}/certificate"):
        assert world.request("GET", gone, {}).status == 404
    assert organiser(world, "GET", f"{path}/{of}").status == 404
    assert world.work_off("recount") == 0, "no recount, so no certificate and no transparency log"
    names = poll_events(world, of)
    assert "poll_deleted" in names
    assert "poll_closed" not in names
    assert json.loads(organiser(world, "GET", f"{path}/{draft['poll_id']}").body) == draft
    assert [poll["poll_id"] for poll in json.loads(organiser(world, "GET", path).body)["polls"]] == [
        draft["poll_id"]
    ]


def test_the_poll_itself_starts_at_zero_after_its_rehearsal(world: World) -> None:
    add_owner(world)
    draft, rehearsal = created(world), created(world, rehearsal=True)
    path = "/admin/api/polls"
    organiser(world, "POST", f"{path}/{rehearsal['poll_id']}/open", {})
    refused = organiser(world, "POST", f"{path}/{draft['poll_id']}/open", {})
    assert refused.status == 409, "one open poll at a time, a rehearsal too"
    world.pass_time(timedelta(seconds=10))
    world.pump_all()
    assert vote(world, rehearsal["poll_id"]) == 201
    organiser(world, "POST", f"{path}/{rehearsal['poll_id']}/close", {})
    world.pass_time(timedelta(seconds=10))
    world.fire_schedules(due=True)
    assert organiser(world, "POST", f"{path}/{draft['poll_id']}/open", {}).status == 200
    world.pass_time(timedelta(seconds=10))
    world.pump_all()
    assert world.request("GET", f"/results/{draft['poll_id']}", {}).json["total"] == 0
    assert world.request("GET", "/polls/active", {}).json["poll"]["poll_id"] == draft["poll_id"]
