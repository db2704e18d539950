"""Organisers' accounts, one of each role: made once, passwords kept where only their owner can read them.

The owner is the organiser that every command signs in as; an editor and a viewer are there to try out what
they may not do.
"""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.roles import Role

from devstack.aws import client, outputs
from devstack.emulator.root_key import write_private
from devstack.failure import Failure
from devstack.instance import ENVIRONMENT, Instance

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


@dataclass(frozen=True)
class Organiser:
    """What to type on the sign-in page."""

    username: str
    password: str


def username(role: Role) -> str:
    """Return what the account of this role is called."""
    return "organiser" if role is Role.OWNER else str(role)


def load(instance: Instance, role: Role = Role.OWNER) -> Organiser | None:
    """Return the account made earlier, or None."""
    try:
        return Organiser(**json.loads(_file(instance, role).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def ensure(instance: Instance, role: Role = Role.OWNER) -> Organiser:
    """Return the account of this role, making or resetting it if the emulator does not know it."""
    cognito: CognitoIdentityProviderClient = client(instance, "cognito-idp")
    pool = outputs(instance, f"tot-{ENVIRONMENT}-platform").get("UserPoolId")
    if pool is None:
        raise Failure("The platform stack names no user pool.", "Its template needs the output UserPoolId.")
    organiser, name = load(instance, role), username(role)
    is_known = _exists(cognito, pool, name)
    if organiser is not None and is_known:
        return organiser
    # Every kind of character the pool's policy may ask for.
    organiser = Organiser(name, f"{secrets.token_urlsafe(18)}-aA1!")
    if not is_known:
        cognito.admin_create_user(
            UserPoolId=pool, Username=name, TemporaryPassword=organiser.password,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "email", "Value": f"{name}@example.com"},
                {"Name": "email_verified", "Value": "true"},
            ],
        )  # fmt: skip
    cognito.admin_set_user_password(
        UserPoolId=pool, Username=name, Password=organiser.password, Permanent=True
    )
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=role.value)
    write_private(_file(instance, role), json.dumps(asdict(organiser)))
    return organiser


def _file(instance: Instance, role: Role) -> Path:
    return instance.state / f"{username(role)}.json"


def _exists(cognito: "CognitoIdentityProviderClient", pool: str, name: str) -> bool:
    try:
        cognito.admin_get_user(UserPoolId=pool, Username=name)
    except cognito.exceptions.UserNotFoundException:
        return False
    return True
