"""Concurrent requests with one voter token: exactly one vote is recorded."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
import pytest

from .live_stack import Json, Organiser, Running, dev, wait_until

AT_ONCE = 50
UNCONFIRMED = {429, 502, 503}


@pytest.mark.covers("T1", "R1")
def test_fifty_concurrent_votes_with_one_voter_token_record_exactly_one(
    running: Running, organiser: Organiser
) -> None:
    poll_id, voter, start = organiser.open_new(), running.voter(), Barrier(AT_ONCE)
    unconfirmed: list[httpx.Response] = []

    def vote(choice: str) -> httpx.Response:
        start.wait()
        answer = voter.vote(poll_id, choice)
        # Unconfirmed votes are sent again, as a page does.
        while answer.status_code in UNCONFIRMED:
            unconfirmed.append(answer)
            answer = voter.vote(poll_id, choice)
        return answer

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(vote, "ab" * (AT_ONCE // 2)))

    by_status = {status: [one for one in answers if one.status_code == status] for status in (201, 200, 409)}
    # If every request was confirmed, exactly one answer was 201.
    assert len(by_status[201]) == 1 or (unconfirmed and not by_status[201])
    taken = [(one.json()["choice"], one.json()["receipt"]) for one in by_status[201] + by_status[200]]
    assert (len(taken), len(set(taken)), len(by_status[409])) == (AT_ONCE // 2, 1, AT_ONCE // 2)
    choice, receipt = taken[0]
    assert not any(receipt in answer.text for answer in by_status[409])
    assert running.votes_in_the_log(poll_id) == 1
    organiser.close(poll_id)
    assert wait_until(lambda: counted(running, poll_id), "the vote to be counted") == {"a": 0, "b": 0} | {
        choice: 1
    }
    trace = wait_until(lambda: complete_trace(running, receipt), "every hop of the vote")
    assert {hop["hop"] for hop in trace["hops"]} >= {
        "vote log", "response", "counted", "snapshot", "broadcast",
    }  # fmt: skip


def complete_trace(running: Running, receipt: str) -> Json | None:
    done = dev(running.instance.state, "trace", receipt, "--json")
    trace: Json = json.loads(done.stdout)
    assert trace["complete"] == (done.returncode == 0), done.stderr
    return trace if trace["complete"] else None


def counted(running: Running, poll_id: str) -> dict[str, int] | None:
    results = running.results(poll_id)
    return results["counts"] if results["total"] else None
