"""Both designs' use of AWS, counted: the real handlers of the services and of `platform/literal` in a World.

*Voting* is `POST /vote` to the counters, *push* is the counters to open pages. The numbers of counting and
broadcasting per rate come from `tests/exactness/broadcasts.py`, which runs the real functions at that rate.
"""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import boto3
import pytest
from costs.units import express_gb_seconds, item_size, lambda_gb_seconds, message_units, read_units
from costs.usage import Usage
from devkit.checkout import ROOT
from poll_service.domain.clock import COUNTDOWN
from privileges import calls as recorded_calls
from stacks.catalogue import FUNCTION, Stack, load_stacks, logical_id_of
from stacks.resolver import SITE
from stacks.template import read_template
from testkit.world import World, deployed_world
from vote_service.adapters import abuse_counters, new_voter_counts
from vote_service.domain.abuse_signals import SHARDS
from vote_service.domain.sampling import one_in_of

from tests.exactness.broadcasts import Broadcasts

from .cpu import handler_cpu
from .durations import (
    DYNAMODB_SECONDS,
    HANDLER_CPU,
    INVOKE_SECONDS,
    OTHER_HANDLER_CPU,
    POST_CPU,
    POST_SECONDS,
    RECORD_CPU,
    TRANSITION_SECONDS,
    lambda_seconds,
)
from .meter import Meter, log_bytes, states_entered

MILLION: Final = 1_000_000
LITERAL_BATCH: Final = 100
POLLS_A_SECOND: Final = 4
"""How often Lambda reads a shard of a stream: the literal design's batch has a quarter second's changes."""

