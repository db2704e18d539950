"""The steps of `./dev release`: one commit with the heading of the changelog and new digests, and its tag."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from devkit.checkout import ROOT
from devkit.failure import Failure
from devkit.progress import Progress
from packaging.version import Version

from releases import changelog, digests
from releases.git import run, version_tags

BRANCH: Final = "main"
_VERSION: Final = re.compile(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)){2}")


@dataclass(frozen=True)
class Release:
    """A new version of the checkout in `root`."""

    version: str
    root: Path = ROOT

    @property
    def changelog(self) -> Path:
        """The file of the changelog."""
        return self.root / "docs" / "CHANGELOG.md"

    @property
    def contracts(self) -> Path:
        """The folder of the contracts."""
        return self.root / "libs" / "contracts"

    def refuse_unless_ready(self) -> None:
        """Check version, branch, working tree and changelog, without a change.

        Raises:
            Failure: the first fault, with the next step.
        """
        if not _VERSION.fullmatch(self.version):
            raise Failure(
                f"{self.version} is not a version.",
                "Three numbers: 1.4.2 repairs, 1.5.0 adds, 2.0.0 needs a step by hand.",
                exit_status=2,
            )
        branch = run("branch", "--show-current", root=self.root)
        if branch != BRANCH:
            raise Failure(f"A release is made on {BRANCH}, not on {branch or 'a commit without branch'}.")
        if run("rev-parse", "--is-shallow-repository", root=self.root) == "true":
            raise Failure("This clone lacks older commits and tags.", "git fetch --unshallow --tags")
        if changed := run("status", "--porcelain", root=self.root):
            raise Failure("The working tree has changes that no commit contains.", changed)
        newest = next(iter(version_tags(self.root)), None)
        if newest and Version(self.version) <= Version(newest):
            raise Failure(f"{self.version} does not follow {newest}, the newest release.")
        if not changelog.unreleased_changes(self.changelog):
            raise Failure(
                "docs/CHANGELOG.md has no changes under Unreleased.",
                "Write them for the teams that deploy this: what changes for them, and which step they take.",
            )

    def publish(self, progress: Progress) -> None:
        """Write the heading and the digests, commit them and tag the commit. Pushes nothing.

        Raises:
            Failure: the release is refused, or a git command failed.
        """
        self.refuse_unless_ready()
        with progress.doing("changelog") as step:
            changelog.write_heading(self.version, self.changelog)
            step.note = self.version
        with progress.doing("frozen contracts") as step:
            step.note = f"{len(digests.freeze(self.contracts))} new files"
        with progress.doing("commit and tag") as step:
            files = self.changelog, self.contracts / "released.sha256"
            run("add", "--", *(str(path) for path in files), root=self.root)
            run("commit", "--quiet", "--message", f"Release {self.version}", root=self.root)
            text = f"Release {self.version}\n\n{changelog.notes(self.version, self.changelog)}"
            run(
                "tag",
                "--annotate",
                f"v{self.version}",
                "--cleanup=verbatim",
                "--message",
                text,
                root=self.root,
            )
            step.note = f"v{self.version}"
