"""The user pool: who may sign in, and in which group each is."""

import secrets
from typing import TYPE_CHECKING, Any, Final

from contracts.people import InvitePerson, Person, PersonStatus
from contracts.roles import Role

from people.store.aws import failures_as_refusals

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

NOT_BEGUN: Final = frozenset({"FORCE_CHANGE_PASSWORD", "UNCONFIRMED"})


class UserPool:
    """Every method raises `Unavailable` or `Throttled`; one about a person also `UnknownPerson`."""

    def __init__(self, client: "CognitoIdentityProviderClient", pool_id: str) -> None:
        self._client = client
        self._pool = pool_id

    def people(self) -> list[Person]:
        """Return everybody, by name."""
        with failures_as_refusals():
            pages = self._client.get_paginator("list_users").paginate(UserPoolId=self._pool)
            users: list[Any] = [user for page in pages for user in page["Users"]]
            roles = {name: role for role in Role for name in self._names_in(role)}
        return sorted(
            (_person(user, roles.get(user["Username"])) for user in users), key=lambda person: person.name
        )

    def invite(self, wanted: InvitePerson) -> None:
        """Make an account without a role; the pool sends a first password. Raises `PersonExists`."""
        with failures_as_refusals():
            self._client.admin_create_user(
                UserPoolId=self._pool,
                Username=wanted.name,
                UserAttributes=[
                    {"Name": "email", "Value": wanted.email},
                    {"Name": "email_verified", "Value": "true"},
                ],
                DesiredDeliveryMediums=["EMAIL"],
                # Made here, with every kind of character that the pool asks for: the emulator's is too short.
                TemporaryPassword=f"{secrets.token_urlsafe(18)}-aA1!",
            )

    def give(self, name: str, role: Role) -> None:
        """Put somebody into the group of a role."""
        with failures_as_refusals():
            self._client.admin_add_user_to_group(UserPoolId=self._pool, Username=name, GroupName=role.value)

    def take_roles(self, name: str) -> None:
        """Take somebody out of the groups of all roles: an operator may have put them into several."""
        with failures_as_refusals():
            found = self._client.admin_list_groups_for_user(UserPoolId=self._pool, Username=name)["Groups"]
            for group in {each["GroupName"] for each in found} & set(Role):
                self._client.admin_remove_user_from_group(
                    UserPoolId=self._pool, Username=name, GroupName=group
                )

    def sign_out(self, name: str) -> None:
        """End the sessions: an access token that is out works until it expires, and none follows."""
        with failures_as_refusals():
            self._client.admin_user_global_sign_out(UserPoolId=self._pool, Username=name)

    def remove(self, name: str) -> None:
        """Delete the account."""
        with failures_as_refusals():
            self._client.admin_delete_user(UserPoolId=self._pool, Username=name)

    def _names_in(self, role: Role) -> list[str]:
        pages = self._client.get_paginator("list_users_in_group").paginate(
            UserPoolId=self._pool, GroupName=role.value
        )
        return [user["Username"] for page in pages for user in page["Users"]]


def _person(user: dict[str, Any], role: Role | None) -> Person:
    attributes = {each["Name"]: each["Value"] for each in user.get("Attributes", ())}
    if not user["Enabled"]:
        status = PersonStatus.DISABLED
    else:
        status = PersonStatus.INVITED if user["UserStatus"] in NOT_BEGUN else PersonStatus.ACTIVE
    return Person(
        name=user["Username"],
        email=attributes.get("email"),
        role=role,
        status=status,
        since=user["UserCreateDate"],
    )
