"""Runs last: searches all logs, tables and queues of the run for identities and secrets.

First a voter with an address of their own uses the site in every wrong way: with their voter token, pass,
ticket, token and e-mail address in all the wrong places. The emulator writes neither access logs nor the vote
workflow's log; template rules limit their content.
"""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import httpx
import pytest
from laptop.aws import client
from laptop.instance import ENVIRONMENT
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect
from websockets.typing import Origin

from .live_stack import COOKIE, PATIENCE_SECONDS, Organiser, Running, Voter
from .privacy.known import known_to_the_stack
from .privacy.places import Place, everywhere, tables
from .privacy.scan import Leak, Scanner

# All of 127/8 is this machine; no other test uses this address.
ADDRESS: Final = ".".join(["127", *(str(100 + secrets.randbelow(155)) for _ in range(3))])
E_MAIL: Final = "zoe.privat@example.org"
# Required kinds: each must have been registered, or the search would prove nothing.
KINDS: Final = {
    "client address", "e-mail address", "voter_token", "voter id", "results pass", "ticket", "token",
    "organiser's password", "voting code", "voter key", "voter token hash", "receipt", "salt of a poll",
    *(f"secret tot-{ENVIRONMENT}-{name}" for name in ("origin", "voter-keys", "results-pass")),
}  # fmt: skip


class CarelessVoter:
    """A voter that sends a known IP address and e-mail address in every possible field."""

    def __init__(self, running: Running, poll_id: str) -> None:
        self.running, self.poll_id = running, poll_id
        self.site = f"http://127.0.0.1:{running.instance.port}"
        headers = {"Origin": running.site, "Sec-Fetch-Site": "same-origin", "User-Agent": f"Mail {E_MAIL}"}
        transport = httpx.HTTPTransport(local_address=ADDRESS)
        self.http = httpx.Client(
            base_url=self.site,
            headers=headers,
            transport=transport,
            timeout=PATIENCE_SECONDS,
            trust_env=False,
        )
        running.planted.add("client address", ADDRESS)
        running.planted.add("e-mail address", E_MAIL)

    def take_part(self, code: str) -> None:
        """Vote, connect and send requests that are rejected, with every secret in the wrong place."""
        counters = counters_of_networks(self.running)
        issued = self.http.post("/voter-token", json={}).raise_for_status()
        assert counters_of_networks(self.running) > counters, "the address did not arrive: nothing is proven"
        cookie = issued.headers["Set-Cookie"].partition(";")[0]
        voter_token = cookie.partition("=")[2]
        self.running.planted.voter_token(voter_token)
        vote = {"poll_id": self.poll_id, "choice": "a"}
        recorded = self.http.post("/vote", json=vote, headers={"Cookie": cookie})
        assert recorded.status_code == 201, recorded.text
        shown = recorded.json()["results_pass"]
        self.running.planted.results_pass(shown)
        asked = self.http.post("/live/ticket", json={"results_pass": shown}).raise_for_status()
        ticket = asked.json()["ticket"]
        self.running.planted.ticket(ticket)
        self._watch(ticket, says=[cookie, voter_token, shown, E_MAIL])
        for secret in (cookie, voter_token, shown, ticket, code, E_MAIL):
            self._misplace(secret, cookie)

    def _watch(self, ticket: str, says: list[str]) -> None:
        address = f"ws://127.0.0.1:{self.running.instance.port}/ws?ticket={ticket}"
        origin = Origin(self.running.site)
        with connect(address, origin=origin, source_address=(ADDRESS, 0), proxy=None) as socket:
            for text in says:
                socket.send(json.dumps({"action": "ping", "poll_id": text}))
                socket.send(json.dumps({"action": text}))
                socket.send(text)
            socket.recv(timeout=PATIENCE_SECONDS)
        with suppress(WebSocketException):  # a ticket opens one socket only
            connect(address, origin=origin, source_address=(ADDRESS, 0), proxy=None).close()

    def _misplace(self, secret: str, cookie: str) -> None:
        """Send one secret in the wrong places. Every answer is an error."""
        voted = {"poll_id": self.poll_id, "choice": "b"}
        altered = {"Cookie": f"{COOKIE}={secret}x"}
        answers = [
            self.http.post("/vote", json={"poll_id": secret, "choice": secret}, headers={"Cookie": cookie}),
            self.http.post("/vote", json={secret: 1}, headers={"Cookie": cookie}),
            self.http.post("/vote", json=voted | {"code": secret}, headers={"Cookie": cookie}),
            self.http.post("/vote", content=secret, headers={"Cookie": cookie}),
            self.http.post("/vote", json=voted, headers=altered),
            self.http.post("/live/ticket", json={"results_pass": f"{secret[:-1]}"}),
            self.http.post(f"/live/results/{self.poll_id}", json={"results_pass": secret[::-1]}),
            self.http.get(f"/results/{secret}", params={"ticket": secret}),
            self.http.get(f"/polls/{secret}"),
            self.http.get(f"/nowhere/{secret}"),
            self.http.post("/admin/api/polls", json={}, headers={"Authorization": f"Bearer {secret}"}),
        ]
        assert {answer.is_success for answer in answers} == {False}, [a.status_code for a in answers]


