"""The version of this checkout, from its newest tag."""

from functools import cache
from pathlib import Path
from typing import Final

from devkit.checkout import ROOT

from releases.changelog import released

BEFORE_ANY: Final = "0.0.0"


@cache
def version(root: Path = ROOT) -> str:
    """Return the version: `1.0.0` at the tag, `1.0.0+12.gabc1234` twelve commits later.

    `.dirty` follows if a tracked file has changed. A clone without tags, such as a shallow one, takes the
    number from the changelog's newest entry and does not count commits: `1.0.0+gabc1234`; an archive of the
    files reports `1.0.0+archive`.
    """
    known = next(iter(released(root / "docs" / "CHANGELOG.md")), BEFORE_ANY)
    from dunamai import Version  # noqa: PLC0415 (slow to import)

    # An archive may be unpacked inside of another repository.
    if not (root / ".git").exists():
        return f"{known}+archive"
    try:
        found = Version.from_git(path=root)
    except RuntimeError:  # git is missing, or there is no commit yet
        return f"{known}+archive"
    changed = ["dirty"] if found.dirty else []
    if found.base == BEFORE_ANY:
        return ".".join([f"{known}+g{found.commit}", *changed])
    since = [str(found.distance), f"g{found.commit}"] if found.distance else []
    return f"{found.base}{'+' if since or changed else ''}{'.'.join([*since, *changed])}"
