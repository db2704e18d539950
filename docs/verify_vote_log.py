#!/usr/bin/env python3
"""Verify an exported vote log and count its votes: `python3 verify_vote_log.py FILE`.

Needs only Python 3.9. FILE is a vote log in JSON, from the dashboard or by `./dev export POLL --to FILE`.
A vote log is exported once no vote can join it: every export of a poll has the same lines and last hash.

Each line of the file is a JSON object, one page of the vote log:

poll_id, result_visibility, hidden_from_public
        the same in each line
groups  [{"starts_at", "ends_at", "a", "b"}, ...], by time: the votes of whole minutes from starts_at until
        before ends_at, at least 10 in a group. If a line has fewer than 10 votes, they are one group for the
        time that the poll was open. Pages divide the votes by voters, so the minutes of two lines overlap.
invalid records of this page that are no vote; they are not counted
last    true in the last line, false in the others
chain   SHA-256 in hexadecimal of the line as JSON with sorted keys and without spaces, with the previous
        line's chain (64 zeros for the first line) in place of its own

The script verifies the hash chain, the groups and that no line is missing, and it counts the votes.
Exit status: 0 if the file is valid, 1 if it is not.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MIN_VOTES = 10


class Broken(Exception):
    """The file is not a valid vote log."""


def check(condition: object, message: str) -> None:
    """Raise Broken with the message unless the condition holds."""
    if not condition:
        raise Broken(message)


def read(path: str) -> "Iterator[tuple[int, dict[str, Any]]]":
    """Yield (number, content) of each line; raise Broken at a break in the hash chain."""
    chain = "0" * 64
    with Path(path).open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            check(line.endswith("\n"), f"line {number} is cut off")
            try:
                content = json.loads(line)
                claimed = content["chain"]
            except (ValueError, KeyError, TypeError):
                raise Broken(f"line {number} is not a line of a vote log") from None
            text = json.dumps({**content, "chain": chain}, separators=(",", ":"), sort_keys=True)
            chain = hashlib.sha256(text.encode()).hexdigest()
            check(claimed == chain, f"line {number} was changed, or a line before it was")
            yield number, content


def count(number: int, groups: "list[dict[str, Any]]") -> "tuple[int, int]":
    """Return (votes for a, votes for b) of a line; raise Broken if its groups are invalid."""
    until = ""
    for group in groups:
        votes = group["a"], group["b"]
        check(all(type(each) is int and each >= 0 for each in votes), f"line {number} has an invalid count")
        check(len(groups) == 1 or sum(votes) >= MIN_VOTES, f"line {number} has a group of too few votes")
        check(until <= group["starts_at"] < group["ends_at"], f"line {number} has an invalid time range")
        until = group["ends_at"]
    return sum(group["a"] for group in groups), sum(group["b"] for group in groups)


def verify(path: str) -> str:
    """Return the conclusion about a valid file; raise Broken for an invalid one."""
    a = b = invalid = 0
    before: dict[str, Any] = {}
    for number, line in read(path):
        check(not before.get("last"), f"line {number} follows the last line")
        check(before.get("poll_id", line["poll_id"]) == line["poll_id"], f"line {number} is of another poll")
        more_a, more_b = count(number, line["groups"])
        a, b, invalid, before = a + more_a, b + more_b, invalid + line["invalid"], line
    check(before.get("last") is True, "the last line is missing")
    return (
        f"valid: poll {before['poll_id']}, a {a}, b {b}, total {a + b}; {invalid} invalid records\n"
        f"last hash: {before['chain']}"
    )


def main(paths: "list[str]") -> int:
    """Verify the file, print the conclusion and return the exit status."""
    if len(paths) != 1:
        sys.stdout.write(f"{__doc__}\n")
        return 1
    try:
        conclusion = verify(paths[0])
    except (Broken, OSError, KeyError, TypeError, UnicodeDecodeError) as error:
        sys.stdout.write(f"INVALID: {error}\n")
        return 1
    sys.stdout.write(f"{conclusion}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
