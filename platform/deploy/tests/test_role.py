"""The documented policies of the deploy role are those of the templates."""

import json
from pathlib import Path

from deploy.environment import all_stacks
from deploy.role import LIMIT, differing, policies, write
from devkit.checkout import ROOT
from stacks.service_authorization import document_faults

from .conftest import STACKS


def allowed() -> dict[str, set[str]]:
    """Return the resources of every allowed action."""
    found: dict[str, set[str]] = {}
    for policy in policies().values():
        for statement in policy["Statement"]:
            for action in statement["Action"]:
                found.setdefault(action, set()).update(statement["Resource"])
    return found


def test_outdated_and_extra_documents_are_named(tmp_path: Path) -> None:
    """`./dev check` compares those of the project."""
    write(tmp_path)
    assert differing(tmp_path) == []
    (tmp_path / "tot-deploy-apis.json").write_text("{}\n")
    (tmp_path / "other.json").touch()
    assert differing(tmp_path) == ["other.json", "tot-deploy-apis.json"]


def test_policies_fit_into_one_role() -> None:
    sizes = [len(json.dumps(policy, separators=(",", ":"))) for policy in policies().values()]
    assert max(sizes) <= LIMIT
    assert len(sizes) <= 10


def test_every_resource_type_can_be_created_and_deleted() -> None:
    actions = allowed()
    for kind, creates, deletes in (
        ("AWS::DynamoDB::Table", "dynamodb:CreateTable", "dynamodb:DeleteTable"),
        ("AWS::Lambda::Function", "lambda:CreateFunction", "lambda:DeleteFunction"),
        ("AWS::WAFv2::WebACL", "wafv2:CreateWebACL", "wafv2:DeleteWebACL"),
        ("AWS::CloudFront::Distribution", "cloudfront:CreateDistribution", "cloudfront:DeleteDistribution"),
    ):
        assert any(stack.resources(kind) for stack in all_stacks(ROOT))
        assert {creates, deletes} <= actions.keys()
    services = {action.split(":")[0] for action in actions}
    assert {"apigateway", "cognito-idp", "states", "sqs", "sns", "codedeploy", "route53", "acm"} < services


def test_role_reads_and_writes_neither_votes_nor_keys() -> None:
    actions = allowed()
    for action in ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Scan", "dynamodb:Query"):
        assert action not in actions
    assert actions["secretsmanager:GetSecretValue"] == {"arn:aws:secretsmanager:*:*:secret:tot-*-origin-*"}
    assert all("aws-sam-cli-managed-default" in resource for resource in actions["s3:GetObject"])


def test_roles_tables_and_secrets_of_other_systems_are_out_of_reach() -> None:
    unlimited = {"iam:CreateServiceLinkedRole", "sns:GetSubscriptionAttributes"}
    unlimited |= {"sns:SetSubscriptionAttributes", "sns:Unsubscribe"}
    for action, resources in allowed().items():
        if action.split(":")[0] in {"iam", "dynamodb", "sqs", "sns"} and action not in unlimited:
            assert all(":tot-" in one or "/tot-" in one for one in resources), action


def test_stacks_are_named_as_the_policies_expect() -> None:
    assert all(stack.name_in("dev").startswith("tot-") for stack in STACKS)


def test_every_known_action_of_the_role_has_an_effect() -> None:
    """CloudFormation's schemas also name actions that IAM does not know; those allow nothing."""
    # AWS's reference of actions omits the transform, which a change set of a SAM template needs.
    transform = "no action of the statement applies to arn:aws:cloudformation:*:aws:transform/"
    faults = [fault for policy in policies().values() for fault in document_faults(policy)]
    assert [
        fault
        for fault in faults
        if not fault.endswith("is no action of AWS") and not fault.startswith(transform)
    ] == []
