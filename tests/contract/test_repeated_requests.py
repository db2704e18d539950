"""Every request that writes, sent twice: a client that lost the first answer gets the same one.

Each case repeats one request with the same body, revision and idempotency key, and compares the answers and
every item in every table after the first and after the second. A new route without a case fails.
"""

import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from contracts.model import format_instant
from testkit.routes import http_routes
from testkit.world import World

from .effects import FROM_OUR_PAGE, OWNER, add_owner, items, organiser

KEY: Final = "0123456789" * 3
READ_BY_POST: Final = {"POST /live/results/{poll_id}"}
OTHER_ANSWERS: Final = {
    "archive": "publishes its event again, because every copy must destroy the poll's salt",
    "voter token": "issues another token; it is stored nowhere until it votes, and a page asks for one once",
    "challenge": "issues another challenge; it is stored only once it is solved",
    "public ticket": "issues another ticket; it is stored only once it opens a socket",
    "organiser's ticket": "issues another ticket; it is stored only once it opens a socket",
}
"""Requests whose second answer is another one, and the reason."""

STARTS_ANOTHER: Final = {
    "presenter session": "the table has only the hash of a token, so a lost one cannot be sent again",
}
"""Requests that store something new each time, and the reason; items that exist already stay as they are."""

REFUSED: Final = {
    "end of a presenter session": (403, "an ended session is not accepted again"),
}
"""Requests that are refused the second time, without an effect: the status, and the reason."""

RESULTS_PASS: Final = re.compile(rb'"results_pass":"[^"]+"')
"""It contains the time at which it was issued."""

PIXEL: Final = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"
)
OPTIONS: Final = {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}
GRACE: Final = {
    "name": "grace",
    "email": "grace@example.com",
    "role": "viewer",
    "invitation_id": str(UUID(int=7)),
}


def hence(**delta: float) -> str:
    return format_instant(datetime.now(UTC) + timedelta(**delta))


@dataclass
class Poll:
    """A poll through its life: `path` is its address, `seen` its part of the request of a change."""

    world: World
    poll_id: str = ""

    @property
    def path(self) -> str:
        return f"/admin/api/polls/{self.poll_id}"

    @property
    def seen(self) -> dict[str, Any]:
        return {"revision": organiser(self.world, "GET", self.path).json["revision"]}

    def draft(self, policy: str = "device", **more: Any) -> "Poll":
        body = {"question": "Tea?", "options": OPTIONS, "policy": policy} | more
        created = organiser(self.world, "POST", "/admin/api/polls", body, "created-" * 4)
        assert created.status == 201, created
        self.poll_id = created.json["poll_id"]
        return self

    def scheduled(self) -> "Poll":
        return self.draft()._after("POST", "/open", {"opens_at": hence(hours=1), "closes_at": hence(hours=2)})

    def open(self, policy: str = "device", **more: Any) -> "Poll":
        self.draft(policy, **more)._after("POST", "/open", {"closes_at": hence(hours=2)})
        self.world.pass_time(timedelta(seconds=10))
        return self

    def closed(self) -> "Poll":
        self.open()._after("POST", "/close", {})
        self.world.pass_time(timedelta(minutes=2))
        self.world.fire_schedules(due=True)
        self.world.pump_all()
        return self

    def archived(self) -> "Poll":
        return self.closed()._after("POST", "/archive", {})

    def _after(self, method: str, step: str, body: Any) -> "Poll":
        answer = organiser(self.world, method, self.path + step, body)
        assert answer.status == 200, answer
        self.world.pump_all()
        return self


@dataclass
class Request:
    path: str
    body: Any = None
    content_type: str = "application/json"
    cookie: str | None = None


def voter(world: World) -> str:
    return world.request("POST", "/voter-token", FROM_OUR_PAGE, {}).cookies[0].partition(";")[0]


def change(poll: Poll, step: str = "", **fields: Any) -> Request:
    return Request(poll.path + step, fields | poll.seen)


def deletion(poll: Poll) -> Request:
    return Request(f"{poll.path}?revision={poll.seen['revision']}")


def in_poll(poll: Poll, path: str, **fields: Any) -> Request:
    return Request(path, {"poll_id": poll.poll_id} | fields, cookie=voter(poll.world))


def presenter(world: World, path: str = "/admin/api/presenter/session", body: Any = None) -> Request:
    """Return a request of a presenter session, which has a cookie in place of the access token."""
    started = organiser(world, "POST", "/admin/api/presenter-session")
    return Request(path, body, cookie=started.cookies[0].partition(";")[0])


def in_presenter(poll: Poll, step: str = "", **fields: Any) -> Request:
    return presenter(poll.world, f"/admin/api/presenter/polls/{poll.poll_id}{step}", fields | poll.seen)


def member(world: World, body: Any = None) -> Request:
    assert organiser(world, "POST", "/admin/api/members", GRACE).status == 201
    return Request("/admin/api/members/grace", body)


