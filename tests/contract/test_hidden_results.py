"""Hidden results leak nowhere: polls that differ only in votes look identical to unauthorised readers.

Two polls run the same way and get different votes. All answers, pages and messages are recorded, with the
parts that differ between any two polls (ids, times, versions) removed. Where the visibility rule hides
counts, the recordings must be identical, including headers and lengths. Where it shows counts they must
differ, so that an endpoint that never shows anything also fails.
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
from contracts.enums import Choice, PollStatus, ResultVisibility
from contracts.events import VoteCast
from contracts.ids import new_poll_id
from contracts.key_ring import KeyRing
from contracts.results_pass import mint_results_pass
from contracts.stream import event_attribute
from contracts.visibility import Scope, counts_visible
from stacks.resolver import SITE

from .journey import ORGANISER, Journey

pytestmark = pytest.mark.slow

ROOT: Final = Path(__file__).parents[2]
MOMENTS: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z|\"version\":\s?\d+|\"ticket\":\s?\"[^\"]+\"|__Host-voter=[^;]+"
)
ORIGINS: Final = (SITE, "https://evil.example")
MESSAGES: Final = {"results", "results_hidden", "poll_opened", "poll_closed"}
STATES: Final = (PollStatus.OPEN, PollStatus.CLOSED)
READERS: Final[dict[str, dict[str, str]]] = {
    "public": {"scope": "public"},
    "another": {"scope": "voter", "poll_id": "0" * 26},
    "voter": {"scope": "voter", "poll_id": "{poll_id}"},
    "organiser": {"scope": "organiser"},
}
"""The open sockets: pages, embeds and presenters connect as the public, or as the organiser if signed in."""

EXPORTS: Final = [
    f"?what={content}&format={form}"
    for content in ("totals", "series", "vote-log")
    for form in ("csv", "json")
]
SHARED_FUNCTIONS: Final = {
    "get_turnout": "get_results",
    "get_public_certificate": "get_results",
    "get_certificate": "get_admin_results",
    "get_presenter_results": "get_admin_results",
    "start_presenter_session": "presenter_session",
    "end_presenter_session": "presenter_session",
    "move_end": "edit_poll",
    "close_poll_by_presenter": "close_poll",
}
"""Operations that share a function with another operation, and its slug."""

OPERATIONS: Final = [
    (operation["operationId"], method.upper(), path)
    for document in sorted((ROOT / "docs" / "api").glob("*.openapi.json"))
    for path, methods in json.loads(document.read_text())["paths"].items()
    for method, operation in methods.items()
]
type Answers = dict[str, str]


@dataclass
class Endpoints:
    """Every way to a poll's results, tried by the public, its voters, other voters and organisers."""

    journey: Journey

    def live(
        self, visibility: ResultVisibility, votes: str, *, turnout: bool, began: int = 300
    ) -> dict[PollStatus, Answers]:
        """Run a poll with these votes; return the recorded answers while it is open and after it has closed.

        It opened `began` seconds ago: one poll has closed before the next one opens.
        """
        poll_id = self.journey.create(result_visibility=visibility, show_turnout=turnout)
        self.open(poll_id, votes, began=began)
        recorded = {PollStatus.OPEN: self.recorded(poll_id)}
        self.close(poll_id, began=began)
        return recorded | {PollStatus.CLOSED: self.recorded(poll_id)}

    def open(self, poll_id: str, votes: str, *, began: int = 300) -> None:
        """Connect all subscribers, open the poll and count these votes."""
        for reader, claims in READERS.items():
            self.journey.connect(f"{reader}-{poll_id}", **self._of(claims, poll_id))
        self.journey._step("open_poll", f"POST /admin/api/polls/{poll_id}/open", ago=began)
        self.journey.world.pump_all()
        self._put_votes(poll_id, votes)
        self.journey.world.pump_all()

    def close(self, poll_id: str, *, began: int = 300) -> None:
        """Close the poll a minute after its opening."""
        self.journey.close(poll_id, ago=began - 60)
        self.journey.world.pump_all()

    @staticmethod
    def _of(claims: Mapping[str, str], poll_id: str) -> dict[str, str]:
        return {name: value.format(poll_id=poll_id) for name, value in claims.items()}

    def _put_votes(self, poll_id: str, votes: str) -> None:
        client, table = boto3.client("dynamodb"), self.journey.world.table("VotesLogTable")
        for number, choice in enumerate(votes):
            vote = VoteCast(
                poll_id=poll_id,
                choice=Choice(choice),
                recorded_at=datetime.now(UTC) - timedelta(seconds=8),
                trace_id=f"{number:032x}",
            )
            key = {"pk": {"S": f"{poll_id}#{number}"}, "sk": {"S": "k" * 42 + str(number)}}
            client.put_item(TableName=table, Item={**key, "event": event_attribute(vote)})

    def recorded(self, poll_id: str) -> Answers:
        """Return all answers, and all messages since the previous call."""
        recorded = dict(self._answers(poll_id)) | dict(self._messages(poll_id))
        self.journey.sockets.posted.clear()
        return self._alike(recorded, poll_id)

    def answers_without_authentication(self, poll_id: str) -> Answers:
        """Return the answers of every documented route and preflight to an unauthenticated request."""
        recorded = {}
        for slug, method, path in OPERATIONS:
            asked = path.format(poll_id=poll_id, name=f"{poll_id}.webp", member=poll_id)
            for query in ("", *EXPORTS) if slug == "export_results" else ("",):
                body = None if method == "GET" else {"poll_id": poll_id, "choice": "a"}
                request = f"{method} {asked}{query}"
                function = SHARED_FUNCTIONS.get(slug, slug)
                recorded[request] = self.journey.world.http(function, request, body)[2]
            preflight = "admin_preflight" if path.startswith("/admin/") else "public_preflight"
            recorded[f"OPTIONS {asked}"] = self.journey.world.http(preflight, f"OPTIONS {asked}")[2]
        return self._alike(
            {MOMENTS.sub("-", endpoint): json.dumps(answer) for endpoint, answer in recorded.items()}, poll_id
        )

    @staticmethod
    def _alike(recorded: Answers, poll_id: str) -> Answers:
        """Remove the parts that differ between any two polls."""
        return {
            endpoint.replace(poll_id, "the-poll"): MOMENTS.sub(
                "-", text.replace("\\", "").replace(poll_id, "the-poll")
            )
            for endpoint, text in recorded.items()
        }

    def _answers(self, poll_id: str) -> Iterator[tuple[str, str]]:
        world = self.journey.world
        passes = {"nonsense": "v1.k1.x.1.y", "another": self._pass("0" * 26), "voter": self._pass(poll_id)}
        for origin in ORIGINS:
            for endpoint, slug, path in (
                ("public", "get_results", f"/results/{poll_id}"),
                ("turnout", "get_results", f"/results/{poll_id}/turnout"),
                ("poll", "get_public_poll", f"/polls/{poll_id}"),
                ("active", "get_active_poll", "/polls/active"),
                ("preview", "preview_poll", f"/p/{poll_id}"),
                ("embed", "embed_poll", f"/embed/{poll_id}"),
            ):
                answer = world.http(slug, f"GET {path}", headers={"origin": origin})[2]
                yield f"{endpoint} from {origin}", json.dumps(answer)
        for reader, shown in passes.items():
            body = {"results_pass": shown}
            answer = world.http("get_live_results", f"POST /live/results/{poll_id}", body)[2]
            yield f"live, {reader}", json.dumps(answer)
        for slug, tail in (("get_admin_results", ""), ("export_results", "/export")):
            request = f"GET /admin/api/results/{poll_id}{tail}"
            yield f"anonymous at {slug}", json.dumps(world.http(slug, request)[2])
            yield f"organiser at {slug}", json.dumps(world.http(slug, request, organiser=ORGANISER)[2])

    def _messages(self, poll_id: str) -> Iterator[tuple[str, str]]:
        """Yield the messages since the previous call, and the answers to pings, for each subscriber."""
        for reader in READERS:
            yield f"broadcast, {reader}", self._posted(f"{reader}-{poll_id}")
        for reader, claims in READERS.items():
            for asked in ({}, {"poll_id": poll_id}):
                authorizer = self._of(claims, poll_id)
                context = {"connectionId": f"ping-{reader}-{poll_id}", "authorizer": authorizer}
                body = json.dumps({"action": "ping", **asked})
                self.journey.world.invoke("ping", {"requestContext": context, "body": body})
            yield f"ping, {reader}", self._posted(f"ping-{reader}-{poll_id}")

    def _posted(self, connection_id: str) -> str:
        messages = self.journey.sockets.messages(connection_id)
        return "\n".join(message.model_dump_json() for message in messages if message.type in MESSAGES)

    def _pass(self, poll_id: str) -> str:
        arn = self.journey.world.environment("get_live_results")["RESULTS_PASS_SECRET_ARN"]
        secret = boto3.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
        return mint_results_pass(KeyRing.read(json.loads(secret)), poll_id, datetime.now(UTC))


