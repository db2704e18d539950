"""Least privilege, data protection and secrets: roles, tables, environments."""

from collections.abc import Iterator
from typing import Any, Final

from stacks.catalogue import Stack
from stacks.reference import as_list, statements, text_of
from stacks.template import Json

from template_lint.findings import Fault

# Actions without resource-level permissions, which require "*". This list may only shrink.
WITHOUT_RESOURCE: Final = frozenset({
    "dynamodb:ListStreams",
    "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
})  # fmt: skip
# Tables with only short-lived data (up to two hours) that can be re-created. This list may only shrink.
EPHEMERAL: Final = frozenset({"WebSocketConnections"})
# Services with resources that are created at run time, so that a part of the name must be "*".
NAMED_AT_RUN_TIME: Final = frozenset({"execute-api", "s3", "scheduler", "dynamodb:Query"})


def role_policy_forbids_wildcards(stack: Stack) -> Iterator[Fault]:
    """Forbid `*` in actions, and in resources unless the action has no resource-level permissions."""
    for name, role in stack.properties("AWS::IAM::Role").items():
        for statement in statements(role):
            if statement["Effect"] != "Allow":
                continue
            if "NotAction" in statement or "NotResource" in statement:
                yield name, "allows by exception (NotAction, NotResource)"
            for action in as_list(statement.get("Action", [])):
                yield from (
                    (name, fault) for fault in _faults(action, as_list(statement.get("Resource", [])))
                )


def table_requires_data_protection(stack: Stack) -> Iterator[Fault]:
    """Require on-demand billing, encryption, point-in-time recovery, retention and deletion protection."""
    for name, table in stack.resources("AWS::DynamoDB::Table").items():
        properties = table["Properties"]
        recovery = properties.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled")
        protection = properties.get("DeletionProtectionEnabled")
        asked = {
            "is not billed on demand": properties.get("BillingMode") == "PAY_PER_REQUEST",
            "is not encrypted": properties.get("SSESpecification", {}).get("SSEEnabled") is True,
        }
        if name not in EPHEMERAL:
            asked |= {
                "has no point-in-time recovery": recovery is True,
                "can be deleted in prod": protection in (True, {"Fn::If": ["IsProd", True, False]}),
                **_kept(table),
            }
        yield from ((name, fault) for fault, held in asked.items() if not held)


def secret_and_user_pool_require_retention(stack: Stack) -> Iterator[Fault]:
    """Require secrets, which voter tokens depend on, and the user pool to outlive their stack."""
    for kind in ("AWS::SecretsManager::Secret", "AWS::Cognito::UserPool"):
        for name, resource in stack.resources(kind).items():
            yield from ((name, fault) for fault, held in _kept(resource).items() if not held)


def function_environment_forbids_secrets(stack: Stack) -> Iterator[Fault]:
    """Allow a secret's ARN in a function's environment, never its value."""
    for name, function in stack.properties("AWS::Lambda::Function").items():
        for variable, value in function.get("Environment", {}).get("Variables", {}).items():
            if "resolve:secretsmanager" in text_of(value) or "resolve:ssm-secure" in text_of(value):
                yield name, f"{variable} contains a secret"
            elif "SECRET" in variable and not variable.endswith("_ARN"):
                yield name, f"{variable} is not the ARN of a secret"


def _faults(action: str, resources: list[Any]) -> Iterator[str]:
    if "*" in action:
        yield f"allows {action}"
    for resource in resources:
        text = text_of(resource)
        if text == "*" and action not in WITHOUT_RESOURCE:
            yield f"allows {action} on everything"
        elif (
            "*" in text and text != "*" and not {action, action.split(":", maxsplit=1)[0]} & NAMED_AT_RUN_TIME
        ):
            yield f"allows {action} on {text}"


def _kept(resource: Json) -> dict[str, bool]:
    return {
        "is deleted with its stack": str(resource.get("DeletionPolicy")).startswith("Retain"),
        "is deleted when it is replaced": resource.get("UpdateReplacePolicy") == "Retain",
    }


RULES = (
    role_policy_forbids_wildcards,
    table_requires_data_protection,
    secret_and_user_pool_require_retention,
    function_environment_forbids_secrets,
)
