"""Reads a service's samconfig.toml: its environments and their parameter values."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, cast

from devkit.failure import Failure


@dataclass(frozen=True)
class SamConfig:
    """One environment's section of one service's samconfig.toml."""

    path: Path
    stack_name: str
    region: str | None
    parameters: dict[str, str]

    @classmethod
    def read(cls, folder: Path, environment: str) -> Self:
        """Read the section of an environment.

        Raises:
            Failure: the file or section does not exist, or has no stack name.
        """
        path = folder / "samconfig.toml"
        if not path.exists():
            raise Failure(
                f"{folder.name} has no samconfig.toml.", "It holds the settings for a deployment to AWS."
            )
        content = tomllib.loads(path.read_text())
        known = [name for name, section in content.items() if isinstance(section, dict) and name != "default"]
        if environment not in known:
            raise Failure(
                f"{path.name} of {folder.name} has no environment {environment}.",
                f"Environments: {', '.join(known)}.",
            )
        shared, own = (_parameters(content.get(name, {})) for name in ("default", environment))
        merged = shared | own
        if "stack_name" not in merged:
            raise Failure(
                f"{path} has no stack name for {environment}.", "Add stack_name to its deploy parameters."
            )
        return cls(
            path,
            merged["stack_name"],
            merged.get("region"),
            _overrides(merged.get("parameter_overrides", "")),
        )


def _parameters(section: dict[str, Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for command in ("global", "deploy"):
        merged |= cast("dict[str, Any]", section.get(command, {}).get("parameters", {}))
    return merged


def _overrides(value: str | list[str]) -> dict[str, str]:
    pairs = value.split() if isinstance(value, str) else value
    return {name: text.strip("'\"") for name, _, text in (pair.partition("=") for pair in pairs)}
