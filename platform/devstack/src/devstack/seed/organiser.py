"""The organiser's account: made once, its random password kept where only its owner can read it."""

import json
import os
import secrets
from dataclasses import asdict, dataclass

from devstack.aws import client, outputs
from devstack.failure import Failure
from devstack.instance import ENVIRONMENT, Instance

USERNAME = "organiser"
GROUP = "owner"


@dataclass(frozen=True)
class Organiser:
    """What to type on the sign-in page."""

    username: str
    password: str


def load(instance: Instance) -> Organiser | None:
    """Return the account made earlier, or None."""
    try:
        return Organiser(**json.loads((instance.state / "organiser.json").read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def ensure(instance: Instance) -> Organiser:
    """Return the organiser's account, making or resetting it if the emulator does not know it."""
    cognito = client(instance, "cognito-idp")
    pool = outputs(instance, f"tot-{ENVIRONMENT}-platform").get("UserPoolId")
    if pool is None:
        raise Failure("The platform stack names no user pool.", "Its template needs the output UserPoolId.")
    organiser = load(instance)
    if organiser is not None and _exists(instance, pool):
        return organiser
    # Every kind of character the pool's policy may ask for.
    organiser = Organiser(USERNAME, f"{secrets.token_urlsafe(18)}-aA1!")
    if not _exists(instance, pool):
        cognito.admin_create_user(
            UserPoolId=pool, Username=USERNAME, TemporaryPassword=organiser.password,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "email", "Value": "organiser@example.com"},
                {"Name": "email_verified", "Value": "true"},
            ],
        )  # fmt: skip
    cognito.admin_set_user_password(
        UserPoolId=pool, Username=USERNAME, Password=organiser.password, Permanent=True
    )
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=USERNAME, GroupName=GROUP)
    _keep(instance, organiser)
    return organiser


def _exists(instance: Instance, pool: str) -> bool:
    cognito = client(instance, "cognito-idp")
    try:
        cognito.admin_get_user(UserPoolId=pool, Username=USERNAME)
    except cognito.exceptions.UserNotFoundException:
        return False
    return True


def _keep(instance: Instance, organiser: Organiser) -> None:
    path = instance.state / "organiser.json"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        json.dump(asdict(organiser), file)
