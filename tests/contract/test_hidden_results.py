"""Hidden results by every door: polls that differ in their votes alone are told alike to whoever may not see.

Two polls live the same life and get different votes. Whatever a viewer is answered, shown or sent is written
down, with what differs between any two polls (ids, moments, versions) struck out. Where the rule says
hidden, the two must be the same to the letter, headers and lengths included; where it says shown, they must
differ, so that a door that shows nothing at all would be found as well.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import boto3
import pytest
from contracts.events import VoteCast
from contracts.ids import Choice, PollStatus, ResultVisibility, new_poll_id
from contracts.keys import KeyRing
from contracts.results_pass import mint_results_pass
from contracts.stream import event_attribute
from contracts.visibility import Scope, counts_visible
from testkit.templates import SITE

from .journey import ORGANISER, Journey

ROOT: Final = Path(__file__).parents[2]
MOMENTS: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z|\"version\":\s?\d+|\"ticket\":\s?\"[^\"]+\"|__Host-voter=[^;]+"
)
ORIGINS: Final = (SITE, "https://evil.example")
FRAMES: Final = {"results", "results_hidden", "poll_opened", "poll_closed"}
STATES: Final = (PollStatus.OPEN, PollStatus.CLOSED)
VIEWERS: Final[dict[str, dict[str, str]]] = {
    "public": {"scope": "public"},
    "another": {"scope": "voter", "poll_id": "0" * 26},
    "voter": {"scope": "voter", "poll_id": "{poll_id}"},
    "organiser": {"scope": "organiser"},
}
"""Whose sockets are open: pages, frames and walls are the public's, or the organiser's where signed in."""

EXPORTS: Final = [
    f"?what={what}&format={form}" for what in ("totals", "series", "vote-log") for form in ("csv", "json")
]
BESIDES: Final = {"get_turnout": "get_results", "get_certificate": "get_admin_results"}
"""Operations that share a function with another, and its slug."""

OPERATIONS: Final = [
    (operation["operationId"], method.upper(), path)
    for document in sorted((ROOT / "docs" / "api").glob("*.openapi.json"))
    for path, methods in json.loads(document.read_text())["paths"].items()
    for method, operation in methods.items()
]
type Told = dict[str, str]


@dataclass
class Doors:
    """Every way to a poll's results, as the public, voters of it and of another, organisers try it."""

    journey: Journey

    def live(
        self, visibility: ResultVisibility, votes: str, *, turnout: bool, began: int = 300
    ) -> dict[PollStatus, Told]:
        """Let a poll live with these votes; return what was told while it was open and once it had closed.

        `began` seconds ago it opened: one poll has closed before the next one opens.
        """
        poll_id = self.journey.create(result_visibility=visibility, show_turnout=turnout)
        self.open(poll_id, votes, began=began)
        told = {PollStatus.OPEN: self.told(poll_id)}
        self.close(poll_id, began=began)
        return told | {PollStatus.CLOSED: self.told(poll_id)}

    def open(self, poll_id: str, votes: str, *, began: int = 300) -> None:
        """Connect everybody, open the poll and let these votes be counted."""
        for who, viewer in VIEWERS.items():
            self.journey.connect(f"{who}-{poll_id}", **self._of(viewer, poll_id))
        self.journey._step("open_poll", f"POST /admin/api/polls/{poll_id}/open", ago=began)
        self.journey.world.pump_all()
        self._put_votes(poll_id, votes)
        self.journey.world.pump_all()

    def close(self, poll_id: str, *, began: int = 300) -> None:
        """Close the poll a minute after it has opened."""
        self.journey.close(poll_id, ago=began - 60)
        self.journey.world.pump_all()

    @staticmethod
    def _of(viewer: Mapping[str, str], poll_id: str) -> dict[str, str]:
        return {name: value.format(poll_id=poll_id) for name, value in viewer.items()}

    def _put_votes(self, poll_id: str, votes: str) -> None:
        client, table = boto3.client("dynamodb"), self.journey.world.table("VotesLogTable")
        for number, choice in enumerate(votes):
            vote = VoteCast(
                poll_id=poll_id, choice=Choice(choice), recorded_at=datetime.now(UTC) - timedelta(seconds=8)
            )
            key = {"pk": {"S": f"{poll_id}#{number}"}, "sk": {"S": "k" * 42 + str(number)}}
            client.put_item(TableName=table, Item={**key, "event": event_attribute(vote)})

    def told(self, poll_id: str) -> Told:
        """Return what everybody is answered, and was sent since the last look."""
        told = dict(self._answers(poll_id)) | dict(self._frames(poll_id))
        self.journey.sockets.posted.clear()
        return self._alike(told, poll_id)

    def told_nobody(self, poll_id: str) -> Told:
        """Return what every documented route, and every preflight, answers to somebody without any right."""
        told = {}
        for slug, method, path in OPERATIONS:
            asked = path.format(poll_id=poll_id, name=f"{poll_id}.webp", member=poll_id)
            for query in ("", *EXPORTS) if slug == "export_results" else ("",):
                body = None if method == "GET" else {"poll_id": poll_id, "choice": "a"}
                request = f"{method} {asked}{query}"
                told[request] = self.journey.world.http(BESIDES.get(slug, slug), request, body)[2]
            preflight = "admin_preflight" if path.startswith("/admin/") else "public_preflight"
            told[f"OPTIONS {asked}"] = self.journey.world.http(preflight, f"OPTIONS {asked}")[2]
        return self._alike(
            {MOMENTS.sub("-", door): json.dumps(answer) for door, answer in told.items()}, poll_id
        )

    @staticmethod
    def _alike(told: Told, poll_id: str) -> Told:
        """Strike out what differs between any two polls."""
        return {
            door.replace(poll_id, "the-poll"): MOMENTS.sub(
                "-", text.replace("\\", "").replace(poll_id, "the-poll")
            )
            for door, text in told.items()
        }

    def _answers(self, poll_id: str) -> Iterator[tuple[str, str]]:
        world = self.journey.world
        passes = {"nonsense": "v1.k1.x.1.y", "another": self._pass("0" * 26), "voter": self._pass(poll_id)}
        for origin in ORIGINS:
            for door, slug, path in (
                ("public", "get_results", f"/results/{poll_id}"),
                ("turnout", "get_results", f"/results/{poll_id}/turnout"),
                ("poll", "get_public_poll", f"/polls/{poll_id}"),
                ("active", "get_active_poll", "/polls/active"),
                ("preview", "preview_poll", f"/p/{poll_id}"),
                ("frame", "embed_poll", f"/embed/{poll_id}"),
            ):
                answer = world.http(slug, f"GET {path}", headers={"origin": origin})[2]
                yield f"{door} from {origin}", json.dumps(answer)
        for who, shown in passes.items():
            body = {"results_pass": shown}
            answer = world.http("get_live_results", f"POST /live/results/{poll_id}", body)[2]
            yield f"live, {who}", json.dumps(answer)
        for slug, tail in (("get_admin_results", ""), ("export_results", "/export")):
            request = f"GET /admin/api/results/{poll_id}{tail}"
            yield f"nobody at {slug}", json.dumps(world.http(slug, request)[2])
            yield f"organiser at {slug}", json.dumps(world.http(slug, request, organiser=ORGANISER)[2])

    def _frames(self, poll_id: str) -> Iterator[tuple[str, str]]:
        """Yield what was broadcast since the last look, and what a ping is answered, by whoever connects."""
        for who in VIEWERS:
            yield f"broadcast, {who}", self._posted(f"{who}-{poll_id}")
        for who, viewer in VIEWERS.items():
            for asked in ({}, {"poll_id": poll_id}):
                authorizer = self._of(viewer, poll_id)
                context = {"connectionId": f"ping-{who}-{poll_id}", "authorizer": authorizer}
                body = json.dumps({"action": "ping", **asked})
                self.journey.world.invoke("ping", {"requestContext": context, "body": body})
            yield f"ping, {who}", self._posted(f"ping-{who}-{poll_id}")

    def _posted(self, connection_id: str) -> str:
        frames = self.journey.sockets.frames(connection_id)
        return "\n".join(frame.model_dump_json() for frame in frames if frame.type in FRAMES)

    def _pass(self, poll_id: str) -> str:
        arn = self.journey.world.environment("get_live_results")["RESULTS_PASS_SECRET_ARN"]
        secret = boto3.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
        return mint_results_pass(KeyRing.read(json.loads(secret)), poll_id, datetime.now(UTC))


