"""The hops of one vote, in order of time, from the data of functions and tables about its trace id."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

BROADCASTING: Final = ("results-stream-handler", "broadcast-queue-handler")
"""The functions that broadcast: at once, and at the end of a window."""

FUNCTIONS: Final = ("vote-wrapper", "count-votes", *BROADCASTING)
"""The functions of a vote, whose log lines contain trace ids."""

COUNTING_TIME: Final = timedelta(seconds=10)
"""A vote is usually counted and broadcast within two seconds; a younger one may still be on its way."""


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote in the vote log, without its choice and its keys."""

    poll_id: str
    trace_id: str
    recorded_at: datetime
    poll_state: str = ""
    """*archived* or *deleted*: the vote stays, but log lines of that time have usually expired."""


@dataclass(frozen=True, slots=True)
class Findings:
    """The data about one trace id. `lines` are the parsed log lines of each of `FUNCTIONS`."""

    trace_id: str
    vote: Vote | None
    lines: dict[str, list[dict[str, Any]]]
    steps: tuple[tuple[str, datetime], ...] = ()
    """The states of its workflow's execution, as long as the emulator has it."""
    invalid: str | None = None
    """The reason for which its record in the stream is an invalid record."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One hop. Without a time it is missing: `detail` is the reason, `next_command` the next step."""

    name: str
    at: datetime | None
    detail: str
    next_command: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """The hops of one vote in order of time, the missing ones where they belong."""

    trace_id: str
    poll_id: str | None
    hops: tuple[Hop, ...]

    @property
    def complete(self) -> bool:
        """Return whether no hop is missing."""
        return all(hop.at is not None for hop in self.hops)

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON data, with the milliseconds since the first hop."""
        start = min((hop.at for hop in self.hops if hop.at), default=None)
        hops = [
            {
                "hop": hop.name,
                "at": hop.at and hop.at.isoformat(timespec="milliseconds"),
                "ms": hop.at and start and round((hop.at - start) / timedelta(milliseconds=1)),
                "detail": hop.detail,
                "next_command": hop.next_command or None,
            }
            for hop in self.hops
        ]
        return {"trace_id": self.trace_id, "poll_id": self.poll_id, "complete": self.complete, "hops": hops}


def trace_of(found: Findings, now: datetime) -> Trace:
    """Return the trace. A rejected vote has no hop after its response."""
    counting = () if found.vote is None else _counting(found, found.vote, now)
    poll_id = None if found.vote is None else found.vote.poll_id
    return Trace(found.trace_id, poll_id, tuple(_by_time([*_request(found), *counting])))


def _request(found: Findings) -> Iterator[Hop]:
    yield from (Hop(f"workflow: {name}", at, "") for name, at in found.steps)
    wrapper = _of_trace(found, "vote-wrapper")
    refused = next((line["problem"] for line in wrapper if "problem" in line), None)
    if found.vote is not None:
        state = f" ({found.vote.poll_state})" if found.vote.poll_state else ""
        place = f"recorded_at of the vote, in poll {found.vote.poll_id}{state}"
        yield Hop("vote log", found.vote.recorded_at, place)
    elif refused is not None:
        yield Hop("vote log", None, f"the vote was rejected: {refused}", "./dev logs vote-wrapper")
    else:
        advice = "the request repeated a recorded vote, or its workflow failed"
        yield Hop("vote log", None, f"no vote has this trace id: {advice}", "./dev logs vote-wrapper")
    answered = f"rejected: {refused}" if refused else "response of POST /vote"
    yield _logged("response", "vote-wrapper", wrapper, answered)


def _counting(found: Findings, vote: Vote, now: datetime) -> Iterator[Hop]:
    line, batch = _first(
        found, ("count-votes",), "counted", lambda one: vote.trace_id in one["trace_ids"].split()
    )
    if line is None or batch is None:
        yield _uncounted(found, vote, now)
        return
    ids = batch["trace_ids"].split()
    place = f"{ids.index(vote.trace_id) + 1} of {len(ids)}"
    counted = f"{batch['shard']}, up to {batch['last_number']}, vote {place} of its batch"
    yield Hop("snapshot", _moment(batch["version"]), f"version {batch['version']} in GameResults")
    yield Hop("counted", _time(line), counted)
    line, sent = _first(
        found,
        BROADCASTING,
        "broadcast",
        lambda one: one["poll_id"] == vote.poll_id and one["version"] >= batch["version"],
    )
    if line is None or sent is None:
        hop = Hop("broadcast", None, "not broadcast", "./dev logs results-stream-handler")
        yield _missing(found, vote, hop, "results-stream-handler", now)
        return
    delivered = int(sum(line.get("MessagesDelivered", [0])))
    pages = (
        f"to {delivered:,} open pages" if delivered else "to no page: none is open, or the counts are hidden"
    )
    yield Hop("broadcast", _time(line), f"version {sent['version']}, {pages}")


def _uncounted(found: Findings, vote: Vote, now: datetime) -> Hop:
    if found.invalid is not None:
        reason = f"its record is invalid and in the dead-letter queue: {found.invalid}"
        return Hop("counted", None, reason, f"./dev redrive {vote.poll_id}")
    hop = Hop("counted", None, "not counted", f"./dev recount {vote.poll_id}")
    return _missing(found, vote, hop, "count-votes", now)


def _missing(found: Findings, vote: Vote, hop: Hop, function: str, now: datetime) -> Hop:
    """Return a missing hop with the reason: too early, no longer in the function's log, or not done."""
    if now - vote.recorded_at < COUNTING_TIME:
        return replace(hop, detail=f"{hop.detail} yet", next_command="repeat this command")
    oldest = min((_time(line) for line in found.lines[function] if "_aws" in line), default=None)
    if oldest is None or oldest > vote.recorded_at:
        return replace(hop, detail=f"the log of {function} does not go back to this vote")
    return replace(hop, detail=f"{hop.detail}: no log line of {function} has it")


def _logged(name: str, function: str, lines: list[dict[str, Any]], detail: str) -> Hop:
    metrics = [line for line in lines if "_aws" in line]
    if metrics:
        return Hop(name, _time(metrics[0]), detail)
    return Hop(name, None, f"no log line of {function} has the trace id", f"./dev logs {function}")


def _of_trace(found: Findings, function: str) -> list[dict[str, Any]]:
    return [line for line in found.lines[function] if line.get("trace_id") == found.trace_id]


def _first(
    found: Findings, functions: tuple[str, ...], field: str, holds: Callable[[dict[str, Any]], bool]
) -> tuple[dict[str, Any], dict[str, Any]] | tuple[None, None]:
    """Return the first metric line with an entry that fits, and the entry. A batch may be delivered again."""
    lines = (line for function in functions for line in found.lines[function] if "_aws" in line)
    for line in sorted(lines, key=_time):
        for entry in line.get(field, ()):
            if holds(entry):
                return line, entry
    return None, None


def _by_time(hops: Iterable[Hop]) -> list[Hop]:
    """Sort the hops by time; a missing one stays after the one before it."""
    sortable, latest = [], datetime.min.replace(tzinfo=UTC)
    for hop in hops:
        latest = hop.at or latest
        sortable.append((latest, hop))
    return [hop for _, hop in sorted(sortable, key=lambda one: one[0])]


def _time(line: dict[str, Any]) -> datetime:
    return _moment(line["_aws"]["Timestamp"])


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
