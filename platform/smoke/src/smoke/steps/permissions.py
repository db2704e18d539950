"""Step 11: denials per role, the invitation of a member, and the origin secret's values."""

import secrets
from http import HTTPStatus
from typing import Final

import httpx
from contracts.members import InviteMember
from contracts.roles import Role
from devkit.failure import Failure

from smoke.environment import Environment
from smoke.evidence import Evidence, as_text, expect
from smoke.steps.stacks import origin_secret

CHANGES_OF_VOTES: Final = ("dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:DeleteTable")
FOR_NO_ROLE: Final = (
    "iam:CreateUser", "iam:PutRolePolicy", "secretsmanager:PutSecretValue", "lambda:UpdateFunctionCode",
)  # fmt: skip


def permissions(evidence: Evidence) -> str:
    """Check that no role may change votes or permissions, that a member can be invited, and the secret."""
    _secret_values(evidence)
    if evidence.owner is not None:
        _invitation(evidence, evidence.owner)
    if evidence.only_on_aws("IAM denies each role what it must not do", "the emulator simulates no policies"):
        return f"{_denials(evidence.environment)} roles, invitation, origin secret"
    return "invitation, origin secret"


def _secret_values(evidence: Evidence) -> None:
    """Send each value of the origin secret as the distribution does during a rotation, and a wrong one."""
    secret = origin_secret(evidence.environment)
    values = {name: secret.get(name, "") for name in ("current", "previous")}
    wanted = {value: HTTPStatus.OK for value in values.values() if value}
    client = evidence.past_the_edge()
    for value, status in (wanted | {"wrong": HTTPStatus.FORBIDDEN}).items():
        answer = client.get("/polls/active", headers={"X-Origin-Verify": value})
        if answer.status_code != status:
            which = next((name for name, known in values.items() if known == value), "a wrong value")
            raise Failure(
                f"The API answers {answer.status_code} to {which} of the origin secret, not {status:d}.",
                "Functions read a new value within five minutes; see the runbook, Rotating a secret",
            )


def _invitation(evidence: Evidence, owner: httpx.Client) -> None:
    name = f"smoke-{secrets.token_hex(4)}"
    # The mailbox simulator of SES accepts the invitation, so no person gets an e-mail.
    invited = InviteMember(name=name, email=f"success+{name}@simulator.amazonses.com", role=Role.VIEWER)
    body = invited.model_dump(mode="json", exclude_none=True)
    expect(evidence, owner.post("/admin/api/members", json=body), HTTPStatus.CREATED, "invite-member")
    try:
        evidence.until(
            lambda: True if name in owner.get("/admin/api/members").text else None,
            lambda: Failure(
                "The invited member is not in the list of members.",
                evidence.environment.logs_command("list-members"),
            ),
        )
    finally:
        removed = owner.delete(f"/admin/api/members/{name}")
    expect(evidence, removed, HTTPStatus.NO_CONTENT, "remove-member")


def _denials(environment: Environment) -> int:
    iam = environment.client("iam")
    table = environment.resources("AWS::DynamoDB::Table")["vote-service.VotesLogTable"]
    described = environment.client("dynamodb").describe_table(TableName=table)["Table"]["TableArn"]
    roles = environment.resources("AWS::IAM::Role")
    for name, role in roles.items():
        arn = iam.get_role(RoleName=role)["Role"]["Arn"]
        for actions, resource in ((CHANGES_OF_VOTES, described), (FOR_NO_ROLE, "*")):
            answer = iam.simulate_principal_policy(
                PolicySourceArn=arn, ActionNames=list(actions), ResourceArns=[resource]
            )
            allowed = [
                result["EvalActionName"]
                for result in answer["EvaluationResults"]
                if result["EvalDecision"] == "allowed"
            ]
            if allowed:
                raise Failure(
                    f"The role {name} is allowed {as_text(allowed)}.",
                    "Remove it from the role's policy; a policy attached by hand shows in "
                    f"`aws iam list-attached-role-policies --role-name {role}`",
                )
    return len(roles)
