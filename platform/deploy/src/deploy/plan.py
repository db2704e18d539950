"""The plan of a deployment: which stacks change in which order, with which parameters and resources."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from stacks.catalogue import Stack

from deploy.live_stack import LiveStack

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

_CHANGE_SET: Final = re.compile(r"arn:\S+:changeSet/\S+")
_LOSES: Final = "!"
_SIGNS: Final = {"Add": "+", "Modify": "~", "Remove": _LOSES, "Import": "+"}


@dataclass(frozen=True)
class ResourceChange:
    """One resource that a deployment adds, modifies, replaces or removes."""

    action: str
    logical_id: str
    type: str
    replacement: str = ""

    @property
    def line(self) -> str:
        """The change in one line; an exclamation mark where a resource is removed or may be replaced."""
        replaces = self.replacement in {"True", "Conditional"}
        sign = _LOSES if replaces else _SIGNS.get(self.action, "?")
        how = {"True": ", replaced", "Conditional": ", perhaps replaced"}.get(self.replacement, "")
        return f"{sign} {self.action.lower()} {self.logical_id} ({self.type}{how})"


@dataclass(frozen=True)
class StackPlan:
    """The deployment of one stack. `before` holds the present values of parameters that change."""

    stack: str
    stack_name: str
    region: str
    action: Literal["create", "update", "unchanged"]
    parameters: dict[str, str]
    before: dict[str, str]
    changes: list[ResourceChange]

    def lines(self) -> Iterator[str]:
        """Yield the plan in words."""
        yield f"{self.stack}: {self.action} {self.stack_name} in {self.region}"
        if self.action == "create":
            yield "    " + " ".join(f"{name}={value}" for name, value in self.parameters.items())
            yield f"    {len(self.changes)} resources of the template"
            return
        for name, value in self.before.items():
            yield f"    {name}: {value or 'empty'} → {self.parameters[name] or 'empty'}"
        for change in self.changes:
            yield f"    {change.line}"


def plan_creation(stack: Stack, stack_name: str, region: str, parameters: dict[str, str]) -> StackPlan:
    """Return the plan of a stack that does not exist: CloudFormation cannot resolve its imports yet."""
    resources = stack.source.get("Resources", {})
    changes = [ResourceChange("Add", name, body["Type"]) for name, body in resources.items()]
    return StackPlan(stack.name, stack_name, region, "create", parameters, {}, changes)


def plan_update(
    stack: Stack, live: LiveStack, region: str, parameters: dict[str, str], changes: list[ResourceChange]
) -> StackPlan:
    """Return the plan of a stack that exists, from the resource changes of its change set."""
    before = {
        name: live.parameters.get(name, "")
        for name, value in parameters.items()
        if live.parameters.get(name) != value
    }
    action: Literal["update", "unchanged"] = "update" if changes else "unchanged"
    return StackPlan(stack.name, live.name, region, action, parameters, before, changes)


def take_changes(cloudformation: "CloudFormationClient", log: Path) -> list[ResourceChange]:
    """Return the changes of the change set that SAM reports in its log, if any, and delete it."""
    found = _CHANGE_SET.search(log.read_text(errors="replace"))
    if found is None:
        return []
    pages = cloudformation.get_paginator("describe_change_set").paginate(ChangeSetName=found.group())
    changes = [
        ResourceChange(
            change["Action"],
            change["LogicalResourceId"],
            change["ResourceType"],
            change.get("Replacement", ""),
        )
        for page in pages
        for one in page["Changes"]
        if (change := one.get("ResourceChange"))
    ]
    cloudformation.delete_change_set(ChangeSetName=found.group())
    return changes


def as_json(plans: list[StackPlan]) -> str:
    """Return the plans as JSON, in deploy order."""
    return json.dumps([asdict(plan) for plan in plans], indent=2)
