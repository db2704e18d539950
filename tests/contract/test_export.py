"""A vote log exported in parts, with the real `read_vote_log`, contains every vote once.

`EXPORTED_VOTES=50000 ./dev test contract -- tests/contract/test_export.py -s` is the long form; it prints the
duration.
"""

import csv
import os
import resource
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import batched
from typing import Any, Final

import boto3
import pytest
from contracts.enums import Choice
from contracts.events import VoteCast
from contracts.results_export import ExportedVoteLog
from contracts.stream import event_attribute
from testkit.world import World

from .journey import ORGANISER, Journey

VOTES: Final = int(os.environ.get("EXPORTED_VOTES", "500"))
LONG: Final = "EXPORTED_VOTES" in os.environ
BUCKETS: Final = 16
PAGES_A_PART: Final = 6
"""Votes in the short form: the file of a small poll then has three parts."""

PUT_AT_ONCE: Final = 25
MAX_BYTES: Final = 6_000_000
"""Maximum size of a function's response."""


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    if not LONG:
        monkeypatch.setattr("results_service.use_cases.page_vote_log.PAGES", PAGES_A_PART)


def put_votes(world: World, poll_id: str, number: int) -> Counter[Choice]:
    """Write votes like the workflow, spread over the poll's buckets and its three minutes."""
    client, table = boto3.client("dynamodb"), world.table("VotesLogTable")
    opened = datetime.now(UTC) - timedelta(seconds=290)
    counted: Counter[Choice] = Counter()
    for some in batched(range(number), PUT_AT_ONCE, strict=False):
        requests: list[Any] = []
        for each in some:
            choice = Choice("aab"[each % 3])
            counted[choice] += 1
            at = opened + timedelta(seconds=each * 150 // number)
            vote = VoteCast(poll_id=poll_id, choice=choice, recorded_at=at)
            key = {"pk": {"S": f"{poll_id}#{each % BUCKETS}"}, "sk": {"S": f"{each:043d}"}}
            requests.append({"PutRequest": {"Item": {**key, "event": event_attribute(vote)}}})
        client.batch_write_item(RequestItems={table: requests})
    return counted


def parts(world: World, poll_id: str, form: str) -> Iterator[str]:
    """Follow `Link` from the first part to the last, like the dashboard."""
    path = f"/admin/api/results/{poll_id}/export?what=vote-log&format={form}"
    while path:
        status, body, answer = world.http("export_results", f"GET {path}", organiser=ORGANISER)
        assert status == 200, body
        yield answer["body"]
        link = answer["headers"].get("Link", "")
        path = link.removeprefix("<").partition(">")[0]


def test_exported_parts_contain_every_vote_of_the_log_once(journey: Journey) -> None:
    world = journey.world
    poll_id = journey.create(result_visibility="never")
    journey.open(poll_id, ago=300)
    journey.close(poll_id, ago=100)
    for follower in ("track_poll", "track_poll_status"):
        world.pump(follower)
    counted = put_votes(world, poll_id, VOTES)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    texts = list(parts(world, poll_id, "csv"))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    rows = list(csv.DictReader(StringIO("".join(texts), newline=""), strict=True))
    largest = max(map(len, texts))
    sys.stdout.write(
        f"\n{VOTES:,} votes: {len(texts)} parts, {len(rows)} rows, largest part {largest:,} bytes,"
        f" memory grown by {grown / 1024:.0f} MB\n"
    )
    assert {choice: sum(int(row[choice]) for row in rows) for choice in Choice} == counted
    assert min(int(row["a"]) + int(row["b"]) for row in rows) >= 10
    assert {row["hidden_from_public"] for row in rows} == {"yes"}
    assert largest < MAX_BYTES
    assert len(texts) >= (1 if LONG else 3)

    pages = [ExportedVoteLog.model_validate_json(text) for text in parts(world, poll_id, "json")]
    groups = [group for page in pages for group in page.groups]
    assert [(group.a, group.b) for group in groups] == [(int(row["a"]), int(row["b"])) for row in rows]
    assert sum(page.invalid for page in pages) == 0