@pytest.fixture
def endpoints(journey: Journey) -> Endpoints:
    return Endpoints(journey)


def shows_counts(endpoint: str, visibility: ResultVisibility, status: PollStatus) -> bool:
    """Return whether the visibility rule allows counts in an answer."""
    if "organiser" in endpoint:
        return True
    if (
        endpoint.startswith(("anonymous", "poll", "active", "turnout", "preview", "embed"))
        or "nonsense" in endpoint
        or endpoint == "live, another"
    ):
        return False
    scope = Scope.VOTER if "voter" in endpoint else Scope.PUBLIC
    return counts_visible(visibility, status, scope)


def differing(one: Answers, other: Answers) -> set[str]:
    return {endpoint for endpoint, recorded in one.items() if recorded != other[endpoint]}


@pytest.mark.covers("T23")
@pytest.mark.parametrize("visibility", ResultVisibility)
def test_answers_without_counts_do_not_depend_on_the_votes(
    endpoints: Endpoints, visibility: ResultVisibility
) -> None:
    """Not even the number of votes is visible: one poll has three votes, the other one."""
    one = endpoints.live(visibility, "aab", turnout=False)
    other = endpoints.live(visibility, "b", turnout=False, began=120)
    for status in STATES:
        wanted = {endpoint for endpoint in one[status] if shows_counts(endpoint, visibility, status)}
        if counts_visible(visibility, status, Scope.PUBLIC):
            wanted |= {endpoint for endpoint in one[status] if endpoint.startswith("turnout")}
        assert differing(one[status], other[status]) == wanted, status


