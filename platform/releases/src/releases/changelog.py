"""The changelog, `docs/CHANGELOG.md` in the form of Keep a Changelog."""

import re
from pathlib import Path
from typing import Any, Final

import keepachangelog
from devkit.checkout import ROOT
from packaging.version import Version

CHANGELOG: Final = ROOT / "docs" / "CHANGELOG.md"
UNRELEASED: Final = "unreleased"


def released(path: Path = CHANGELOG) -> list[str]:
    """Return the versions of the released entries, in the order of the file: the newest first."""
    return list(keepachangelog.to_dict(str(path)))


def unreleased_changes(path: Path = CHANGELOG) -> dict[str, Any]:
    """Return the changes under `Unreleased` by category; empty if there are none."""
    found: dict[str, Any] = keepachangelog.to_dict(str(path), show_unreleased=True).get(UNRELEASED, {})
    return {category: changes for category, changes in found.items() if category != "metadata" and changes}


def notes(version: str, path: Path = CHANGELOG, folder: str = "") -> str:
    """Return the text of a released entry, with relative links below `folder`. Raises `KeyError`."""
    text: str = keepachangelog.to_raw_dict(str(path))[version]["raw"]
    return re.sub(r"\]\((?!\w+:)", f"]({folder}", text)


def write_heading(version: str, path: Path = CHANGELOG) -> None:
    """Move the changes under `Unreleased` under the version's own heading, with the date of today."""
    keepachangelog.release(str(path), new_version=version)


def faults(entries: list[str], tags: list[str]) -> list[str]:
    """Return the differences between released entries and version tags.

    A clone without tags shows nothing, so it has no fault.
    """
    found = [f"CHANGELOG.md has no entry for the tag v{tag}" for tag in tags if tag not in entries]
    if entries != sorted(entries, key=Version, reverse=True):
        found.append("CHANGELOG.md does not list the newest release first")
    if tags and entries and Version(entries[0]) > max(map(Version, tags)):
        found.append(f"CHANGELOG.md releases {entries[0]}, which has no tag: write it under Unreleased")
    return found
