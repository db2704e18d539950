"""Remembers what each stack was deployed from; believes it only while the emulator shows that very stack."""

import json
from dataclasses import dataclass
from typing import Any, Self

from devstack.aws import client
from devstack.instance import ENVIRONMENT, Instance
from devstack.stacks.catalogue import Stack


@dataclass
class DeploymentRecord:
    """Fingerprints by service, each bound to the stack it made (the emulator may have lost that)."""

    instance: Instance
    entries: dict[str, dict[str, str]]

    @classmethod
    def load(cls, instance: Instance) -> Self:
        """Read the record; an absent one is empty."""
        try:
            entries = json.loads((instance.state / "deployed.json").read_text())
        except (FileNotFoundError, ValueError):
            entries = {}
        return cls(instance, entries)

    def is_current(self, stack: Stack, fingerprint: str, existing: dict[str, Any]) -> bool:
        """Tell whether the emulator's stack is what this fingerprint made."""
        found = existing.get(stack.name_in(ENVIRONMENT))
        if found is None or not found["StackStatus"].endswith(("CREATE_COMPLETE", "UPDATE_COMPLETE")):
            return False
        return self.entries.get(stack.service) == {"fingerprint": fingerprint, "stack": _state_of(found)}

    def remember(self, stack: Stack, fingerprint: str) -> None:
        """Write down that the stack now is what this fingerprint made."""
        found = existing_stacks(self.instance)[stack.name_in(ENVIRONMENT)]
        self.entries[stack.service] = {"fingerprint": fingerprint, "stack": _state_of(found)}
        (self.instance.state / "deployed.json").write_text(json.dumps(self.entries, indent=1))


def existing_stacks(instance: Instance) -> dict[str, Any]:
    """Return the emulator's stacks by name."""
    pages = client(instance, "cloudformation").get_paginator("describe_stacks").paginate()
    return {stack["StackName"]: stack for page in pages for stack in page["Stacks"]}


def _state_of(stack: dict[str, Any]) -> str:
    changed = stack.get("LastUpdatedTime") or stack["CreationTime"]
    return f"{stack['StackId']} {changed.isoformat()}"
