"""The release before this commit, and the templates of a checkout."""

from pathlib import Path
from typing import Final

from devkit.checkout import ROOT
from devkit.failure import Failure
from stacks.template import Json, read_template

from releases.git import has, version_tags

FIRST: Final = "f174e583dfbbd3f213b262d76c707000a20e464b"  # pragma: allowlist secret
"""Stands for the previous release until there is a tag."""

ADVICE: Final = "The clone lacks the previous release: git fetch --unshallow --tags"


def previous_release(root: Path = ROOT) -> str | None:
    """Return the revision of the newest release before this commit; None if the clone lacks it."""
    try:
        tags = version_tags(root, until="HEAD~")
    except Failure:
        return None
    revision = f"v{tags[0]}" if tags else FIRST
    return revision if has(revision, root) else None


def templates_of(checkout: Path) -> dict[str, Json]:
    """Return the templates of a checkout by the names of its stacks, also that of the edge."""
    patterns = "platform/template.yaml", "platform/*/template.yaml", "services/*/template.yaml"
    found = (path for pattern in patterns for path in sorted(checkout.glob(pattern)))
    return {path.parent.name: read_template(path) for path in found}
