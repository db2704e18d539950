"""Organiser accounts, one per role, with passwords in files that only their owner can read.

Every command signs in as the owner; the editor and the viewer are for trying out their limits.
"""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.roles import Role
from devkit.failure import Failure

from laptop.aws import client, outputs
from laptop.emulator.root_key import write_private
from laptop.instance import ENVIRONMENT, Instance

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


@dataclass(frozen=True)
class Organiser:
    """The credentials of an organiser."""

    username: str
    password: str


def username(role: Role) -> str:
    """Return the user name of this role's account."""
    return "organiser" if role is Role.OWNER else str(role)


def load(instance: Instance, role: Role = Role.OWNER) -> Organiser | None:
    """Return the stored account, or `None`."""
    try:
        return Organiser(**json.loads(password_file(instance, role).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def ensure(instance: Instance, role: Role = Role.OWNER) -> Organiser:
    """Return the account of this role; create or reset it if the emulator does not know it."""
    cognito: CognitoIdentityProviderClient = client(instance, "cognito-idp")
    pool = outputs(instance, f"tot-{ENVIRONMENT}-platform").get("UserPoolId")
    if pool is None:
        raise Failure("The platform stack has no user pool.", "Its template needs the output UserPoolId.")
    organiser, name = load(instance, role), username(role)
    is_known = _exists(cognito, pool, name)
    if organiser is not None and is_known:
        return organiser
    # Contains every kind of character that the pool's policy may require.
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
    write_private(password_file(instance, role), json.dumps(asdict(organiser)))
    return organiser


def password_file(instance: Instance, role: Role) -> Path:
    """Return the file with the account of this role."""
    return instance.state / f"{username(role)}.json"


def _exists(cognito: "CognitoIdentityProviderClient", pool: str, name: str) -> bool:
    try:
        cognito.admin_get_user(UserPoolId=pool, Username=name)
    except cognito.exceptions.UserNotFoundException:
        return False
    return True
