"""A trace shows each hop of a vote in order of time, and why one is missing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from laptop.vote_trace.timeline import FUNCTIONS, Findings, Hop, Trace, Vote, trace_of

RECORDED: Final = datetime(2026, 5, 4, 18, 42, 11, 358000, tzinfo=UTC)
POLL: Final = "7zq4m0x2v9c6k3t8hj5n1w0rge"
OURS, ANOTHERS = "4" * 32, "7" * 32
VOTE: Final = Vote(POLL, OURS, RECORDED)
LATER: Final = RECORDED + timedelta(minutes=5)


def metric_line(ms: int, **fields: Any) -> dict[str, Any]:
    """Return a function's metric line, some milliseconds after the vote."""
    return {"_aws": {"Timestamp": version(ms)}, **fields}


def version(ms: int) -> int:
    return round(RECORDED.timestamp() * 1000) + ms


def batch(ms: int, *trace_ids: str) -> dict[str, Any]:
    counted = {"poll_id": POLL, "shard": "shardId-1", "last_number": "812", "version": version(ms - 5)}
    return metric_line(ms, counted=[counted | {"trace_ids": " ".join(trace_ids)}])


def broadcast(ms: int, of: int, delivered: int = 3) -> dict[str, Any]:
    sent = [{"poll_id": POLL, "version": version(of), "trace_id": OURS}]
    return metric_line(ms, broadcast=sent, MessagesDelivered=[delivered])


def findings(vote: Vote | None = VOTE, **lines: list[dict[str, Any]]) -> Findings:
    """Return the findings of a complete trace, with other lines of some functions."""
    complete = {
        "vote_wrapper": [metric_line(20, trace_id=ANOTHERS), metric_line(9, trace_id=OURS)],
        "count_votes": [batch(-60_000, ANOTHERS), batch(900, ANOTHERS, OURS), batch(1900, OURS)],
        "results_stream_handler": [broadcast(-60_000, -60_005), broadcast(1200, 1000)],
        "broadcast_queue_handler": [],
    } | lines
    by_name = {function: complete[function.replace("-", "_")] for function in FUNCTIONS}
    return Findings(OURS, vote, by_name)


def missing(trace: Trace) -> Hop:
    """Return the only missing hop."""
    (hop,) = [hop for hop in trace.hops if hop.at is None]
    return hop


def test_change_that_waited_for_the_end_of_a_window_is_found_in_the_log_of_its_function() -> None:
    trace = trace_of(findings(broadcast_queue_handler=[broadcast(1100, 1000, delivered=7)]), LATER)
    assert trace.complete
    assert trace.hops[-1].detail == f"version {version(1000)}, to 7 open pages"


def test_complete_trace_has_all_hops_in_order_of_time() -> None:
    trace = trace_of(findings(), LATER)
    assert trace.complete
    assert [(hop["hop"], hop["ms"]) for hop in trace.as_json()["hops"]] == [
        ("vote log", 0),
        ("response", 9),
        ("snapshot", 895),
        ("counted", 900),
        ("broadcast", 1200),
    ]
    counted, sent = trace.hops[-2:]
    assert counted.detail == "shardId-1, up to 812, vote 2 of 2 of its batch"
    assert sent.detail == f"version {version(1000)}, to 3 open pages"


def test_vote_of_an_archived_poll_is_traced_with_the_state_of_its_poll() -> None:
    trace = trace_of(findings(replace(VOTE, poll_state="archived")), LATER)
    assert trace.complete
    assert trace.hops[0].detail.endswith(f"in poll {POLL} (archived)")


def test_states_of_the_workflow_are_hops() -> None:
    steps = (("ValidateVote", RECORDED), ("SubmitVote", RECORDED + timedelta(milliseconds=3)))
    found = Findings(OURS, findings().vote, findings().lines, steps)
    names = [hop.name for hop in trace_of(found, LATER).hops]
    assert names[:4] == ["workflow: ValidateVote", "vote log", "workflow: SubmitVote", "response"]


@pytest.mark.parametrize(
    ("count_votes", "age", "reason", "command"),
    [
        ([batch(-60_000, ANOTHERS)], 2, "not counted yet", "repeat this command"),
        ([batch(-60_000, ANOTHERS)], 60, "no log line of count-votes has it", f"./dev recount {POLL}"),
        ([batch(60_000, ANOTHERS)], 90, "log of count-votes does not go back", f"./dev recount {POLL}"),
        ([], 90, "log of count-votes does not go back", f"./dev recount {POLL}"),
    ],
)
def test_uncounted_vote_is_reported_with_the_reason_and_the_next_command(
    count_votes: list[dict[str, Any]], age: int, reason: str, command: str
) -> None:
    trace = trace_of(findings(count_votes=count_votes), RECORDED + timedelta(seconds=age))
    hop = missing(trace)
    assert (hop.name, hop.next_command) == ("counted", command)
    assert reason in hop.detail
    assert trace.hops[-1] == hop


def test_invalid_record_is_reported_with_its_redrive() -> None:
    found = Findings(OURS, findings().vote, findings(count_votes=[]).lines, invalid="event.choice: no choice")
    hop = missing(trace_of(found, LATER))
    assert "dead-letter queue: event.choice: no choice" in hop.detail
    assert hop.next_command == f"./dev redrive {POLL}"


def test_broadcast_of_an_older_version_or_another_poll_is_not_the_votes() -> None:
    other_poll = metric_line(1200, broadcast=[{"poll_id": "0" * 26, "version": version(1000)}])
    lines = [broadcast(-60_000, 800), other_poll]
    hop = missing(trace_of(findings(results_stream_handler=lines), LATER))
    assert (hop.name, hop.next_command) == ("broadcast", "./dev logs results-stream-handler")


def test_rejected_vote_has_its_problem_and_no_hop_after_the_response() -> None:
    lines = [metric_line(9, trace_id=OURS, problem="poll-closed")]
    trace = trace_of(findings(None, vote_wrapper=lines), LATER)
    assert [hop.name for hop in trace.hops] == ["vote log", "response"]
    assert missing(trace).detail == "the vote was rejected: poll-closed"


def test_trace_id_without_a_vote_and_without_a_rejection_names_both_reasons() -> None:
    hop = missing(trace_of(findings(None), LATER))
    assert "repeated a recorded vote, or its workflow failed" in hop.detail
