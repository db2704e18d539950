"""Reads stacks from CloudFormation, and explains each status in which a stack cannot be deployed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError
from devkit.failure import Failure

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

READY: Final = {
    "CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE",
}  # fmt: skip
"""The statuses from which a stack can be updated."""

_CREATION_FAILED: Final = (
    "Its creation failed and nothing of it is in use. Delete it, then deploy again",
    "delete-stack {at} && aws cloudformation wait stack-delete-complete {at}",
)
_REMEDIES: Final = {
    "CREATE_FAILED": _CREATION_FAILED,
    "ROLLBACK_COMPLETE": _CREATION_FAILED,
    "ROLLBACK_FAILED": _CREATION_FAILED,
    "DELETE_FAILED": (
        "Its deletion stopped; the remaining resources still exist. Remove the cause, then delete it again",
        "delete-stack {at} && aws cloudformation wait stack-delete-complete {at}",
    ),
    "UPDATE_FAILED": (
        "Its last update stopped halfway; old and new resources are in use. Roll it back",
        "rollback-stack {at} && aws cloudformation wait stack-rollback-complete {at}",
    ),
    "UPDATE_ROLLBACK_FAILED": (
        "Its last update could not be undone; the version before is in use, perhaps in part. "
        "Remove the cause, then continue the rollback",
        "continue-update-rollback {at} && aws cloudformation wait stack-rollback-complete {at}",
    ),
    "IMPORT_ROLLBACK_FAILED": (
        "An import could not be undone; the resources from before are in use. Look at its events",
        "describe-stack-events {at}",
    ),
}
_WAITERS: Final = {
    "CREATE": "create", "ROLLBACK": "rollback", "DELETE": "delete", "UPDATE": "update",
    "UPDATE_COMPLETE_CLEANUP": "update", "UPDATE_ROLLBACK": "rollback", "IMPORT": "import",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP": "rollback", "IMPORT_ROLLBACK": "rollback",
}  # fmt: skip


@dataclass(frozen=True)
class LiveStack:
    """A stack as CloudFormation describes it."""

    name: str
    status: str
    parameters: dict[str, str]
    outputs: dict[str, str]

    @property
    def is_ready(self) -> bool:
        """Whether the stack can be updated now."""
        return self.status in READY

    def remedy(self, region: str) -> str:
        """Return the effect of a status that is not ready, and the next command."""
        at = f"--stack-name {self.name} --region {region}"
        if self.status in _REMEDIES:
            effect, command = _REMEDIES[self.status]
            return f"{effect}:\n  aws cloudformation {command.format(at=at)}"
        action = self.status.removesuffix("_IN_PROGRESS")
        if action in _WAITERS:
            return (
                "Another deployment is changing it. Wait until it ends, then try again:\n"
                f"  aws cloudformation wait stack-{_WAITERS[action]}-complete {at}"
            )
        return f"Look at its events:\n  aws cloudformation describe-stack-events {at}"


def read_stack(cloudformation: "CloudFormationClient", name: str) -> LiveStack | None:
    """Return a stack, or None if it does not exist.

    A stack in REVIEW_IN_PROGRESS is a change set that was never executed: it has no resources.

    Raises:
        Failure: CloudFormation did not answer the question, such as access denied or throttling.
    """
    try:
        found = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        reason = error.response["Error"]
        if reason.get("Code") == "ValidationError" and "does not exist" in reason.get("Message", ""):
            return None
        raise _unread(name, error) from error
    except BotoCoreError as error:
        raise _unread(name, error) from error
    if found["StackStatus"] == "REVIEW_IN_PROGRESS":
        return None
    return LiveStack(
        name,
        found["StackStatus"],
        {one["ParameterKey"]: one["ParameterValue"] for one in found.get("Parameters", [])},
        {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])},
    )


def _unread(name: str, error: Exception) -> Failure:
    return Failure(
        f"The state of stack {name} is unknown: CloudFormation did not answer.",
        f"{error}\nNothing was deployed on this assumption. Try the same command again.",
    )
