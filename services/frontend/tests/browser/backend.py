"""The services behind the pages: their real handlers, joined in memory by the test kit.

The same handlers create past polls, votes and members, at an earlier time.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import time_machine
from chassis.audit_log import AuditLog
from contracts.audit_log import AuditEvent
from contracts.members import MemberStatus
from contracts.model import format_instant
from contracts.polls import Option, Options, Poll
from contracts.roles import Role
from results_service.adapters.epochs import counter_key
from results_service.adapters.game_results import GameResults
from results_service.domain.epoch import FIRST
from stacks.resolver import SITE
from testkit.events import handshake_event
from testkit.world import Response, World

COUNTDOWN: Final = timedelta(seconds=3)
QUIET: Final = {
    "POWERTOOLS_LOG_LEVEL": "ERROR",
    "POWERTOOLS_METRICS_DISABLED": "true",
    "POWERTOOLS_METRICS_NAMESPACE": "ThisOrThat",
}
EASY_PROOFS: Final = ("vote_service.use_cases.prove_work.MAX_TRIES", 40)
"""Keeps proof of work short: page tests do not test the sum."""
SHARDED: Final = ("adapters.connections", "use_cases.broadcast", "use_cases.count_audience")
"""Each broadcast reads all partitions of connections; one partition is enough for one browser."""

SENT_BY_BROWSERS: Final = {"sec-fetch-site": "same-origin", "origin": SITE}
POLL: Final[Mapping[str, Any]] = {
    "question": "Where shall the team go this summer?",
    "options": {"a": {"label": "Mountains"}, "b": {"label": "The sea"}},
}


def now() -> datetime:
    """Return the current time to the millisecond, the precision of instants in the API."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def two_options(a: str, b: str, images: tuple[str | None, str | None] = (None, None)) -> Options:
    return Options(a=Option(label=a, image=images[0]), b=Option(label=b, image=images[1]))


@dataclass(frozen=True, slots=True)
class Organiser:
    """An organiser: the name and the groups of an access token."""

    name: str = "ada"
    groups: tuple[str, ...] = ("owner",)


ADA: Final = Organiser()


@dataclass(frozen=True, slots=True)
class _Socket:
    """One open WebSocket: its authorizer context, and a function that delivers messages to it."""

    authorizer: Mapping[str, str]
    send: Callable[[str], object]


