"""Step 4: the organisers' sign-in with PKCE, and the roles that the admin API asks for."""

import secrets
from http import HTTPStatus
from typing import Any

from contracts.roles import Role
from contracts.stack_exports import Service
from devkit.failure import Failure
from laptop.seed.organiser import Organiser
from laptop.seed.sign_in import SignIn

from smoke.evidence import Evidence, expect


def sign_in(evidence: Evidence) -> str:
    """Sign in as two temporary accounts, an owner and one without a role; both are deleted at the end."""
    polls = "/admin/api/polls"
    expect(evidence, evidence.page().get(polls), HTTPStatus.UNAUTHORIZED, "list-polls")
    evidence.owner = evidence.page(Authorization=f"Bearer {_token(evidence, Role.OWNER)}")
    expect(evidence, evidence.owner.get(polls), HTTPStatus.OK, "list-polls")
    without_role = evidence.page(Authorization=f"Bearer {_token(evidence, None)}")
    expect(evidence, without_role.get(polls), HTTPStatus.FORBIDDEN, "list-polls")
    return "200 as owner, 403 without a role, 401 without a token"


def _token(evidence: Evidence, role: Role | None) -> str:
    environment, outputs = evidence.environment, evidence.environment.outputs(Service.PLATFORM)
    account = _create_account(evidence, environment.client("cognito-idp"), outputs["UserPoolId"], role)
    begun = SignIn(outputs["SignInUrl"], outputs["SignInClientId"], f"{environment.site}/admin/")
    try:
        return str(begun.tokens(account)["access_token"])
    except Failure as failure:
        raise Failure(
            f"{failure} The sign-in page is {outputs['SignInUrl']}.",
            f"Try {environment.site}/admin/ in a browser. A pool that requires MFA has no sign-in for this "
            f"test: run it with --read-only. {failure.advice.partition(';')[0]}.",
        ) from failure


def _create_account(evidence: Evidence, cognito: Any, pool: str, role: Role | None) -> Organiser:
    name = f"smoke-{secrets.token_hex(4)}"
    account = Organiser(name, f"{secrets.token_urlsafe(24)}-aA1!")
    cognito.admin_create_user(
        UserPoolId=pool, Username=name, TemporaryPassword=account.password, MessageAction="SUPPRESS",
        UserAttributes=[
            {"Name": "email", "Value": f"{name}@example.com"},
            {"Name": "email_verified", "Value": "true"},
        ],
    )  # fmt: skip
    evidence.undo.callback(cognito.admin_delete_user, UserPoolId=pool, Username=name)
    cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=account.password, Permanent=True)
    if role:
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=role.value)
    return account
