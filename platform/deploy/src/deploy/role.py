"""Generates the IAM policies of the deploy role from the templates.

CloudFormation acts with the permissions of the identity that deploys. The schema of each resource type
lists the actions that it needs to create, read, update and delete such a resource.
"""

import json
from collections.abc import Iterable
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from devkit.checkout import ROOT
from stacks.service_authorization import needs_any_resource, spelling

from deploy.environment import EDGE_REGION, all_stacks

FOLDER: Final = ROOT / "docs/deploy-role"
LIMIT: Final = 6144
"""Characters of a managed policy, without white space."""

_CANARY: Final = {"AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup"}
"""The types that the transform adds with a canary."""
_POLICY_OF: Final = {
    "apigateway": "apis", "codedeploy": "functions", "cognito-idp": "apis", "dynamodb": "data",
    "iam": "functions", "kms": "data", "lambda": "functions", "s3": "buckets",
    "secretsmanager": "data", "sns": "data", "sqs": "data", "states": "functions",
    "logs": "observability", "cloudwatch": "observability",
    "cloudfront": "edge", "acm": "edge", "wafv2": "edge", "route53": "edge",
}  # fmt: skip
"""The services of the templates' resources; other services belong to options that no template uses."""
_SCOPE: Final = {
    "dynamodb": ("arn:aws:dynamodb:*:*:table/tot-*",),
    "iam": ("arn:aws:iam::*:role/tot-*",),
    "s3": ("arn:aws:s3:::tot-*",),
    "secretsmanager": ("arn:aws:secretsmanager:*:*:secret:tot-*",),
    "sns": ("arn:aws:sns:*:*:tot-*",),
    "sqs": ("arn:aws:sqs:*:*:tot-*",),
    "states": ("arn:aws:states:*:*:stateMachine:tot-*",),
}
"""Names that limit a service's actions. Other services name their resources by ids."""
_DATA_ACTIONS: Final = {
    "dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem",
    "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem", "dynamodb:ImportTable",
    "dynamodb:DescribeImport", "logs:PutLogEvents",
    "s3:DeleteObject", "s3:GetObject", "s3:GetObjectMetadata", "s3:GetObjectVersion", "s3:PutObjectAcl",
    "secretsmanager:GetSecretValue",
}  # fmt: skip
"""Actions on votes, images and keys: their options (imports, replicas) are in no template."""
_SERVICE_LINKED: Final = "iam:CreateServiceLinkedRole"
"""Its roles are named by AWS, not `tot-*`."""
_ARTEFACTS: Final = "arn:aws:s3:::aws-sam-cli-managed-default-*"


@cache
def policies() -> dict[str, dict[str, Any]]:
    """Return the managed policies of the role, by name."""
    needed = _actions(
        {body["Type"] for stack in all_stacks(ROOT) for body in stack.plain["Resources"].values()} | _CANARY
    )
    statements: dict[str, list[dict[str, Any]]] = {"deployments": list(_DEPLOYMENTS)}
    for service, group in groupby(sorted(needed - _DATA_ACTIONS), lambda action: action.split(":")[0]):
        actions = list(group)
        limited = [
            action
            for action in actions
            if service in _SCOPE and not needs_any_resource(action) and action != _SERVICE_LINKED
        ]
        for allowed, resources in ((limited, _SCOPE.get(service, ())), (set(actions) - set(limited), ("*",))):
            if allowed:
                statements.setdefault(_POLICY_OF[service], []).append(_allow(allowed, *resources))
    return {
        f"tot-deploy-{name}": {"Version": "2012-10-17", "Statement": found}
        for name, found in sorted(statements.items())
    }


def differing(folder: Path) -> list[str]:
    """Return the names of the documents that are not those of the templates."""
    wanted = {f"{name}.json": _text(policy) for name, policy in policies().items()}
    present = {path.name: path.read_text() for path in folder.glob("*.json")}
    return sorted(name for name in wanted | present if wanted.get(name) != present.get(name))


def write(folder: Path) -> None:
    """Write the documents, and delete others of the folder."""
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.json"):
        path.unlink()
    for name, policy in policies().items():
        (folder / f"{name}.json").write_text(_text(policy))


def _actions(types: set[str]) -> set[str]:
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # noqa: PLC0415 (slow to import)

    found: dict[str, str] = {}
    for kind in sorted(kind for kind in types if kind.startswith("AWS::")):
        handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema(EDGE_REGION, kind).schema.get("handlers", {})
        for handler in ("create", "read", "update", "delete"):
            for action in handlers.get(handler, {}).get("permissions", []):
                service, _, name = action.partition(":")
                if service.lower() in _POLICY_OF:
                    found.setdefault(action.lower(), spelling(f"{service.lower()}:{name}"))
    return set(found.values())


def _allow(actions: Iterable[str], *resources: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": sorted(actions), "Resource": list(resources)}


def _text(policy: dict[str, Any]) -> str:
    return json.dumps(policy, indent=1) + "\n"


_DEPLOYMENTS: Final = (
    _allow(
        (
            "cloudformation:CreateChangeSet", "cloudformation:CreateStack",
            "cloudformation:DeleteChangeSet", "cloudformation:DeleteStack",
            "cloudformation:DescribeChangeSet", "cloudformation:DescribeStackEvents",
            "cloudformation:DescribeStackResources", "cloudformation:DescribeStacks",
            "cloudformation:ExecuteChangeSet", "cloudformation:GetTemplate",
            "cloudformation:GetTemplateSummary", "cloudformation:ListStackResources",
            "cloudformation:TagResource", "cloudformation:UntagResource", "cloudformation:UpdateStack",
        ),
        "arn:aws:cloudformation:*:*:stack/tot-*",
        "arn:aws:cloudformation:*:*:stack/aws-sam-cli-managed-default/*",
        "arn:aws:cloudformation:*:aws:transform/Serverless-2016-10-31",
    ),
    _allow(("cloudformation:GetTemplateSummary", "cloudformation:ValidateTemplate"), "*"),
    # The artefacts: the SAM CLI makes the bucket and uploads, Lambda reads with the identity that deploys.
    _allow(
        (
            "s3:CreateBucket", "s3:GetBucketLocation", "s3:GetBucketPolicy", "s3:GetObject",
            "s3:ListBucket", "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock", "s3:PutBucketTagging",
            "s3:PutBucketVersioning", "s3:PutEncryptionConfiguration", "s3:PutObject",
        ),
        _ARTEFACTS,
        f"{_ARTEFACTS}/*",
    ),
    # The distribution's reference to the origin secret is resolved with the identity that deploys.
    _allow(("secretsmanager:GetSecretValue",), "arn:aws:secretsmanager:*:*:secret:tot-*-origin-*"),
    # The preflight, the zone of a domain, and its pending certificate.
    _allow(
        (
            "acm:ListCertificates", "lambda:GetAccountSettings", "route53:ChangeResourceRecordSets",
            "route53:GetChange", "route53:GetHostedZone", "route53:ListHostedZones",
            "route53:ListResourceRecordSets",
        ),
        "*",
    ),
)  # fmt: skip
