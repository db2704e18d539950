"""Git, as far as releases need it: the tags of versions, and the files of a revision."""

import subprocess
import tarfile
from io import BytesIO
from pathlib import Path
from typing import Final

from devkit.checkout import ROOT
from devkit.failure import Failure

_TAGS: Final = "v[0-9]*.[0-9]*.[0-9]*"


def run(*arguments: str, root: Path = ROOT) -> str:
    """Return the output of a git command.

    Raises:
        Failure: git is missing, or the command failed.
    """
    return _run(arguments, root).decode().strip()


def version_tags(root: Path = ROOT, until: str = "HEAD") -> list[str]:
    """Return the versions that have a tag in the history of a revision, the newest first."""
    found = run("tag", "--merged", until, "--sort=-version:refname", "--list", _TAGS, root=root)
    return [tag.removeprefix("v") for tag in found.split()]


def has(revision: str, root: Path = ROOT) -> bool:
    """Return whether the clone contains a revision: an archive and a shallow clone lack older ones."""
    try:
        run("rev-parse", "--quiet", "--verify", f"{revision}^{{commit}}", root=root)
    except Failure:
        return False
    return True


def extract(revision: str, folder: Path, *paths: str, root: Path = ROOT) -> Path:
    """Write the files of a revision into a folder, all of them or those below `paths`; return the folder."""
    archive = _run(("archive", "--format=tar", revision, *paths), root)
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    return folder


def _run(arguments: tuple[str, ...], root: Path) -> bytes:
    try:
        done = subprocess.run(("git", *arguments), cwd=root, capture_output=True, check=False)
    except OSError as error:
        raise Failure("git is missing.", str(error)) from error
    if done.returncode:
        raise Failure(f"`git {' '.join(arguments)}` failed.", done.stderr.decode(errors="replace"))
    return done.stdout