@dataclass
class Backend:
    """The services for the pages of one test."""

    world: World
    _sockets: dict[str, _Socket] = field(default_factory=dict)
    _posted: list[tuple[str, str]] = field(default_factory=list)
    _subjects: dict[str, str] = field(default_factory=dict)
    """The `sub` of each account of the user pool, by name."""
    _created: int = 0
    _before: datetime = field(default_factory=now)
    """Polls of the past close before this time, one after the other."""

    @classmethod
    def on(cls, world: World) -> "Backend":
        """Return a backend that contains only the first owner."""
        for name, value in QUIET.items():
            world.variables.setenv(name, value)
        world.variables.setattr(*EASY_PROOFS)
        for module in SHARDED:  # one partition instead of eight: a listing takes one call of moto
            world.variables.setattr(f"realtime_service.{module}.SHARDS", 1)
        backend = cls(world)
        backend.reset()
        return backend

    def reset(self) -> None:
        """Delete all data, but keep the deployed stacks."""
        self.world.reset()
        self.world.sockets.on_post = lambda connection, text: self._posted.append((connection, text.decode()))
        self._sockets.clear()
        self._posted.clear()
        self._created, self._before = 0, now() - timedelta(hours=2)
        self.add_member(ADA.name, Role.OWNER)

    # Requests of a browser

    def request(
        self, method: str, address: str, body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None, organiser: Organiser | None = None,
    ) -> Response:  # fmt: skip
        """Send a request through the edge, then deliver its changes to all services and sockets."""
        answer = self._request(method, address, body, headers, organiser)
        if method != "GET":
            self._spread()
        return answer

    def connect(self, connection: str, ticket: str, send: Callable[[str], object]) -> bool:
        """Open a WebSocket if its ticket is valid; return whether it is open."""
        handshake = handshake_event(ticket, {"Origin": SITE, "X-Origin-Verify": self.world.origin_secret})
        admitted = self.world.invoke("authorize_connection", handshake)
        if admitted["policyDocument"]["Statement"][0]["Effect"] != "Allow":
            return False
        self.world.connect(connection, **admitted["context"])
        self._sockets[connection] = _Socket(admitted["context"], send)
        return True

    def say(self, connection: str, message: object) -> None:
        """Handle a message that a page sends on its WebSocket."""
        self.world.say(connection, message, self._sockets[connection].authorizer)
        self._hand_on()

    def disconnect(self, connection: str) -> None:
        """Remove a closed WebSocket."""
        if self._sockets.pop(connection, None):
            event = {"requestContext": {"eventType": "DISCONNECT", "connectionId": connection}}
            self.world.invoke("disconnect", event)

    # Changes made in the past or by others

    def given(self, counts: tuple[int, int] | None = None, **facts: Any) -> Poll:
        """Create a poll in a given status; by default it has been open for a minute."""
        status, opens_at, closes_at = (facts.pop(name, None) for name in ("status", "opens_at", "closes_at"))
        if status == "draft" and closes_at:
            facts["closes_at"] = format_instant(closes_at)
        poll_id = self._create({**POLL, **facts})
        if status in {"closed", "archived"}:
            self._run(poll_id, opens_at, closes_at)
        elif status != "draft":
            self._open(poll_id, opens_at or now() - timedelta(minutes=1), closes_at)
        if counts and status != "draft":
            self._put_counter(poll_id, counts)
        self._spread()
        if status == "archived":
            self.step(poll_id, "archive")
        return self.poll(poll_id)

    def switch(self, poll_id: str, counts: tuple[int, int] | None, **facts: Any) -> Poll:
        """Close a poll, open the next one at the same moment, and announce both."""
        self._step(poll_id, "close", {}, now() - COUNTDOWN, ADA)
        return self.given(counts, opens_at=now(), **facts)

    def step(
        self, poll_id: str, step: str, body: Mapping[str, Any] | None = None, *,
        at: datetime | None = None, by: Organiser = ADA,
    ) -> None:  # fmt: skip
        """Perform an organiser's action, now or at another time."""
        self._step(poll_id, step, body or {}, at or now(), by)
        self._spread()

    def close(self, poll_id: str) -> None:
        """Close a poll now, and announce it."""
        self.step(poll_id, "close", at=now() - COUNTDOWN)

    def end_rehearsal(self, poll_id: str) -> None:
        """Close a rehearsal now; its schedule, which has whole seconds, deletes it soon after."""
        self.close(poll_id)
        with time_machine.travel(now() + timedelta(seconds=3), tick=True):
            self._spread()

    def recount_and_publish(self) -> None:
        """Let the time pass until the poll that has closed is recounted and its log is published."""
        self.world.pass_time(timedelta(minutes=1))
        self._spread()
        assert self.world.work_off("recount") == 1
        assert self.world.work_off("publish_log") == 1

    def count(self, poll_id: str, a: int, b: int) -> None:
        """Set the votes of others, by writing their counter instead of single votes."""
        self._put_counter(poll_id, (a, b)).rewrite_totals(poll_id, now)
        self._spread()

    def vote(self, poll_id: str, choice: str) -> str:
        """Cast a vote from the same network in another browser; return its voter token cookie."""
        [cookie] = self.request("POST", "/voter-token", "{}").cookies
        voter_token = cookie.partition(";")[0]
        body = json.dumps({"poll_id": poll_id, "choice": choice})
        answer = self.request("POST", "/vote", body, {"cookie": voter_token})
        assert answer.status in {200, 201}, answer
        return voter_token

    def codes(self, poll_id: str, count: int) -> list[str]:
        """Create codes for a poll."""
        minted: list[str] = self.ask("POST", f"/admin/api/polls/{poll_id}/codes", {"count": count})["codes"]
        return minted

    def keep_picture(self, content: bytes) -> str:
        """Store an organiser's picture; return its address."""
        answer = self.request("POST", "/admin/api/images", content, {"content-type": "image/png"}, ADA)
        return str(answer.json["image"])

    def add_member(self, name: str, role: Role | None, status: MemberStatus = MemberStatus.ACTIVE) -> None:
        """Add a member to the user pool."""
        cognito, pool = (
            self.world.client("cognito-idp"),
            self.world.environment("list_members")["USER_POOL_ID"],
        )
        address: Any = {"Name": "email", "Value": f"{name}@example.com"}
        made = cognito.admin_create_user(UserPoolId=pool, Username=name, UserAttributes=[address])["User"]
        attributes = {each["Name"]: each.get("Value", "") for each in made["Attributes"]}
        self._subjects[name] = attributes["sub"]
        if status is not MemberStatus.INVITED:
            password: Any = {"Password": "long-Enough-1!", "Permanent": True}
            cognito.admin_set_user_password(UserPoolId=pool, Username=name, **password)
        if status is MemberStatus.DISABLED:
            cognito.admin_disable_user(UserPoolId=pool, Username=name)
        if role:
            cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=role.value)

    def rewrite_audit_log(self, *entries: AuditEvent) -> None:
        """Replace the audit log with these entries."""
        client, table = self.world.client("dynamodb"), self.world.table("AuditLogTable")
        for item in client.scan(TableName=table)["Items"]:
            client.delete_item(TableName=table, Key={name: item[name] for name in ("audit_log", "entry")})
        audit_log = AuditLog(client, table)
        for entry in entries:
            audit_log.add(entry)

    # Current state

    def poll(self, poll_id: str) -> Poll:
        """Return a poll as organisers see it."""
        return Poll.model_validate(self.ask("GET", f"/admin/api/polls/{poll_id}"))

    def polls(self) -> list[Poll]:
        """Return all polls, newest first."""
        listed = self.ask("GET", "/admin/api/polls?limit=100")["polls"]
        return [self.poll(summary["poll_id"]) for summary in listed]

    def version(self, poll_id: str) -> int:
        """Return the version of a poll's results."""
        return int(self.ask("GET", f"/admin/api/results/{poll_id}")["version"])

    def votes(self, poll_id: str) -> list[str]:
        """Return the choices in the vote log."""
        items = self.world.client("dynamodb").scan(TableName=self.world.table("VotesLogTable"))["Items"]
        return [item["event"]["M"]["choice"]["S"] for item in items if item["pk"]["S"].startswith(poll_id)]

    def ask(self, method: str, address: str, body: object = None, by: Organiser = ADA) -> Any:
        """Return the admin API's answer to an organiser."""
        answer = self._request(method, address, None if body is None else json.dumps(body), None, by)
        assert answer.status < 300, answer
        return answer.json if answer.body else {}

    def _request(
        self, method: str, address: str, body: str | bytes | None, headers: Mapping[str, str] | None,
        organiser: Organiser | None,
    ) -> Response:  # fmt: skip
        self.world.fire_schedules(due=True)
        sent = {"content-type": "application/json", **(headers or {}), **SENT_BY_BROWSERS}
        claims = self._claims_of(organiser) if organiser else None
        answer = self.world.request(method, address, sent, body, organiser=claims)
        if address.endswith("/recount"):
            self.world.work_off("recount")
        return answer

    def _claims_of(self, organiser: Organiser) -> dict[str, str]:
        subject = self._subjects.get(organiser.name, f"sub-of-{organiser.name}")
        groups = f"[{' '.join(organiser.groups)}]"
        return {"sub": subject, "username": organiser.name, "cognito:groups": groups}

    def _spread(self) -> None:
        """Deliver new events to all services and pages."""
        self.world.fire_schedules(due=True)
        self.world.pump_all()
        self._hand_on()

    def _hand_on(self) -> None:
        """Deliver posted messages here, because a socket belongs to the test's thread."""
        posted, self._posted[:] = self._posted[:], []
        for connection, text in posted:
            if socket := self._sockets.get(connection):
                socket.send(text)

    def _create(self, facts: Mapping[str, Any]) -> str:
        """Create a draft, each one a second after the previous one."""
        options = facts["options"]
        wanted = {**facts, "options": options.model_dump() if isinstance(options, Options) else options}
        self._created += 1
        created_at = now() - timedelta(hours=1) + timedelta(seconds=self._created)
        with time_machine.travel(created_at, tick=True):
            return str(self.ask("POST", "/admin/api/polls", wanted)["poll_id"])

    def _open(self, poll_id: str, opens_at: datetime, closes_at: datetime | None) -> None:
        later = opens_at > now() + COUNTDOWN
        times = {"opens_at": opens_at if later else None, "closes_at": closes_at}
        body = {name: format_instant(at) for name, at in times.items() if at}
        self._step(poll_id, "open", body, now() if later else opens_at - COUNTDOWN, ADA)

    def _run(self, poll_id: str, opens_at: datetime | None, closes_at: datetime | None) -> None:
        """Open and close a poll; by default before all others."""
        if not (opens_at or closes_at):
            self._before -= timedelta(hours=1)
        opens_at = opens_at or (closes_at or self._before) - timedelta(minutes=30)
        self._open(poll_id, opens_at, closes_at or opens_at + timedelta(minutes=20))

    def _step(self, poll_id: str, step: str, body: Mapping[str, Any], at: datetime, by: Organiser) -> None:
        method, tail = {"edit": ("PATCH", ""), "delete": ("DELETE", "")}.get(step, ("POST", f"/{step}"))
        with time_machine.travel(at, tick=True):
            self.ask(method, f"/admin/api/polls/{poll_id}{tail}", body, by)

    def _put_counter(self, poll_id: str, counts: tuple[int, int]) -> GameResults:
        """Write the counter of other voters' votes, like the counter of a stream shard."""
        table, client = self.world.table("GameResultsTable"), self.world.client("dynamodb")
        votes = {name: {"N": str(number)} for name, number in zip("abi", (*counts, 0), strict=True)}
        client.put_item(TableName=table, Item=counter_key(poll_id, FIRST.name, "others") | votes)
        return GameResults(client, table)
