"""The status of the running stack, for `dev status`."""

from dataclasses import asdict, dataclass
from typing import Any

import httpx
from contracts.roles import Role

from laptop.deployment_record import existing_stacks
from laptop.emulator.root_key import PROFILE
from laptop.instance import ENVIRONMENT, Instance
from laptop.lan.certificate import authority_fingerprint
from laptop.seed import demo_poll, organiser


@dataclass(frozen=True)
class Readiness:
    """The status of one instance; `dev status --json` prints `as_json`."""

    instance: Instance
    ready: bool
    active_poll: dict[str, Any] | None
    stacks: list[dict[str, str]]

    def as_json(self) -> dict[str, Any]:
        """Return the addresses, accounts, active poll and stacks."""
        accounts = {role: organiser.load(self.instance, role) for role in reversed(Role)}
        known = {role: asdict(account) for role, account in accounts.items() if account}
        return {
            "ready": self.ready,
            "site": f"{self.instance.site}/",
            "admin": f"{self.instance.site}/admin/",
            "websocket": self.instance.websocket,
            "lan": _lan(self.instance),
            "aws_endpoint_url": self.instance.endpoint,
            "aws_credentials_file": str(self.instance.credentials_file),
            "aws_profile": PROFILE,
            "organiser": known.get(Role.OWNER),
            "organisers": known,
            "active_poll": self.active_poll,
            "stacks": self.stacks,
        }


def _release_of(stack: dict[str, Any]) -> str:
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}
    return str(outputs.get("Release", "unknown"))


def _lan(instance: Instance) -> dict[str, str] | None:
    if instance.lan_site is None:
        return None
    return {
        "site": f"{instance.lan_site}/",
        "authority_file": str(instance.lan_authority_file),
        "authority_sha256": authority_fingerprint(instance),
    }


def read_status(instance: Instance) -> Readiness:
    """Read the status of the running instance."""
    stacks = [
        {
            "name": name,
            "status": stack["StackStatus"],
            "release": _release_of(stack),
            "changed": (stack.get("LastUpdatedTime") or stack["CreationTime"]).isoformat(),
        }
        for name, stack in sorted(existing_stacks(instance).items())
        if name.startswith(f"tot-{ENVIRONMENT}-")
    ]
    try:
        poll = demo_poll.active_poll(instance)
    except (httpx.HTTPError, ValueError):
        return Readiness(instance, False, None, stacks)
    return Readiness(instance, instance.is_ready(), poll.model_dump(mode="json") if poll else None, stacks)
