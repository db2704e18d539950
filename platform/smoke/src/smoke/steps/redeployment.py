"""Step 12: every function's traffic is on its newest version, and deploying unchanged changes nothing."""

import secrets
from typing import Any, Final

from deploy.live_stack import LiveStack
from devkit.failure import Failure

from smoke.evidence import Evidence, NotApplicable, as_text

CAPABILITIES: Final = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
WORKING: Final = {"CREATE_PENDING", "CREATE_IN_PROGRESS"}
UNCHANGED: Final = ("didn't contain changes", "No updates are to be performed")


def redeployment(evidence: Evidence) -> str:
    """Check the aliases, and the change set of each stack with its own template and parameters."""
    aliases = _aliases(evidence)
    evidence.not_applicable.append(
        NotApplicable("the environment is deleted and made again", "the test deletes only its own traces")
    )
    if evidence.only_on_aws("deploying unchanged changes nothing", "the emulator compares no templates"):
        for service, stack in evidence.environment.stacks.items():
            _unchanged(evidence, service, stack)
    return f"{aliases} functions on their newest version"


def _aliases(evidence: Evidence) -> int:
    functions = evidence.environment.client("lambda")
    deployed = set(evidence.environment.resources("AWS::Lambda::Version").values())
    aliases = evidence.environment.resources("AWS::Lambda::Alias")
    for name, arn in aliases.items():
        function, _, alias = arn.rpartition(":")
        found = functions.get_alias(FunctionName=function, Name=alias)
        service = name.partition(".")[0]
        if weights := (found.get("RoutingConfig") or {}).get("AdditionalVersionWeights"):
            raise Failure(
                f"A canary is under way: {name} sends a part of its traffic to version {as_text(weights)}.",
                "Wait until the deployment in CodeDeploy has ended, then run the test again.",
            )
        if f"{function}:{found['FunctionVersion']}" not in deployed:
            raise Failure(
                f"{name} sends its traffic to version {found['FunctionVersion']}, which is not "
                "the deployed one: a canary was rolled back.",
                "CodeDeploy names the alarm that stopped it. "
                f"Correct the cause, then {evidence.environment.deploy_command(service)}",
            )
    return len(aliases)


def _unchanged(evidence: Evidence, service: str, stack: LiveStack) -> None:
    cloudformation = evidence.environment.client("cloudformation")
    at = {"StackName": stack.name, "ChangeSetName": f"smoke-{secrets.token_hex(4)}"}
    cloudformation.create_change_set(
        **at, UsePreviousTemplate=True, Capabilities=CAPABILITIES,
        Parameters=[
            {"ParameterKey": name, "UsePreviousValue": True} for name in stack.parameters
        ],
    )  # fmt: skip

    def made() -> dict[str, Any] | None:
        found: dict[str, Any] = cloudformation.describe_change_set(**at)
        return None if found["Status"] in WORKING else found

    try:
        found, _ = evidence.until(
            made, lambda: Failure(f"The change set of {service} was not made in time.", "Run the test again.")
        )
    finally:
        cloudformation.delete_change_set(**at)
    reason = found.get("StatusReason", "")
    if found["Status"] == "FAILED" and any(text in reason for text in UNCHANGED):
        return
    changed = [change["ResourceChange"]["LogicalResourceId"] for change in found.get("Changes", [])]
    raise Failure(
        f"Deploying {service} unchanged would change {as_text(changed) or 'the stack'}: "
        f"{reason or found['Status']}.",
        f"aws cloudformation detect-stack-drift --stack-name {stack.name} "
        f"--region {evidence.environment.region}",
    )
