"""Phrases that the pages no longer use: each has a word that the reader's other tools use."""

from pathlib import Path
from typing import Final

SITE: Final = Path(__file__).resolve().parents[2] / "site"
PLAIN: Final = {
    "Take home": "Export",
    "Count again": "Recount",
    "Not counted again yet": "Not recounted yet",
    "counters and the votes agree": "counters and votes match",
    "Look for abuse": "Check for abuse",
    "Voted of those watching": "Turnout",
    "Votes a second": "Votes/s",
    "When shall it": "Schedule poll",
    "Set the end": "Set end time",
    "Not now": "Cancel",
    "typed as the time in": "Berlin time",
    "closes later now": "Closes at",
    "Make codes": "Generate codes",
    "Who holds a code": "Anyone with a code",
    "Invite somebody": "Invite a colleague",
    "Name to sign in with": "Username",
    "It stands in the": "Shown in the",
    "small letters": "lower-case letters",
    "Give role": "Change role",
    "wrote the draft": "created",
    "Nothing of yours was done": "Your change was not applied",
    "As everybody sees it": "You are not signed in",
    "that is shown here fits": "No match",
    "Picture of This": "Image of option A",
    "Picture of That": "Image of option B",
    "without voters<": "Anonymous vote log",
    "Your network has voted": "Someone on your network has already voted",
    "a sum first": "Checking that you are not a robot",
    "not a whole code": "Incomplete code",
    "Type your code first": "Enter your code first",
    "Only you see a draft": "Only organisers see a draft",
    "destroyed here and": "deleted everywhere",
}


def test_pages_use_the_words_of_the_readers_other_tools() -> None:
    found = [
        f"{path.relative_to(SITE)}: {old} (say: {plain})"
        for path in sorted(SITE.rglob("*"))
        if path.suffix in {".js", ".html", ".json"} and "vendor" not in path.parts
        for old, plain in PLAIN.items()
        if old in path.read_text(encoding="utf-8")
    ]
    assert found == []
