"""A vote log exported in parts, with the real `read_vote_log`, contains every vote once and can be verified.

`EXPORTED_VOTES=50000 ./dev test contract -- tests/contract/test_export.py -s` is the long form; it prints the
duration.
"""

import csv
import json
import os
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import batched
from pathlib import Path
from typing import Any, Final

import boto3
import httpx
import pytest
from cli.commands.export import export
from contracts.enums import Choice, ResultVisibility
from contracts.events import VoteCast
from contracts.results_export import ExportedVoteLog, VoteLogGroup
from contracts.stream import event_attribute
from results_service.domain.hash_chain import CHAIN_START, chained
from testkit.world import World

from .journey import ORGANISER, Journey

SCRIPT: Final = Path(__file__).parents[2] / "docs" / "verify_vote_log.py"
VOTES: Final = int(os.environ.get("EXPORTED_VOTES", "500"))
LONG: Final = "EXPORTED_VOTES" in os.environ
BUCKETS: Final = 16
PAGES_A_PART: Final = 6
"""Votes in the short form: the file of a small poll then has three parts."""

NOON: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
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


def verify(folder: Path, text: str) -> tuple[int, str]:
    (folder / "vote-log.jsonl").write_text(text)
    return run_script(folder / "vote-log.jsonl")


def run_script(*files: Path) -> tuple[int, str]:
    """Run the script as an auditor does, without this project's packages."""
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *map(str, files)], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def file_of(*pages: ExportedVoteLog) -> str:
    """Return the file of some pages, with the hashes that fit."""
    lines, chain = [], CHAIN_START
    for page in pages:
        line = chained(page.model_copy(update={"chain": chain}))
        chain = line.chain
        lines.append(f"{line.model_dump_json()}\n")
    return "".join(lines)


def page_of(
    *groups: tuple[int, int, int, int], poll_id: str = "1" * 26, invalid: int = 0, last: bool = False
) -> ExportedVoteLog:
    """Return a page with groups of (first minute, minute after the last, votes for a, votes for b)."""
    made = [
        # A copy is not validated: some files have a number of votes that no contract allows.
        VoteLogGroup(starts_at=NOON + start * MINUTE, ends_at=NOON + end * MINUTE, a=0, b=0).model_copy(
            update={"a": a, "b": b}
        )
        for start, end, a, b in groups
    ]
    return ExportedVoteLog(
        poll_id=poll_id,
        result_visibility=ResultVisibility.ALWAYS,
        hidden_from_public=False,
        groups=tuple(made),
        invalid=invalid,
        last=last,
        chain=CHAIN_START,
    )


FIRST: Final = page_of((0, 1, 7, 4), (1, 3, 0, 10), invalid=2)
LAST: Final = page_of((0, 9, 1, 2), last=True)
FIRST_LINE, LAST_LINE = SOUND = file_of(FIRST, LAST).splitlines(keepends=True)


@pytest.mark.covers("R10")
def test_script_counts_the_votes_of_a_valid_file(tmp_path: Path) -> None:
    code, printed = verify(tmp_path, "".join(SOUND))
    assert (code, printed.splitlines()) == (
        0,
        [
            f"valid: poll {FIRST.poll_id}, a 8, b 16, total 24; 2 invalid records",
            f"last hash: {json.loads(LAST_LINE)['chain']}",
        ],
    )


@pytest.mark.covers("T24", "R10", "R11")
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (FIRST_LINE.replace('"a":7', '"a":8') + LAST_LINE, "line 1 was changed, or a line before it was"),
        (FIRST_LINE.replace('d":2', 'd":1') + LAST_LINE, "line 1 was changed, or a line before it was"),
        (LAST_LINE, "line 1 was changed, or a line before it was"),
        (FIRST_LINE * 2 + LAST_LINE, "line 2 was changed, or a line before it was"),
        (FIRST_LINE, "the last line is missing"),
        ("", "the last line is missing"),
        (FIRST_LINE + LAST_LINE[:-1], "line 2 is cut off"),
        ("a,b\n1,2\n", "line 1 is not a line of a vote log"),
        ('["chain"]\n', "line 1 is not a line of a vote log"),
        (file_of(LAST, LAST), "line 2 follows the last line"),
        (file_of(FIRST, page_of((0, 9, 1, 2), poll_id="2" * 26)), "line 2 is of another poll"),
        (file_of(page_of((0, 1, 9, 9), (1, 2, 5, 4), last=True)), "line 1 has a group of too few votes"),
        (file_of(page_of((0, 2, 9, 9), (1, 3, 9, 9), last=True)), "line 1 has an invalid time range"),
        (file_of(page_of((1, 1, 9, 9), last=True)), "line 1 has an invalid time range"),
        (file_of(page_of((0, 1, 30, -1), last=True)), "line 1 has an invalid count"),
    ],
)  # fmt: skip
def test_script_rejects_a_changed_incomplete_or_revealing_file(
    tmp_path: Path, text: str, reason: str
) -> None:
    assert verify(tmp_path, text) == (1, f"INVALID: {reason}\n")


def test_script_rejects_a_missing_file_and_shows_its_usage(tmp_path: Path) -> None:
    code, printed = run_script(tmp_path / "missing")
    assert (code, printed.startswith("INVALID: ")) == (1, True)
    code, printed = run_script()
    assert (code, "verify_vote_log.py FILE" in printed) == (1, True)


def organisers_api(world: World) -> Callable[[str | None], AbstractContextManager[httpx.Client]]:
    """Return `results_api` with the real handler behind it."""

    def respond(request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode()
        status, _, answer = world.http("export_results", f"GET {path}", organiser=ORGANISER)
        return httpx.Response(status, content=answer["body"], headers=answer["headers"])

    @contextmanager
    def api(_site: str | None = None) -> Iterator[httpx.Client]:
        base = "https://vote.example/admin/api/results"
        with httpx.Client(base_url=base, transport=httpx.MockTransport(respond)) as client:
            yield client

    return api


@pytest.mark.covers("R10", "R11")
def test_exported_parts_contain_every_vote_of_the_log_once(
    journey: Journey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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

    lines = list(parts(world, poll_id, "json"))
    pages = [ExportedVoteLog.model_validate_json(line) for line in lines]
    groups = [group for page in pages for group in page.groups]
    assert [(group.a, group.b) for group in groups] == [(int(row["a"]), int(row["b"])) for row in rows]
    assert sum(page.invalid for page in pages) == 0
    assert [line.count("\n") for line in lines] == [1] * len(lines)
    assert lines == list(parts(world, poll_id, "json")), "every export has the same hash chain"

    monkeypatch.setattr("cli.commands.export.results_api", organisers_api(world))
    file = tmp_path / "vote-log.jsonl"
    export(poll_id, file)
    assert file.read_text() == "".join(lines)
    export(poll_id, file)  # a second export is the same file
    code, printed = run_script(file)
    totals = f"poll {poll_id}, a {counted[Choice.A]}, b {counted[Choice.B]}, total {VOTES}"
    assert (code, printed) == (0, f"valid: {totals}; 0 invalid records\nlast hash: {pages[-1].chain}\n")
