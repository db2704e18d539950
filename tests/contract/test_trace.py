"""One trace id follows a vote from `POST /vote` to the WebSocket message, and identifies no voter."""

import base64
import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from contracts.enums import Choice
from contracts.realtime import ResultsMessage
from moto.stepfunctions.parser.models import stepfunctions_parser_backends
from stacks.catalogue import load_stacks
from testkit.events import ACCOUNT, REGION
from testkit.world import World

from ..e2e.privacy.identity import Identity
from ..e2e.privacy.places import Place
from ..e2e.privacy.scan import Scanner
from .journey import Journey

ADDRESS: Final = "198.51.100.73"
CLIENTS_OWN: Final = "0af7651916cd43dd8448eb211c80319c"
TRACE_HEADERS: Final = {
    "traceparent": f"00-{CLIENTS_OWN}-b7ad6b7169203331-01",
    "x-amzn-trace-id": f"Root=1-{CLIENTS_OWN[:8]}-{CLIENTS_OWN[8:]}",
    "x-correlation-id": CLIENTS_OWN,
}


LOGGING: Final = (
    "create_poll", "open_poll", "close_poll", "finish_poll", "track_poll", "track_poll_status", "connect",
    "issue_voter_token", "vote_wrapper", "validate_vote", "count_votes", "results_stream_handler",
)  # fmt: skip


@pytest.fixture
def output(journey: Journey, request: pytest.FixtureRequest) -> pytest.CaptureFixture[str]:
    """Return the capture of the functions' log lines."""
    for slug in LOGGING:
        # A logger writes to the output of its import: to that of all tests, not to that of the first.
        journey.world.handler(slug)
    captured: pytest.CaptureFixture[str] = request.getfixturevalue("capfd")
    return captured


def open_poll(journey: Journey, *, ago: float = 10) -> str:
    poll_id = journey.create()
    journey.open(poll_id, ago=ago)
    journey.world.pump_all()
    return poll_id


def cast(journey: Journey, poll_id: str, choice: str, cookie: str) -> None:
    body = {"poll_id": poll_id, "choice": choice}
    headers = {"cookie": cookie, "sec-fetch-site": "same-origin", "content-type": "application/json"}
    answer = journey.world.request("POST", "/vote", headers | TRACE_HEADERS, body, address=ADDRESS)
    assert answer.status == 201, answer.body
    assert CLIENTS_OWN not in str(answer)


def metric_lines(printed: str, metric: str) -> list[dict[str, Any]]:
    """Return the functions' metric lines with a metric, which CloudWatch stores as log lines."""
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    return [line for line in lines if metric in line and "_aws" in line]


def items(world: World, table: str, poll_id: str) -> list[dict[str, Any]]:
    scanned = world.client("dynamodb").scan(TableName=world.table(table))["Items"]
    return [item for item in scanned if item["pk"]["S"].startswith(poll_id)]


def hops(world: World, poll_id: str, printed: str) -> Iterator[tuple[str, str | None]]:
    """Yield the name and the trace id of each hop of a poll's only vote."""
    (request,) = metric_lines(printed, "VoteWrapper")
    yield "request", request["trace_id"]
    (machine,) = stepfunctions_parser_backends[ACCOUNT][REGION].state_machines
    yield "workflow", machine.executions[-1].name
    (vote,) = items(world, "VotesLogTable", poll_id)
    yield "vote log", vote["event"]["M"]["trace_id"]["S"]
    (batch,) = [found for line in metric_lines(printed, "CountVotes") for found in line["counted"]]
    yield "counting batch", batch["trace_ids"]
    stored = {item["sk"]["S"]: item for item in items(world, "GameResultsTable", poll_id)}
    yield "counter", next(item for key, item in stored.items() if key.startswith("counter#"))["trace_id"]["S"]
    event = stored["totals"]["event"]["M"]
    yield "snapshot", event["trace_id"]["S"]
    assert event["tally_version"]["N"] == str(batch["version"])
    sent = metric_lines(printed, "ResultsStreamHandler")[-1]
    (broadcast,) = sent["broadcast"]
    yield "broadcast", broadcast["trace_id"]
    assert (broadcast["version"], sent["MessagesDelivered"]) == (batch["version"], [1.0])
    message = world.sockets.messages("c1")[-1]
    assert isinstance(message, ResultsMessage)
    assert message.version == batch["version"]
    yield "message", message.trace_id


def test_one_trace_id_is_in_every_hop_from_the_request_to_the_message(
    journey: Journey, output: pytest.CaptureFixture[str]
) -> None:
    journey.connect("c1")
    poll_id, cookie = open_poll(journey), journey.voter_token()
    output.readouterr()
    cast(journey, poll_id, "a", cookie)
    journey.world.pump_all()
    found = dict(hops(journey.world, poll_id, output.readouterr().out))
    (trace_id,) = set(found.values())
    assert trace_id is not None
    assert len(trace_id) == 32


