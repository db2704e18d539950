#!/usr/bin/env python3
"""Verify an exported vote log and recount it: `python3 verify_vote_log.py FILE [EARLIER_EXPORT]`.

Needs only Python 3.9. It trusts only the votes in the file: it verifies the hash chain line by line, counts
every letter, and compares the counts with the totals in the last line, if the poll is over. With an earlier
export it also verifies that the later one starts with all of its lines.
Exit status: 0 if the file is valid, 1 if it is not.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Broken(Exception):
    """The file is not a valid vote log."""


def check(condition: object, message: str) -> None:
    """Raise Broken with the message unless the condition holds."""
    if not condition:
        raise Broken(message)


def read(path: str) -> "Iterator[tuple[int, dict[str, Any]]]":
    """Yield (number, content) of each line; raise Broken at a break in the hash chain."""
    chain = ""
    with Path(path).open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            check(line.endswith("\n"), f"line {number} is cut off")
            try:
                content = json.loads(line)
                claimed = content.pop("chain")
            except (ValueError, KeyError, AttributeError, TypeError):
                raise Broken(f"line {number} is not a line of a vote log") from None
            text = json.dumps(content, separators=(",", ":"), sort_keys=True)
            chain = hashlib.sha256((chain + text).encode()).hexdigest()
            check(claimed == chain, f"line {number} was changed, or a line before it was")
            yield number, content


def count(path: str) -> "tuple[str, int, int, Any]":
    """Return (poll id, votes for a, votes for b, the last line's content or None) of a valid file."""
    lines = read(path)
    _, header = next(lines, (0, {}))
    check(header.get("vote_log") == 1, "the first line is not the header of a vote log, version 1")
    a = b = groups = 0
    until, small, end = "", False, None
    for number, content in lines:
        check(end is None, f"line {number} follows the last line")
        if content.get("end"):
            end = content
            continue
        letters = str(content.get("votes", ""))
        groups += 1
        check(letters and set(letters) <= {"a", "b"}, f"line {number} holds no votes")
        check(letters == "".join(sorted(letters)), f"line {number} reveals the order of its votes")
        check(not small, f"the group before line {number} has too few votes: only the last group may")
        check(content.get("group") == groups, f"line {number} is not group {groups}")
        check(
            until <= content["from"] < content["until"],
            f"line {number} has an invalid time range",
        )
        until, small = content["until"], len(letters) < header["least_votes_in_a_group"]
        a, b = a + letters.count("a"), b + letters.count("b")
    check(end is not None or not small, "the last group has too few votes for an open poll")
    if end is not None:
        check(
            (end["a"], end["b"]) == (a, b),
            f"the last line states a {end['a']}, b {end['b']}; counted: a {a}, b {b}",
        )
    return header["poll_id"], a, b, end


def extends(later: str, earlier: str) -> bool:
    """Return whether a file begins with all of an earlier one."""
    with Path(later).open("rb") as longer, Path(earlier).open("rb") as shorter:
        return all(longer.readline() == line for line in shorter)


def say(text: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{text}\n")


def main(paths: "list[str]") -> int:
    """Verify the files, print the result and return the exit status."""
    if len(paths) not in {1, 2}:
        say(__doc__ or "")
        return 1
    try:
        poll_id, a, b, end = count(paths[0])
        for earlier in paths[1:]:
            count(earlier)
            check(extends(paths[0], earlier), f"{paths[0]} does not begin with all of {earlier}")
    except (Broken, OSError, KeyError, TypeError, UnicodeDecodeError) as error:
        say(f"NOT SOUND: {error}")
        return 1
    state = f"all votes; {end['invalid']} invalid records not counted" if end else "more votes may follow"
    say(f"sound: poll {poll_id}, a {a}, b {b}, total {a + b} ({state})")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