POLL: Final = "/admin/api/polls/{poll_id}"
CASES: Final[dict[str, tuple[str, Callable[[World], Request]]]] = {
    "create": (
        "POST /admin/api/polls",
        lambda _: Request("/admin/api/polls", {"question": "Tea?", "options": OPTIONS}),
    ),
    "image": ("POST /admin/api/images", lambda _: Request("/admin/api/images", PIXEL, "image/png")),
    "edit": (f"PATCH {POLL}", lambda world: change(Poll(world).draft(), question="Tea or coffee?")),
    "open": (f"POST {POLL}/open", lambda world: change(Poll(world).draft(), "/open")),
    "schedule": (
        f"POST {POLL}/open",
        lambda world: change(Poll(world).draft(), "/open", opens_at=hence(hours=1)),
    ),
    "reschedule": (
        f"PATCH {POLL}",
        lambda world: change(Poll(world).scheduled(), opens_at=hence(hours=1, minutes=5)),
    ),
    "reschedule to the next seconds": (
        f"PATCH {POLL}",
        lambda world: change(Poll(world).scheduled(), opens_at=hence(seconds=2)),
    ),
    "revert to draft": (f"PATCH {POLL}", lambda world: change(Poll(world).scheduled(), status="draft")),
    "extend": (f"PATCH {POLL}", lambda world: change(Poll(world).open(), closes_at=hence(hours=3))),
    "remove the end": (f"PATCH {POLL}", lambda world: change(Poll(world).open(), closes_at=None)),
    "turnout of a closed poll": (
        f"PATCH {POLL}",
        lambda world: change(Poll(world).closed(), show_turnout=True),
    ),
    "close": (f"POST {POLL}/close", lambda world: change(Poll(world).open(), "/close")),
    "archive": (f"POST {POLL}/archive", lambda world: change(Poll(world).closed(), "/archive")),
    "delete a draft": (f"DELETE {POLL}", lambda world: deletion(Poll(world).draft())),
    "delete an archived poll": (f"DELETE {POLL}", lambda world: deletion(Poll(world).archived())),
    "codes": (
        f"POST {POLL}/codes",
        lambda world: Request(f"{Poll(world).open('code').path}/codes", {"count": 2}),
    ),
    "recount": (
        "POST /admin/api/results/{poll_id}/recount",
        lambda world: Request(f"/admin/api/results/{Poll(world).closed().poll_id}/recount"),
    ),
    "invite": ("POST /admin/api/members", lambda _: Request("/admin/api/members", GRACE)),
    "role": ("PUT /admin/api/members/{member}", lambda world: member(world, {"role": "editor"})),
    "removal": ("DELETE /admin/api/members/{member}", member),
    "organiser's ticket": (
        "POST /admin/api/live/ticket",
        lambda world: Request("/admin/api/live/ticket", {}),
    ),
    "presenter session": (
        "POST /admin/api/presenter-session",
        lambda _: Request("/admin/api/presenter-session"),
    ),
    "end of a presenter session": ("DELETE /admin/api/presenter/session", presenter),
    "extend in a presenter session": (
        "PATCH /admin/api/presenter/polls/{poll_id}",
        lambda world: in_presenter(Poll(world).open(), closes_at=hence(hours=3)),
    ),
    "close in a presenter session": (
        "POST /admin/api/presenter/polls/{poll_id}/close",
        lambda world: in_presenter(Poll(world).open(), "/close"),
    ),
    "vote": ("POST /vote", lambda world: in_poll(Poll(world).open(), "/vote", choice="a")),
    "voter token": ("POST /voter-token", lambda _: Request("/voter-token", {})),
    "challenge": (
        "POST /voter-token/challenge",
        lambda world: in_poll(Poll(world).open(proof_of_work=True), "/voter-token/challenge"),
    ),
    "public ticket": ("POST /live/ticket", lambda _: Request("/live/ticket", {})),
}


@pytest.mark.parametrize("name", CASES)
def test_repeated_request_has_the_answer_and_the_effect_of_one(world: World, name: str) -> None:
    add_owner(world)
    route, prepare = CASES[name]
    request = prepare(world)
    world.pump_all()
    sent = FROM_OUR_PAGE | {"idempotency-key": KEY, "content-type": request.content_type}
    sent |= {"cookie": request.cookie} if request.cookie else {}
    outcomes = []
    for _ in range(2):
        answer = world.request(route.split()[0], request.path, sent, request.body, organiser=OWNER)
        outcomes.append((answer, dict(items())))
        world.pass_time(timedelta(seconds=1))  # a person presses again
    (first, after_first), (second, after_second) = outcomes
    assert first.status // 100 == 2
    if name in REFUSED:
        assert second.status == REFUSED[name][0]
        assert after_second == after_first
        return
    assert second.status in {first.status, 200}
    if name in STARTS_ANOTHER:
        assert after_second.items() >= after_first.items()
        assert second.cookies != first.cookies, "the exception is not needed any more"
    elif name in OTHER_ANSWERS:
        assert after_second.keys() == after_first.keys()
        assert second.body != first.body, "the exception is not needed any more"
    else:
        assert RESULTS_PASS.sub(b"", second.body) == RESULTS_PASS.sub(b"", first.body)
        assert after_second == after_first


def test_every_route_that_writes_is_repeated_here(world: World) -> None:
    routes = {(route.method, f"{route.method} {route.path}") for route in http_routes()}
    writing = {name for method, name in routes if method not in {"GET", "HEAD", "OPTIONS"}}
    assert {route for route, _ in CASES.values()} == writing - READ_BY_POST


@pytest.mark.parametrize("slug", ["rebuild", "redrive", "finish_poll"])
def test_repeated_call_of_an_operator_or_a_schedule_has_the_effect_of_one(world: World, slug: str) -> None:
    add_owner(world)
    poll = Poll(world).open()
    due = organiser(world, "GET", poll.path).json["closes_at"]
    world.pass_time(timedelta(hours=3))
    event = {"poll_id": poll.poll_id} | ({"due_at": due} if slug == "finish_poll" else {"asked_by": "ada"})
    outcomes = []
    for _ in range(2):
        answer = world.invoke(slug, event)
        world.pump_all()
        # Each call of an operator is in the audit log, and a redrive publishes the same totals again, because
        # an earlier one may have ended before that.
        left_out = re.compile("audit| totals$| snapshot | window " if slug == "redrive" else "audit")
        outcomes.append((answer, {name: item for name, item in items() if not left_out.search(name)}))
    assert outcomes[0] == outcomes[1]