def test_rejected_vote_has_its_trace_id_and_problem_in_the_metric_line(
    journey: Journey, output: pytest.CaptureFixture[str]
) -> None:
    cookie = journey.voter_token()
    for poll_id, problem in (("0" * 26, "unknown-poll"), ("no poll", "validation-failed")):
        output.readouterr()
        journey.vote(poll_id, "a", cookie)
        (line,) = metric_lines(output.readouterr().out, "VoteWrapper")
        assert (len(line["trace_id"]), line["problem"]) == (32, problem)
    journey.vote("0" * 26, "a", "__Host-voter=forged")
    (refused,) = metric_lines(output.readouterr().out, "VoteWrapper")
    assert refused["trace_id"] != line["trace_id"]


@pytest.mark.covers("T40")
def test_trace_ids_are_random_and_no_hop_after_the_vote_log_knows_the_voter(
    journey: Journey, output: pytest.CaptureFixture[str]
) -> None:
    journey.connect("c1")
    polls, cookie = [], journey.voter_token()
    output.readouterr()
    for minutes in (2, 1):
        polls.append(open_poll(journey, ago=60 * minutes))
        cast(journey, polls[-1], "a", cookie)
        journey.close(polls[-1], ago=60 * minutes - 30)
        journey.world.pump_all()
    printed = output.readouterr()
    votes = [item for poll_id in polls for item in items(journey.world, "VotesLogTable", poll_id)]
    trace_ids = {vote["event"]["M"]["trace_id"]["S"] for vote in votes}
    assert len(trace_ids) == 2
    token = cookie.partition("=")[2]
    identities = [
        Identity("address", ADDRESS.encode()),
        Identity("voter token", token.encode()),
        Identity("voter id", base64.urlsafe_b64decode(token.split(".")[2] + "==")),
        Identity("trace id of the client", CLIENTS_OWN.encode()),
        *(Identity(name, vote[name]["S"].encode()) for vote in votes for name in ("sk", "receipt")),
        *(Identity("token hash", vote["voter_token"]["S"].encode()) for vote in votes),
    ]
    results = [item for poll_id in polls for item in items(journey.world, "GameResultsTable", poll_id)]
    places = [
        Place("logs", f"{printed.out}{printed.err}".encode()),
        Place("counters and snapshots", json.dumps(results).encode()),
        Place("messages", repr(journey.sockets.posted).encode()),
    ]
    for place in places:
        assert any(trace_id.encode() in place.content for trace_id in trace_ids), place.name
    assert Scanner(identities).leaks(places) == []
    assert Scanner(identities).leaks([Place("a trace id", "".join(trace_ids).encode())]) == []


@pytest.mark.covers("T40")
def test_log_lines_with_a_trace_id_contain_no_choice(
    journey: Journey, output: pytest.CaptureFixture[str]
) -> None:
    """The same vote for either option leaves the same lines, ids and times apart."""
    lines = {}
    for choice in Choice:
        journey.world.reset()
        poll_id, cookie = open_poll(journey), journey.voter_token()
        output.readouterr()
        cast(journey, poll_id, choice, cookie)
        journey.world.pump_all()
        captured = output.readouterr()
        printed = [
            json.loads(line) for line in f"{captured.out}{captured.err}".splitlines() if line[:1] == "{"
        ]
        lines[choice] = [sorted(_fields(line)) for line in printed]
    assert lines[Choice.A]
    assert lines[Choice.A] == lines[Choice.B]


VARIABLE: Final = {
    "timestamp", "Timestamp", "trace_id", "trace_ids", "version", "poll_id", "last_number",
    "VoteToCount", "CountToScreen",
}  # fmt: skip


def _fields(value: Any, path: str = "") -> Iterator[str]:
    """Yield each field of a log line with its value, without those that differ between any two votes."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from () if name in VARIABLE else _fields(part, f"{path}.{name}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _fields(part, f"{path}.{number}")
    else:
        yield f"{path}={value}"


@pytest.mark.covers("T40")
def test_distribution_forwards_no_trace_id_of_a_client_and_returns_no_request_id() -> None:
    (frontend,) = [stack for stack in load_stacks() if stack.name == "frontend"]
    properties = frontend.properties("AWS::CloudFront::OriginRequestPolicy")["VoterRequests"]
    headers = properties["OriginRequestPolicyConfig"]["HeadersConfig"]
    assert headers["HeaderBehavior"] == "whitelist"
    assert not {name.lower() for name in headers["Headers"]} & {*TRACE_HEADERS, "tracestate", "baggage"}
    policy = frontend.properties("AWS::CloudFront::ResponseHeadersPolicy")["SecurityHeaders"]
    removed = policy["ResponseHeadersPolicyConfig"]["RemoveHeadersConfig"]["Items"]
    assert {"Header": "apigw-requestid"} in removed
