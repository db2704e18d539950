"""Change detection: one hash over all inputs of a stack decides whether to build and deploy it again."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stacks.catalogue import Stack
from stacks.template import code_folders

# Files that are in no artifact and no template.
SKIPPED: Final = {"tests", "__pycache__", ".aws-sam", ".pytest_cache", "README.md"}


NOT_BUILT: Final = "Release"
"""The parameter that only a stack's output shows: a new version by itself changes no stack."""


def fingerprint(stack: Stack, parameters: dict[str, str], root: Path) -> str:
    """Return the hash of a stack's template, code, shared code, dependencies, recipe and parameters."""
    digest = hashlib.sha256(_text_of(parameters))
    for path in sorted(set(_inputs(stack, root))):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(root)} {content}\n".encode())
    return digest.hexdigest()


def build_id(parameters: dict[str, str]) -> str:
    """Return BUILD_ID for the build recipe: changed parameters publish new versions of the functions."""
    return hashlib.sha256(_text_of(parameters)).hexdigest()


def _text_of(parameters: dict[str, str]) -> bytes:
    built = {name: value for name, value in parameters.items() if name != NOT_BUILT}
    return json.dumps(built, sort_keys=True).encode()


def _inputs(stack: Stack, root: Path) -> Iterator[Path]:
    yield from (path for path in stack.folder.iterdir() if path.is_file() and path.name not in SKIPPED)
    for folder in code_folders(stack.source):
        yield from _files(stack.folder / folder)
    for shared in ("libs/contracts/src", "platform/chassis/src", "platform/build"):
        yield from _files(root / shared)
    yield root / "uv.lock"


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not SKIPPED.intersection(path.relative_to(folder).parts):
            yield path
