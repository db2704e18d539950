"""The vote log export: anonymous, extended by later exports, and verified by the standalone script."""

import json
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from cli.commands.export import extends
from contracts.enums import Choice
from contracts.events import VoteCast
from contracts.ids import new_poll_id
from contracts.vote_log import VoteLogPage
from devkit.checkout import ROOT
from laptop.vote_log.export import LEAST, SETTLING, export_lines
from laptop.vote_log.reading import MINUTE, MinuteCounts

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SCRIPT = ROOT / "docs" / "verify_vote_log.py"
POLL = new_poll_id()
# The second and the choice of each vote: 60 votes over ten minutes, then two.
VOTES = [(second * 10, "ab"[second % 3 == 0]) for second in range(60)] + [(900, "a"), (901, "b")]


def counted(votes: Iterable[tuple[int, str]], *, sealed: bool) -> MinuteCounts:
    counts = MinuteCounts()
    events = tuple(
        VoteCast(poll_id=POLL, choice=Choice(choice), recorded_at=NOON + timedelta(seconds=second))
        for second, choice in votes
    )
    counts.add(
        VoteLogPage(poll_id=POLL, bucket=0, buckets=16, events=events, invalid=2, cursor=None, sealed=sealed,
                   closes_at=None)
    )  # fmt: skip
    return counts


def exported(path: Path, at: float, *, sealed: bool = False) -> Path:
    """Write the export of the votes up to `at` seconds after noon."""
    counts = counted([vote for vote in VOTES if vote[0] <= at], sealed=sealed)
    lines = export_lines(POLL, counts, NOON + timedelta(seconds=at))
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def verify(*files: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *map(str, files)], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.mark.covers("R10")
def test_the_script_counts_the_votes_of_a_sealed_log(tmp_path: Path) -> None:
    code, said = verify(exported(tmp_path / "all", 2000, sealed=True))
    assert code == 0, said
    assert "a 41, b 21, total 62 (all votes; 2 invalid records not counted)" in said


@pytest.mark.covers("R11")
def test_every_later_export_extends_every_earlier_one(tmp_path: Path) -> None:
    files = [exported(tmp_path / str(at), at) for at in range(0, 1100, 37)]
    files.append(exported(tmp_path / "end", 2000, sealed=True))
    for earlier, later in pairwise(files):
        assert extends(later, earlier)
        assert verify(later, earlier)[0] == 0
    assert len({file.read_text() for file in files}) > 3


def test_an_unsettled_minute_is_not_exported(tmp_path: Path) -> None:
    text = exported(tmp_path / "early", (MINUTE + MINUTE + SETTLING).total_seconds() - 1).read_text()
    assert 'votes":' not in text
    text = exported(tmp_path / "then", (MINUTE + MINUTE + SETTLING).total_seconds()).read_text()
    assert 'votes":' in text


@pytest.mark.covers("T29")
def test_no_line_reveals_the_time_of_a_vote(tmp_path: Path) -> None:
    for line in exported(tmp_path / "open", 1000).read_text().splitlines()[1:]:
        group = json.loads(line)
        assert len(group["votes"]) >= LEAST
        assert group["votes"] == "".join(sorted(group["votes"]))
        assert group["from"].endswith(":00.000Z")
        assert group["until"].endswith(":00.000Z")


@pytest.mark.covers("R10")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("aaab", "aabb"),
        ('"a":41', '"a":42'),
        ('"group":2', '"group":3'),
        ('"chain":"', '"chain":"0'),
    ],
)
def test_a_changed_vote_or_number_is_detected(tmp_path: Path, old: str, new: str) -> None:
    file = exported(tmp_path / "all", 2000, sealed=True)
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))
    code, said = verify(file)
    assert (code, said.split(":")[0]) == (1, "NOT SOUND")


def test_a_removed_or_truncated_line_is_detected(tmp_path: Path) -> None:
    file = exported(tmp_path / "all", 2000, sealed=True)
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:1] + lines[2:]))
    assert verify(file)[0] == 1
    file.write_text("".join(lines)[:-1])
    assert verify(file)[0] == 1
    file.write_text("")
    assert verify(file)[0] == 1


@pytest.mark.covers("T24", "R11")
def test_a_rewritten_earlier_export_is_detected(tmp_path: Path) -> None:
    earlier = exported(tmp_path / "earlier", 500)
    other = counted([(second, "b") for second, _ in VOTES], sealed=True)
    later = tmp_path / "later"
    later.write_text("".join(f"{line}\n" for line in export_lines(POLL, other, NOON)))
    assert verify(later)[0] == 0
    code, said = verify(later, earlier)
    assert code == 1
    assert "does not begin" in said


def test_an_invalid_file_is_rejected(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.write_text("a,b\n1,2\n")
    assert verify(foreign)[0] == 1
    assert verify(tmp_path / "missing")[0] == 1
    assert "verify_vote_log.py FILE" in verify()[1]
