#!/usr/bin/env python3
"""Check an exported vote log of votes, and count it again: `python3 verify_vote_log.py FILE
[EARLIER_EXPORT]`.

Needs Python 3.9 and nothing else. It believes nothing in the file but the votes themselves: it follows the
chain of hashes line by line, counts every letter, and compares that with the totals in the last line, if the
poll is over. With an earlier export it also checks that the later one only added to it.
Exit status: 0 all holds, 1 something does not.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Broken(Exception):
    """The file is not what it claims to be."""


def check(condition: object, message: str) -> None:
    """Raise Broken with the message unless the condition holds."""
    if not condition:
        raise Broken(message)


def read(path: str) -> "Iterator[tuple[int, dict[str, Any]]]":
    """Yield (number, content) of each line whose hash follows from the line before and its own content."""
    chain = ""
    with Path(path).open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            check(line.endswith("\n"), f"line {number} is cut off")
            try:
                content = json.loads(line)
                claimed = content.pop("chain")
            except (ValueError, KeyError, AttributeError, TypeError):
                raise Broken(f"line {number} is no line of a vote log") from None
            text = json.dumps(content, separators=(",", ":"), sort_keys=True)
            chain = hashlib.sha256((chain + text).encode()).hexdigest()
            check(claimed == chain, f"line {number} was changed, or a line before it was")
            yield number, content


def count(path: str) -> "tuple[str, int, int, Any]":
    """Return (poll id, votes for a, votes for b, the last line's content or None) of a sound file."""
    lines = read(path)
    _, header = next(lines, (0, {}))
    check(header.get("vote_log") == 1, "the first line is not that of a vote log, version 1")
    a = b = groups = 0
    until, small, end = "", False, None
    for number, content in lines:
        check(end is None, f"line {number} stands behind the end")
        if content.get("end"):
            end = content
            continue
        letters = str(content.get("votes", ""))
        groups += 1
        check(letters and set(letters) <= {"a", "b"}, f"line {number} holds no votes")
        check(letters == "".join(sorted(letters)), f"line {number} tells the order of its votes")
        check(not small, f"the group before line {number} is too small to stand between others")
        check(content.get("group") == groups, f"line {number} is not group {groups}")
        check(until <= content["from"] < content["until"], f"line {number} is out of its time")
        until, small = content["until"], len(letters) < header["least_votes_in_a_group"]
        a, b = a + letters.count("a"), b + letters.count("b")
    check(end is not None or not small, "the last group is too small while votes may still come")
    if end is not None:
        check(
            (end["a"], end["b"]) == (a, b),
            f"the end claims a {end['a']}, b {end['b']}; there are a {a}, b {b}",
        )
    return header["poll_id"], a, b, end


def extends(later: str, earlier: str) -> bool:
    """Tell whether a file begins with all of an earlier one."""
    with Path(later).open("rb") as longer, Path(earlier).open("rb") as shorter:
        return all(longer.readline() == line for line in shorter)


def say(text: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{text}\n")


def main(paths: "list[str]") -> int:
    """Check the files and say what they hold."""
    if len(paths) not in {1, 2}:
        say(__doc__ or "")
        return 1
    try:
        poll_id, a, b, end = count(paths[0])
        for earlier in paths[1:]:
            count(earlier)
            check(extends(paths[0], earlier), f"{paths[0]} does not begin with {earlier}: it was rewritten")
    except (Broken, OSError, KeyError, TypeError, UnicodeDecodeError) as error:
        say(f"NOT SOUND: {error}")
        return 1
    state = f"all votes, and {end['invalid']} invalid records aside" if end else "votes may still come"
    say(f"sound: poll {poll_id}, a {a}, b {b}, total {a + b} ({state})")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
