"""All API documents by file name, and their comparison with the stored files."""

import json
import tomllib
from pathlib import Path
from typing import Any, Final

from devkit.checkout import ROOT
from stacks.catalogue import load_stacks

from api_documents.asyncapi import asyncapi
from api_documents.openapi import openapi
from api_documents.routes import served_routes

FOLDER: Final = ROOT / "docs" / "api"
API_VERSION: Final = "1"
"""The version of the frozen contracts; releases add to it."""


def documents() -> dict[str, str]:
    """Return the text of each document by its file name. Raises `NotDocumented`."""
    stacks = load_stacks()
    found = {"asyncapi.json": asyncapi(API_VERSION, stacks)}
    for stack in stacks:
        routes = served_routes(stack)
        if routes:
            project = _project(stack.code.parent)
            about = openapi(stack.name, project["description"], API_VERSION, routes)
            found[f"{stack.name}.openapi.json"] = about
    return {name: json.dumps(content, indent=2, ensure_ascii=False) + "\n" for name, content in found.items()}


def differing(folder: Path, wanted: dict[str, str]) -> list[str]:
    """Return the names of files that differ, are missing, or do not belong in the folder."""
    kept = {path.name: path.read_text() for path in folder.glob("*.json")}
    return sorted(name for name in kept.keys() | wanted.keys() if kept.get(name) != wanted.get(name))


def write(folder: Path, wanted: dict[str, str]) -> list[str]:
    """Update the folder; return the names of the changed files."""
    changed = differing(folder, wanted)
    folder.mkdir(parents=True, exist_ok=True)
    for name in changed:
        if name in wanted:
            (folder / name).write_text(wanted[name])
        else:
            (folder / name).unlink()
    return changed


def _project(folder: Path) -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    return project
