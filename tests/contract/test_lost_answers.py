"""Lost answers: a poll's whole life, with the answer of each write lost once, ends in the same state.

Each request is repeated until no answer is lost: the answer of its first write is lost at the first attempt,
that of its second write at the second attempt, and so on. The writes themselves are carried out each time.
The final state is compared with a life without losses: answers, items of each kind, audit log, messages,
votes.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, Final
from uuid import UUID

import boto3
from contracts.model import format_instant
from PIL import Image
from testkit.lost_answers import write_unanswered
from testkit.templates import SITE
from testkit.world import Response, World

PUBLISHED_AGAIN: Final = "archive"
"""A repetition publishes the event again, with a revision of its own, because the poll's salt must be
deleted."""

MAX_WRITES: Final = 12
OWNER: Final = {"sub": "organiser-1", "username": "ada", "cognito:groups": "[owner]"}
FROM_OUR_PAGE: Final = {"sec-fetch-site": "same-origin", "origin": SITE, "content-type": "application/json"}
OPTIONS: Final = {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}
DIFFERS: Final = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:.]+Z|\b[0-9a-z]{26}\b|\b[0-9A-Z]{4,5}(-[0-9A-Z]{4,5}){3,4}\b|v1\.[\w.-]+"
    r"|\d{13}(-[0-9a-f]{8})?|[0-9a-f]{12,64}|[\w-]{36,43}|\b\d{10}\b"
)
"""Ids, times, codes, receipts and signatures, which differ between any two lives."""


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


def organiser(world: World, method: str, path: str, body: Any = None, key: str | None = None) -> Response:
    headers = FROM_OUR_PAGE | ({"idempotency-key": key} if key else {})
    return world.request(method, path, headers, body, organiser=OWNER)


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


def kept(world: World) -> Counter[str]:
    """Count the items of each kind in each table, except for counters of time windows and samples."""
    client, found = boto3.client("dynamodb"), Counter[str]()
    for table in client.list_tables()["TableNames"]:
        for item in client.scan(TableName=table)["Items"]:
            texts = [
                item[name]["S"] for name in ("pk", "sk", "poll_id", "audit_log", "subject") if name in item
            ]
            kind = re.sub(r"#\d+", "#-", DIFFERS.sub("-", " ".join(texts)))
            if not re.search(r"series#|#issued#|#voter-tokens#|#abuse#", kind):
                found[f"{table} {kind}"] += 1
    return found


def audit_log(world: World) -> Counter[str]:
    entries = organiser(world, "GET", "/admin/api/audit").json["entries"]
    return Counter(DIFFERS.sub("-", f"{one['action']} {one.get('about')}") for one in entries)


def add_owner(world: World) -> Mapping[str, str]:
    cognito: Any = boto3.client("cognito-idp")
    pool = world.environment("list_members")["USER_POOL_ID"]
    attributes: Any = [{"Name": "email", "Value": "ada@example.com"}]
    user = cognito.admin_create_user(UserPoolId=pool, Username="ada", UserAttributes=attributes)["User"]
    cognito.admin_add_user_to_group(UserPoolId=pool, Username="ada", GroupName="owner")
    return {each["Name"]: each["Value"] for each in user["Attributes"]}


def test_poll_life_with_lost_answers_ends_in_the_same_state(world: World) -> None:
    lives = []
    for losing in (False, True):
        world.reset()
        OWNER["sub"] = add_owner(world)["sub"]
        life = live(world, losing=losing)
        lives.append((life, audit_log(world), kept(world)))
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
