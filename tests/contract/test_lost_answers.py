"""Lost answers: a poll's whole life, with the answer of each write lost once, ends in the same state.

Each request is repeated until no answer is lost: the answer of its first write is lost at the first attempt,
that of its second write at the second attempt, and so on. The writes themselves are carried out each time.
The final state is compared with a life without losses: answers, items of each kind, audit log, messages,
votes.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, Final
from uuid import UUID

import pytest
from contracts.model import format_instant
from PIL import Image
from testkit.lost_answers import write_unanswered
from testkit.world import Response, World

from .effects import DIFFERS, FROM_OUR_PAGE, OWNER, add_owner, audit_log, kept, organiser

pytestmark = pytest.mark.slow

PUBLISHED_AGAIN: Final = "archive"
"""A repetition publishes the event again, with a revision of its own, because the poll's salt must be
deleted."""

MAX_WRITES: Final = 12
OPTIONS: Final = {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}


@dataclass
class Life:
    """The answers in one poll's life, and the answers that were lost."""

    world: World
    losing: bool
    answers: dict[str, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)

    def send(self, name: str, send: Callable[[], Response]) -> Response:
        """Send a request, repeated until each of its writes has lost its answer; record the last answer."""
        answer = self._sent(name, send)
        assert answer.status < 300, (name, answer)
        said = answer.body.decode()
        said = re.sub(r'"revision":\d+', "", said) if name == PUBLISHED_AGAIN else said
        self.answers[name] = DIFFERS.sub("-", said)
        self.world.pump_all()
        return answer

    def _sent(self, name: str, send: Callable[[], Response]) -> Response:
        for number in range(MAX_WRITES if self.losing else 0):
            with write_unanswered(number) as found:
                answer = send()
            if found.name is None:
                return answer
            assert answer.status < 300 or answer.status == 503, (name, found.name, answer)
            self.lost.append(f"{name}: {found.name}")
        assert not self.losing, f"{name} writes without end"
        return send()


def live(world: World, *, losing: bool) -> Life:
    """Run a poll with codes from its creation to its deletion, and invite a member and change their role."""
    life = Life(world, losing)

    def step(name: str, method: str, path: str, body: Any = None) -> Response:
        return life.send(name, lambda: organiser(world, method, path, body, key=f"{name}-{'0123456789' * 3}"))

    picture = BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    as_png = FROM_OUR_PAGE | {"content-type": "image/png"}
    life.send(
        "picture",
        lambda: world.request("POST", "/admin/api/images", as_png, picture.getvalue(), organiser=OWNER),
    )
    created = step(
        "create", "POST", "/admin/api/polls", {"question": "Tea?", "options": OPTIONS, "policy": "code"}
    )
    poll = f"/admin/api/polls/{created.json['poll_id']}"
    step("edit", "PATCH", poll, {"question": "Tea or coffee?"})
    later = format_instant(datetime.now(UTC) + timedelta(hours=1))
    step("schedule", "POST", f"{poll}/open", {"opens_at": later})
    step("take back", "PATCH", poll, {"status": "draft"})
    step(
        "open", "POST", f"{poll}/open", {"closes_at": format_instant(datetime.now(UTC) + timedelta(hours=3))}
    )
    life.answers["open poll"] = DIFFERS.sub("-", organiser(world, "GET", poll).body.decode())
    world.pass_time(timedelta(seconds=10))
    codes = step("codes", "POST", f"{poll}/codes", {"count": 2}).json["codes"]
    token = life.send("voter token", lambda: world.request("POST", "/voter-token", FROM_OUR_PAGE, {}))
    cookie = {"cookie": token.cookies[0].partition(";")[0]}
    vote = {"poll_id": created.json["poll_id"], "choice": "a", "code": codes[0]}
    life.send("vote", lambda: world.request("POST", "/vote", FROM_OUR_PAGE | cookie, vote))
    step("close", "POST", f"{poll}/close")
    world.pass_time(timedelta(minutes=2))
    world.fire_schedules(due=True)
    world.pump_all()
    results = f"/admin/api/results/{created.json['poll_id']}"
    step("recount", "POST", f"{results}/recount")
    while world.work_off("recount"):
        pass
    certificate = json.loads(organiser(world, "GET", f"{results}/certificate").body)
    life.answers["certificate"] = DIFFERS.sub("-", json.dumps(certificate["certificate"]))
    step("archive", "POST", f"{poll}/archive")
    step("delete", "DELETE", poll)
    assert organiser(world, "GET", poll).status == 404
    grace = {
        "name": "grace",
        "email": "grace@example.com",
        "role": "viewer",
        "invitation_id": str(UUID(int=7)),
    }
    step("invite", "POST", "/admin/api/members", grace)
    step("change role", "PUT", "/admin/api/members/grace", {"role": "editor"})
    return life


def test_poll_life_with_lost_answers_ends_in_the_same_state(world: World) -> None:
    lives = []
    for losing in (False, True):
        world.reset()
        add_owner(world)
        life = live(world, losing=losing)
        lives.append((life, audit_log(world), kept()))
    (smooth, its_audit_log, its_items), (lossy, audit_log_after, items_after) = lives
    assert smooth.lost == []
    assert {name.partition(":")[0] for name in lossy.lost} == smooth.answers.keys() - {
        "certificate",
        "open poll",
    }
    differing = {name for name, answer in smooth.answers.items() if lossy.answers[name] != answer}
    assert {name: (smooth.answers[name], lossy.answers[name]) for name in differing} == {}
    assert audit_log_after == its_audit_log
    assert items_after == its_items