@pytest.fixture
def doors(journey: Journey) -> Doors:
    return Doors(journey)


def shows_counts(door: str, visibility: ResultVisibility, status: PollStatus) -> bool:
    """Tell what the rule says of a door: whether it may show counts."""
    if "organiser" in door:
        return True
    if (
        door.startswith(("nobody", "poll", "active", "turnout", "preview", "frame"))
        or "nonsense" in door
        or door == "live, another"
    ):
        return False
    scope = Scope.VOTER if "voter" in door else Scope.PUBLIC
    return counts_visible(visibility, status, scope)


def differing(one: Told, other: Told) -> set[str]:
    return {door for door, told in one.items() if told != other[door]}


@pytest.mark.parametrize("visibility", ResultVisibility)
def test_who_may_not_see_counts_is_told_alike_whatever_the_votes(
    doors: Doors, visibility: ResultVisibility
) -> None:
    """Not even how many there are: one poll has three votes, the other one."""
    one = doors.live(visibility, "aab", turnout=False)
    other = doors.live(visibility, "b", turnout=False, began=120)
    for status in STATES:
        wanted = {door for door in one[status] if shows_counts(door, visibility, status)}
        if counts_visible(visibility, status, Scope.PUBLIC):
            wanted |= {door for door in one[status] if door.startswith("turnout")}
        assert differing(one[status], other[status]) == wanted, status