@pytest.mark.covers("T23")
def test_unauthenticated_answers_do_not_depend_on_the_votes(endpoints: Endpoints) -> None:
    """The routes come from the API documents, so that new routes are included."""
    recorded = []
    for votes, began in (("aab", 300), ("b", 120)):
        poll_id = endpoints.journey.create(result_visibility=ResultVisibility.NEVER)
        endpoints.open(poll_id, votes, began=began)
        while_open = endpoints.answers_without_authentication(poll_id)
        endpoints.close(poll_id, began=began)
        recorded.append((while_open, endpoints.answers_without_authentication(poll_id)))
    for one, other in zip(*recorded, strict=True):
        assert len(one) > len(OPERATIONS)
        assert differing(one, other) == set()


@pytest.mark.covers("T23")
@pytest.mark.parametrize("visibility", [ResultVisibility.AFTER_CLOSE, ResultVisibility.NEVER])
def test_visible_turnout_does_not_reveal_choices(endpoints: Endpoints, visibility: ResultVisibility) -> None:
    one = endpoints.live(visibility, "aab", turnout=True)
    other = endpoints.live(visibility, "abb", turnout=True, began=120)
    for status in STATES:
        wanted = {endpoint for endpoint in one[status] if shows_counts(endpoint, visibility, status)}
        assert differing(one[status], other[status]) == wanted, status
    opened = one[PollStatus.OPEN]
    for endpoint in (
        f"turnout from {SITE}",
        "broadcast, public",
        "ping, public",
        "ping, voter",
        "ping, another",
    ):
        assert '"total":3' in opened[endpoint], endpoint
    assert '"total"' not in opened[f"public from {SITE}"]


def test_draft_is_unknown_to_the_public(endpoints: Endpoints) -> None:
    poll_id = endpoints.journey.create(show_turnout=True)
    endpoints.journey.world.pump_all()
    for path in (f"/results/{poll_id}", f"/results/{poll_id}/turnout"):
        status, body, _ = endpoints.journey.world.http("get_results", f"GET {path}")
        assert (status, body["type"]) == (404, "/problems/unknown-poll")


@pytest.mark.covers("T23")
def test_deleted_poll_looks_like_an_unknown_poll(endpoints: Endpoints) -> None:
    poll_id = endpoints.journey.create()
    endpoints.open(poll_id, "aab")
    endpoints.close(poll_id)
    before = endpoints.recorded(poll_id)
    endpoints.journey.archive(poll_id)
    request = f"DELETE /admin/api/polls/{poll_id}"
    assert endpoints.journey.world.http("delete_poll", request, {}, organiser=ORGANISER)[0] == 204
    endpoints.journey.world.pump_all()
    after, never = endpoints.recorded(poll_id), endpoints.recorded(new_poll_id())
    assert differing(after, never) == {"organiser at get_admin_results", "organiser at export_results"}
    assert {"ping, voter", "live, voter", f"public from {SITE}"} <= differing(before, never)


def test_weaker_visibility_rule_is_detected(endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test lets the socket's rule show counts to everyone; the same comparison detects it."""
    ping: Any = endpoints.journey.world.handler("ping")
    module: Any = __import__(ping.answers.__module__, fromlist=["counts_visible"])
    monkeypatch.setattr(module, "counts_visible", lambda *_: True)
    one = endpoints.live(ResultVisibility.NEVER, "aab", turnout=False)
    other = endpoints.live(ResultVisibility.NEVER, "b", turnout=False, began=120)
    leaks = differing(one[PollStatus.OPEN], other[PollStatus.OPEN])
    assert {"broadcast, public", "ping, public", "ping, another", "ping, voter"} <= leaks
