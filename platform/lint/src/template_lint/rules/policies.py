"""Least privilege, data protection and secrets: roles, tables, environments."""

from collections.abc import Iterator
from typing import Any

from stacks.catalogue import Stack
from stacks.reference import as_list, statements, target, text_of
from stacks.service_authorization import needs_any_resource
from stacks.template import Json

from template_lint.findings import Fault


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


def table_requires_encryption_and_demand_billing(stack: Stack) -> Iterator[Fault]:
    """Require on-demand billing and encryption."""
    for name, properties in stack.properties("AWS::DynamoDB::Table").items():
        if properties.get("BillingMode") != "PAY_PER_REQUEST":
            yield name, "is not billed on demand"
        if properties.get("SSESpecification", {}).get("SSEEnabled") is not True:
            yield name, "is not encrypted"


def table_requires_data_protection(stack: Stack) -> Iterator[Fault]:
    """Require point-in-time recovery, retention and deletion protection."""
    for name, table in stack.resources("AWS::DynamoDB::Table").items():
        properties = table["Properties"]
        recovery = properties.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled")
        protection = properties.get("DeletionProtectionEnabled")
        asked = {
            "has no point-in-time recovery": recovery is True,
            "can be deleted in prod": protection in (True, {"Fn::If": ["IsProd", True, False]}),
            **_kept(table),
        }
        yield from ((name, fault) for fault, held in asked.items() if not held)


def bucket_requires_tls(stack: Stack) -> Iterator[Fault]:
    """Require a bucket policy that denies requests without TLS; the emulator, which has none, omits it."""
    policies = stack.properties("AWS::S3::BucketPolicy").values()
    protected = {target(policy["Bucket"]) for policy in policies if _denies_plain_http(policy)}
    for name in stack.resources("AWS::S3::Bucket"):
        if name not in protected:
            yield name, "may be read without TLS"


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
        if text == "*" and not needs_any_resource(action):
            yield f"allows {action} on everything"
        elif "*" in text and text != "*":
            yield f"allows {action} on {text}"


def _denies_plain_http(policy: Json) -> bool:
    return any(
        statement.get("Effect") == "Deny"
        and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
        for statement in as_list(policy["PolicyDocument"]["Statement"])
    )


def _kept(resource: Json) -> dict[str, bool]:
    return {
        "is deleted with its stack": str(resource.get("DeletionPolicy")).startswith("Retain"),
        "is deleted when it is replaced": resource.get("UpdateReplacePolicy") == "Retain",
    }


RULES = (
    role_policy_forbids_wildcards,
    bucket_requires_tls,
    table_requires_encryption_and_demand_billing,
    table_requires_data_protection,
    secret_and_user_pool_require_retention,
    function_environment_forbids_secrets,
)
