"""Records the inputs of each deployed stack; valid only while the emulator has that very stack."""

import json
from dataclasses import dataclass
from typing import Any, Self

from stacks.catalogue import Stack

from laptop.aws import client
from laptop.instance import ENVIRONMENT, Instance


@dataclass
class DeploymentRecord:
    """Fingerprints by service, each with the stack that was deployed from it."""

    instance: Instance
    entries: dict[str, dict[str, str]]

    @classmethod
    def load(cls, instance: Instance) -> Self:
        """Read the record; a missing or unreadable file is an empty record."""
        try:
            entries = json.loads((instance.state / "deployed.json").read_text())
        except (FileNotFoundError, ValueError):
            entries = {}
        return cls(instance, entries)

    def is_current(self, stack: Stack, fingerprint: str, existing: dict[str, Any]) -> bool:
        """Return whether the emulator's stack was deployed from this fingerprint."""
        found = existing.get(stack.name_in(ENVIRONMENT))
        if found is None or not found["StackStatus"].endswith(("CREATE_COMPLETE", "UPDATE_COMPLETE")):
            return False
        return self.entries.get(stack.name) == {"fingerprint": fingerprint, "stack": _state_of(found)}

    def remember(self, stack: Stack, fingerprint: str) -> None:
        """Record that the stack was deployed from this fingerprint."""
        found = existing_stacks(self.instance)[stack.name_in(ENVIRONMENT)]
        self.entries[stack.name] = {"fingerprint": fingerprint, "stack": _state_of(found)}
        (self.instance.state / "deployed.json").write_text(json.dumps(self.entries, indent=1))


def existing_stacks(instance: Instance) -> dict[str, Any]:
    """Return the emulator's stacks by name."""
    pages = client(instance, "cloudformation").get_paginator("describe_stacks").paginate()
    return {stack["StackName"]: stack for page in pages for stack in page["Stacks"]}


def _state_of(stack: dict[str, Any]) -> str:
    changed = stack.get("LastUpdatedTime") or stack["CreationTime"]
    return f"{stack['StackId']} {changed.isoformat()}"