HEADERS: Final = {"sec-fetch-site": "same-origin", "origin": SITE, "content-type": "application/json"}
QUESTION: Final = {"question": "Tea or coffee?", "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}}

_REQUEST_ID: Final = "8f507cfc-xmpl-4697-b07a-ac58fc914c95"
TEXT_LOG: Final = (
    f"START RequestId: {_REQUEST_ID} Version: $LATEST",
    f"END RequestId: {_REQUEST_ID}",
    f"REPORT RequestId: {_REQUEST_ID}\tDuration: 31.42 ms\tBilled Duration: 32 ms\tMemory Size: 128 MB"
    "\tMax Memory Used: 75 MB",
)
"""The lines that Lambda writes for an invocation with its default log format, as in the literal design."""

ACCESS_LOG: Final = {
    "requestId": "L0SM9cOFvHcCIhw=", "requestTime": "29/Nov/2026:18:08:05 +0000", "apiId": "a1b2c3d4e5",
    "routeKey": "POST /vote", "status": "201", "responseLatency": "53", "integrationLatency": "52",
    "responseLength": "246", "error.message": "-", "integrationErrorMessage": "-",
}  # fmt: skip
"""Typical values of the variables in the HTTP API's access log."""


@dataclass(frozen=True, slots=True)
class Vote:
    """The use by one vote, without counting and push; its calls by operation, and the workflow's states."""

    usage: Usage
    calls: dict[str, int]
    states: int


VOTERS_A_QUARTER: Final = 90_000
"""New voters of a quarter of an hour at 100 a second."""


def sampled_share(events: int, exact: int) -> float:
    """Return the share of these events that are written by a sampled counter."""
    return sum(1 / one_in_of(seen, exact) for seen in range(events)) / events


def literal_stack() -> Stack:
    """Return the stack of the literal design."""
    folder = ROOT / "platform" / "literal"
    return Stack("literal", folder, read_template(folder / "template.yaml"))


@dataclass(frozen=True, slots=True)
class Ours:
    """The counted use by one vote, by a new voter token, and by the functions of a first load."""

    vote: Vote
    token: Usage
    first_load: Usage


@cache
def ours() -> Ours:
    """Count a vote by device in a poll without proof of work; the functions are warm."""
    with metered_world() as (world, meter):
        poll_id = _open_poll(world)
        _vote(world, poll_id, _token(world))
        world.pump_all()
        meter.clear()
        with meter.logging():
            token = _token(world)
        assert meter.by_operation() == {"UpdateItem": 2}, "the network's limit, and the abuse report"
        share = sampled_share(VOTERS_A_QUARTER, new_voter_counts.EXACT_UP_TO)
        issued = _http_use(meter, "issue_voter_token", written=(1 + share) / 2)
        vote = _count_vote(world, meter, poll_id, token)
        _count_first_load(world, meter, "first")
        return Ours(vote, issued, _count_first_load(world, meter, "second"))


@dataclass(frozen=True, slots=True)
class CountedVote:
    """The use by one vote without its counting, and the write units of counters and totals for it."""

    vote: Vote
    counting: float


def counted_vote(*, shuffled: bool) -> CountedVote:
    """Count a vote for A with B shown first, in a poll that shuffles its options, or in another one."""
    with metered_world() as (world, meter):
        shown: dict[str, str] = {"shown_first": "b"} if shuffled else {}
        poll_id = _open_poll(world, shuffle_options=shuffled)
        _vote(world, poll_id, _token(world), **shown)
        world.pump_all()
        vote = _count_vote(world, meter, poll_id, _token(world), **shown)
        meter.clear()
        world.pump("count_votes")
        return CountedVote(vote, meter.write_units[world.table("GameResultsTable")])


def handlers_cpu() -> dict[str, float]:
    """Measure the CPU seconds of the handlers on the way of a vote, without their calls."""
    with metered_world() as (world, meter), redirect_stdout(io.StringIO()):
        poll_id = _open_poll(world)
        token = _token(world)
        _vote(world, poll_id, token)
        body, headers = {"poll_id": poll_id, "choice": "a"}, HEADERS | {"cookie": token}
        sent = json.loads(meter.inputs[-1])
        return {
            "vote_wrapper": handler_cpu(lambda: world.request("POST", "/vote", headers, body)),
            "validate_vote": handler_cpu(lambda: world.invoke("validate_vote", sent)),
        }


def _count_vote(world: World, meter: Meter, poll_id: str, token: str, **more: str) -> Vote:
    meter.clear()
    with meter.logging():
        _vote(world, poll_id, token, **more)
    calls, states = meter.by_operation(), states_entered(world)
    state, log = world.table("VotingStateTable"), world.table("VotesLogTable")
    # The votes of a million are counted for the abuse report in sixteen parts.
    signals = meter.write_units[state] * sampled_share(MILLION // SHARDS, abuse_counters.EXACT_UP_TO)
    reads = meter.calls["validate_vote", "GetItem"]
    validate, seconds = _invocation("validate_vote", reads, reads * DYNAMODB_SECONDS)
    execution = INVOKE_SECONDS + seconds + DYNAMODB_SECONDS + states * TRANSITION_SECONDS
    own = meter.calls["vote_wrapper", "GetItem"] + signals
    wrapper, _ = _invocation("vote_wrapper", own + 1, own * DYNAMODB_SECONDS + execution)
    usage = Usage(
        http_requests=1,
        express_executions=1,
        express_gb_seconds=express_gb_seconds(execution),
        write_units=meter.write_units[log] + signals,
        read_units=meter.read_units[state] + meter.read_units[log],
        log_bytes=meter.log_bytes + _logged_by(world, "validate_vote", meter.inputs[-1]) + access_log(),
    )
    return Vote(usage + validate + wrapper, calls, states)


def _count_first_load(world: World, meter: Meter, connection_id: str) -> Usage:
    """Count a ticket, and the connection with its first ping; the poll comes from the cache at the edge."""
    meter.clear()
    with meter.logging():
        ticket = world.request("POST", "/live/ticket", HEADERS, {}).json["ticket"]
    usage = _http_use(meter, "issue_ticket")
    meter.clear()
    with meter.logging():
        assert world.shake_hands(ticket, connection_id)
        world.say(connection_id, {"action": "ping"}, {"scope": "public"})
    for slug in ("authorize_connection", "connect", "ping"):
        own = sum(count for (function, _), count in meter.calls.items() if function == slug)
        usage += _invocation(slug, own, own * DYNAMODB_SECONDS)[0]
    return usage + Usage(
        websocket_messages=1 + len(world.sockets.messages(connection_id)),
        write_units=sum(meter.write_units.values()),
        read_units=sum(meter.read_units.values()),
        log_bytes=meter.log_bytes,
    )


def our_counting(steady: Broadcasts) -> Usage:
    """Return the use by the counting of one vote, at the rate of a steady run."""
    work = steady.counted
    memory = memory_of("count_votes")
    calls = (work.writes + work.reads) / work.invocations
    batch = steady.votes / work.invocations
    cpu = OTHER_HANDLER_CPU + batch * RECORD_CPU
    seconds = lambda_seconds(cpu, calls, calls * DYNAMODB_SECONDS, memory)
    each = Usage(
        lambda_requests=1,
        lambda_gb_seconds=lambda_gb_seconds(seconds, memory),
        write_units=work.writes / work.invocations,
        read_units=work.reads / work.invocations,
        log_bytes=log_bytes("x" * 480),
    )
    return each * (work.invocations / steady.votes)


def our_push(steady: Broadcasts) -> Usage:
    """Return the use by the broadcasts of one vote, with all connection minutes of the pages."""
    work, posts = steady.broadcast, steady.posts * steady.audience
    memory = memory_of("results_stream_handler")
    seconds = POST_SECONDS + posts / work.invocations * POST_CPU
    each = Usage(lambda_requests=1, lambda_gb_seconds=lambda_gb_seconds(seconds, memory))
    connections = read_units(steady.audience * CONNECTION_BYTES)
    spent = each * work.invocations + Usage(
        websocket_messages=posts * message_units(600),
        write_units=work.writes,
        read_units=work.reads + steady.posts * connections,
        log_bytes=work.invocations * log_bytes("x" * 520),
        connection_minutes=steady.audience * steady.seconds / 60,
    )
    return spent * (1 / steady.votes)


CONNECTION_BYTES: Final = 140
"""Bytes of an item of a connection."""


@cache
def literal_vote() -> Vote:
    """Count one vote of the literal design, and its preflight request."""
    with literal_world() as (world, meter):
        meter.clear()
        answer = _literal_vote(world, "voter-2")
        assert answer[0] == 200, answer
        calls, states = meter.by_operation(), states_entered(world)
        usage = Usage(http_requests=2, express_executions=1)
        execution = states * TRANSITION_SECONDS
        for slug in ("validate_vote", "submit_vote"):
            own = sum(count for (function, _), count in meter.calls.items() if function == slug)
            used, seconds = _invocation(slug, own, own * DYNAMODB_SECONDS, literal=True)
            usage, execution = usage + used, execution + seconds + INVOKE_SECONDS
        usage += _invocation("vote_wrapper", 1, execution, literal=True)[0]
        usage += _invocation("preflight", 0, 0, literal=True)[0]
        return Vote(
            usage
            + Usage(
                # As favourable as possible: its two functions may take a little more than one step of 100 ms.
                express_gb_seconds=express_gb_seconds(0.1),
                write_units=sum(meter.write_units.values()),
                read_units=sum(meter.read_units.values()),
                log_bytes=4 * log_bytes(*TEXT_LOG),
            ),
            calls,
            states,
        )


@cache
def literal_push(rate: int, audience: int) -> Usage:
    """Return the use by the broadcast of one vote of the literal design."""
    batch = min(LITERAL_BATCH, max(1.0, rate / POLLS_A_SECOND))
    posts = audience
    item = item_size({"connection_id": {"S": "L0SM9cOFvHcCIhw="}})
    scans = max(1, -(-audience * item // 2**20))
    memory = memory_of("results_stream_handler", literal=True)
    # A scan and the posts of each record, one after the other.
    calls = scans + posts
    waits = scans * DYNAMODB_SECONDS + posts * POST_SECONDS
    seconds = lambda_seconds(HANDLER_CPU["literal"], calls, waits, memory)
    return Usage(
        websocket_messages=posts,
        connection_minutes=audience / rate / 60,
        lambda_requests=1 / batch,
        lambda_gb_seconds=lambda_gb_seconds(seconds, memory),
        read_units=read_units(audience * item, consistent=False),
        log_bytes=log_bytes(*TEXT_LOG) / batch,
    )


@contextmanager
def literal_world() -> Iterator[tuple[World, Meter]]:
    """Deploy the literal design, with an open poll that has one vote."""
    with metered_world((literal_stack(),)) as (world, meter):
        item = {"poll_id": {"S": "poll-1"}, "status": {"S": "open"}}
        boto3.client("dynamodb").put_item(TableName=world.table("Polls"), Item=item)
        _literal_vote(world, "voter-1")
        yield world, meter


@contextmanager
def metered_world(stacks: tuple[Stack, ...] | None = None) -> Iterator[tuple[World, Meter]]:
    """Deploy stacks to an emulated account, and count all calls."""
    with pytest.MonkeyPatch.context() as variables:
        # The comparison of permissions with calls is about this project's functions only.
        variables.delenv(recorded_calls.VARIABLE, raising=False)
        with deployed_world(stacks) as world:
            meter = Meter()
            meter.install()
            yield world, meter


def memory_of(slug: str, *, literal: bool = False) -> int:
    """Return a function's memory in its template, in MB."""
    stacks = (literal_stack(),) if literal else load_stacks()
    (found,) = [one for one in stacks if logical_id_of(slug) in one.plain["Resources"]]
    return int(found.properties(FUNCTION)[logical_id_of(slug)]["MemorySize"])


def access_log() -> int:
    """Return the bytes of a line of the HTTP API's access log, by its format in the template."""
    (platform,) = [one for one in load_stacks() if one.name == "platform"]
    stage = platform.properties("AWS::ApiGatewayV2::Stage")["PublicStage"]
    line: str = stage["AccessLogSettings"]["Format"]
    for variable, value in ACCESS_LOG.items():
        line = line.replace(f"$context.{variable}", value)
    assert "$" not in line, line
    return log_bytes(line)


def _invocation(slug: str, calls: float, waits: float, *, literal: bool = False) -> tuple[Usage, float]:
    """Return an invocation with so many calls, and its duration in seconds."""
    memory = memory_of(slug, literal=literal)
    cpu = HANDLER_CPU.get("literal" if literal else slug, OTHER_HANDLER_CPU)
    seconds = lambda_seconds(cpu, calls, waits, memory)
    return Usage(lambda_requests=1, lambda_gb_seconds=lambda_gb_seconds(seconds, memory)), seconds


def _http_use(meter: Meter, slug: str, *, written: float = 1) -> Usage:
    """Return the use by a request, of whose calls this share is made."""
    calls = sum(meter.calls.values()) * written
    return _invocation(slug, calls, calls * DYNAMODB_SECONDS)[0] + Usage(
        http_requests=1,
        write_units=sum(meter.write_units.values()) * written,
        read_units=sum(meter.read_units.values()),
        log_bytes=meter.log_bytes + access_log(),
    )


def _logged_by(world: World, slug: str, given: str) -> int:
    """Return the log bytes of a function that the World runs inside of another one, without its log lines."""
    meter = Meter()
    with meter.logging():
        world.invoke(slug, json.loads(given))
    return meter.log_bytes


def _open_poll(world: World, **settings: bool) -> str:
    wanted = QUESTION | settings
    status, poll, _ = world.http("create_poll", "POST /admin/api/polls", wanted, organiser="organiser-1")
    assert status == 201, poll
    poll_id = str(poll["poll_id"])
    status, body, _ = world.http(
        "open_poll", f"POST /admin/api/polls/{poll_id}/open", organiser="organiser-1"
    )
    assert status == 200, body
    world.pump_all()
    world.pass_time(COUNTDOWN)
    return poll_id


def _token(world: World) -> str:
    return world.request("POST", "/voter-token", HEADERS, {}).cookies[0].partition(";")[0]


def _vote(world: World, poll_id: str, token: str, **more: str) -> None:
    body = {"poll_id": poll_id, "choice": "a"} | more
    answer = world.request("POST", "/vote", HEADERS | {"cookie": token}, body)
    assert answer.status == 201, answer


def _literal_vote(world: World, voter: str) -> Any:
    body = {"poll_id": "poll-1", "voter_id": voter, "choice": "a"}
    return world.http("vote_wrapper", "POST /vote", body)