def test_no_documented_route_and_no_preflight_tells_somebody_without_rights(doors: Doors) -> None:
    """Whatever route comes next is among them: they are read from the documents of the APIs."""
    told = []
    for votes, began in (("aab", 300), ("b", 120)):
        poll_id = doors.journey.create(result_visibility=ResultVisibility.NEVER)
        doors.open(poll_id, votes, began=began)
        while_open = doors.told_nobody(poll_id)
        doors.close(poll_id, began=began)
        told.append((while_open, doors.told_nobody(poll_id)))
    for one, other in zip(*told, strict=True):
        assert len(one) > len(OPERATIONS)
        assert differing(one, other) == set()


@pytest.mark.parametrize("visibility", [ResultVisibility.AFTER_CLOSE, ResultVisibility.NEVER])
def test_a_turnout_that_shows_is_how_many_and_never_for_what(
    doors: Doors, visibility: ResultVisibility
) -> None:
    one = doors.live(visibility, "aab", turnout=True)
    other = doors.live(visibility, "abb", turnout=True, began=120)
    for status in STATES:
        wanted = {door for door in one[status] if shows_counts(door, visibility, status)}
        assert differing(one[status], other[status]) == wanted, status
    opened = one[PollStatus.OPEN]
    for door in (f"turnout from {SITE}", "broadcast, public", "ping, public", "ping, voter", "ping, another"):
        assert '"total":3' in opened[door], door
    assert '"total"' not in opened[f"public from {SITE}"]


def test_the_public_is_told_nothing_of_a_draft(doors: Doors) -> None:
    poll_id = doors.journey.create(show_turnout=True)
    doors.journey.world.pump_all()
    for path in (f"/results/{poll_id}", f"/results/{poll_id}/turnout"):
        status, body, _ = doors.journey.world.http("get_results", f"GET {path}")
        assert (status, body["type"]) == (404, "/problems/unknown-poll")


def test_a_deleted_poll_is_told_like_one_that_never_was(doors: Doors) -> None:
    poll_id = doors.journey.create()
    doors.open(poll_id, "aab")
    doors.close(poll_id)
    before = doors.told(poll_id)
    doors.journey.archive(poll_id)
    request = f"DELETE /admin/api/polls/{poll_id}"
    assert doors.journey.world.http("delete_poll", request, {}, organiser=ORGANISER)[0] == 204
    doors.journey.world.pump_all()
    after, never = doors.told(poll_id), doors.told(new_poll_id())
    assert differing(after, never) == {"organiser at get_admin_results", "organiser at export_results"}
    assert {"ping, voter", "live, voter", f"public from {SITE}"} <= differing(before, never)


def test_a_rule_that_shows_more_would_be_found(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the socket's rule let everybody see: the same comparison finds it."""
    ping: Any = doors.journey.world.handler("ping")
    module: Any = __import__(ping.answers.__module__, fromlist=["counts_visible"])
    monkeypatch.setattr(module, "counts_visible", lambda *_: True)
    one = doors.live(ResultVisibility.NEVER, "aab", turnout=False)
    other = doors.live(ResultVisibility.NEVER, "b", turnout=False, began=120)
    leaks = differing(one[PollStatus.OPEN], other[PollStatus.OPEN])
    assert {"broadcast, public", "ping, public", "ping, another", "ping, voter"} <= leaks
