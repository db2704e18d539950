"""Deletes an environment: its stacks in reverse order and, if asked, everything that they leave behind."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError, WaiterError
from devkit.failure import Failure
from devkit.progress import Progress
from stacks.catalogue import Stack

from deploy.environment import Environment
from deploy.live_stack import LiveStack, read_stack
from deploy.retained import NamedResource, delete, exists, named_resources

_ARTEFACTS: Final = "aws-sam-cli-managed-default"
"""The stack of the bucket that the SAM CLI makes, once per account and Region."""


@dataclass(frozen=True)
class Inventory:
    """The existing parts of an environment."""

    stacks: list[tuple[Stack, LiveStack]]
    """In the order of their deletion."""
    data: list[NamedResource]
    """The resources that stay when their stacks are deleted."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the environment exists."""
        return not self.stacks and not self.data

    def lines(self, *, everything: bool) -> Iterator[str]:
        """Yield the losses of a deletion, and the parts that stay."""
        if self.stacks:
            yield "These stacks are deleted, and the site stops for all voters:"
            yield from (f"  {live.name} ({live.status})" for _, live in self.stacks)
        if everything:
            yield "These resources are deleted with all votes, polls, results, members and keys, for ever:"
        else:
            yield "These resources stay, and a new environment of this name is refused while they exist:"
        yield from (f"  {one.kind} {one.name}" for one in self.data)
        if everything:
            yield "AWS keeps a backup of a deleted table with point-in-time recovery for 35 days."
        yield "The validation record of a certificate stays in the zone of its domain."


@dataclass(frozen=True)
class Destruction:
    """The deletion of one environment; after an interruption, a further run continues it."""

    environment: Environment
    progress: Progress
    poll_seconds: int = 10

    def inventory(self) -> Inventory:
        """Return the existing parts of the environment.

        Raises:
            Failure: another deployment is changing a stack.
        """
        environment = self.environment
        stacks = [
            (stack, live)
            for stack in reversed(environment.stacks)
            if (live := environment.read(stack)) is not None
        ]
        busy = [
            f"- {live.name} is in {live.status}. {live.remedy(environment.region_of(stack))}"
            for stack, live in stacks
            if live.status.endswith("_IN_PROGRESS") and live.status != "DELETE_IN_PROGRESS"
        ]
        if busy:
            raise Failure(f"{environment.name} cannot be deleted now. Nothing was changed.", "\n".join(busy))
        kept = [
            one
            for stack in environment.stacks
            for one in named_resources(environment, stack)
            if (one.is_retained or all(stack is not live for live, _ in stacks)) and exists(one)
        ]
        return Inventory(stacks, kept)

    def run(self, inventory: Inventory, *, everything: bool) -> None:
        """Delete the stacks, each after those that import from it, then the data if asked.

        Raises:
            Failure: CloudFormation could not delete a stack; with the resource and the reason.
        """
        for stack, live in inventory.stacks:
            with self.progress.doing(live.name) as step:
                step.note = "deleting"
                self._delete_stack(stack, live)
        if not everything:
            return
        for stack in self.environment.stacks:
            for one in named_resources(self.environment, stack):
                if exists(one):
                    with self.progress.doing(one.name) as step:
                        step.note = f"deleting {one.kind}"
                        delete(one)
            with self.progress.doing(f"artefacts of {stack.name}"):
                try:
                    self._delete_artefacts(stack)
                except ClientError as error:
                    raise Failure(f"The artefacts of {stack.name} were not deleted.", f"{error}") from error

    def _delete_stack(self, stack: Stack, live: LiveStack) -> None:
        cloudformation = self.environment.cloudformation(stack)
        try:
            cloudformation.delete_stack(StackName=live.name)
            cloudformation.get_waiter("stack_delete_complete").wait(
                StackName=live.name, WaiterConfig={"Delay": self.poll_seconds, "MaxAttempts": 360}
            )
        except (ClientError, WaiterError) as error:
            region = self.environment.region_of(stack)
            left = self.environment.read(stack)
            reasons = "\n".join(_failures(cloudformation, live.name)) or f"{error}"
            raise Failure(
                f"Stack {live.name} was not deleted; the stacks below it still exist.",
                f"{reasons}\n{left.remedy(region) if left else ''}\nThen run the same command again.",
            ) from error

    def _delete_artefacts(self, stack: Stack) -> None:
        import boto3  # noqa: PLC0415 (slow to import)

        region = self.environment.region_of(stack)
        shared = read_stack(boto3.client("cloudformation", region_name=region), _ARTEFACTS)
        if shared and (bucket := shared.outputs.get("SourceBucket")):
            prefix = f"{self.environment.config(stack).stack_name}/"
            boto3.resource("s3", region_name=region).Bucket(bucket).object_versions.filter(
                Prefix=prefix
            ).delete()


def _failures(cloudformation: Any, stack_name: str) -> Iterator[str]:
    try:
        events = cloudformation.describe_stack_events(StackName=stack_name)["StackEvents"]
    except ClientError:
        return
    for event in events:
        if event.get("ResourceStatus") == "DELETE_FAILED":
            yield f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