def counters_of_networks(running: Running) -> int:
    """Count the networks with a counter of new voter tokens; each has its own."""
    voting_state = f"table tot-{ENVIRONMENT}-voting-state"
    return sum(
        place.name == voting_state and b"#voter-tokens#" in place.content
        for place in tables(running.instance)
    )


def misplace_organiser_token(running: Running, organiser: Organiser) -> None:
    """Send an organiser's token in the wrong places."""
    requests: list[dict[str, Any]] = [
        {"json": {"question": organiser.token, "options": {"a": {"label": ""}, "b": {"label": ""}}}},
        {"json": {organiser.token: True}},
        {"content": organiser.token},
    ]
    for request in requests:
        answer = organiser.api.post("/admin/api/polls", params={"token": organiser.token}, **request)
        assert answer.is_client_error, answer.text
    for path in (f"/admin/api/polls/{organiser.token}", f"/admin/api/results/{organiser.token}"):
        assert organiser.api.get(path).status_code in {404, 414}
    assert running.page().post("/live/ticket", json={"results_pass": organiser.token[:400]}).is_client_error


@pytest.fixture(scope="module")
def scanner(running: Running, organiser: Organiser) -> Scanner:
    """Return a scanner for all identities, after the last of them was used."""
    poll = running.active_poll()
    poll_id = poll["poll_id"] if poll and poll["status"] == "open" else organiser.open_new()
    [code] = organiser.mint(organiser.create("By code?", policy="code"), 1)
    CarelessVoter(running, poll_id).take_part(code)
    misplace_organiser_token(running, organiser)
    Voter(running).vote(poll_id, "b")
    known = [*running.planted.identities(), *known_to_the_stack(running.instance)]
    assert {identity.kind for identity in known} >= KINDS, "a required kind was never used"
    return Scanner(known)


def found(scanner: Scanner, places: Iterator[Place]) -> list[Leak]:
    """Return the leaks, and print one per line."""
    leaks = scanner.leaks(places)
    for leak in leaks:
        print(f"{leak.place}: {leak.around}")  # noqa: T201 (shown by a failing test)
    return leaks


@pytest.mark.covers("T16", "T19", "R41")
def test_no_log_table_or_queue_contains_identities_or_secrets(running: Running, scanner: Scanner) -> None:
    places = list(everywhere(running.instance))
    read = {place.name for place in places}
    for function in (
        "vote-wrapper",
        "issue-voter-token",
        "issue-ticket",
        "authorize-connection",
        "create-poll",
    ):
        assert f"log /aws/lambda/tot-{ENVIRONMENT}-{function}" in read
    for table in ("votes-log", "voting-state", "polls", "game-results", "web-socket-connections"):
        assert f"table tot-{ENVIRONMENT}-{table}" in read
    assert found(scanner, iter(places)) == []


@pytest.mark.covers("T19", "R41")
def test_leak_of_every_kind_in_every_place_is_reported(running: Running, scanner: Scanner) -> None:
    known = [*running.planted.identities(), *known_to_the_stack(running.instance)]
    one_of_each = {identity.kind: identity.value for identity in known}
    assert one_of_each.keys() >= KINDS
    with leaking(running, list(one_of_each.values())) as places:
        leaks = {(leak.kind, leak.place) for leak in scanner.leaks(everywhere(running.instance))}
    assert {(kind, place) for kind in one_of_each for place in places} <= leaks
    assert {place for _, place in leaks} == places


@contextmanager
def leaking(running: Running, values: list[bytes]) -> Iterator[set[str]]:
    """Write values to a log, a table and a queue, in three encodings, for the duration of the block."""
    name = f"planted-{secrets.token_hex(4)}"
    logs, dynamodb, sqs = (client(running.instance, service) for service in ("logs", "dynamodb", "sqs"))
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="one")
    events = [{"timestamp": 1_700_000_000_000, "message": json.dumps({"x": repr(value)})} for value in values]
    logs.put_log_events(logGroupName=name, logStreamName="one", logEvents=events)
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    try:
        for number, value in enumerate(values):
            dynamodb.put_item(TableName=name, Item={"id": {"N": str(number)}, "x": {"B": value}})
            sqs.send_message(QueueUrl=queue, MessageBody=f"hex {value.hex()}")
        yield {f"log {name}", f"table {name}", f"queue {name}"}
    finally:
        logs.delete_log_group(logGroupName=name)
        dynamodb.delete_table(TableName=name)
        sqs.delete_queue(QueueUrl=queue)
