"""Accounts and groups of the Cognito user pool.

The list of users is eventually consistent: a new account may be missing for seconds. Only the members page
shows it. Decisions and other responses read one account by its name.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from contracts.members import InviteMember, Member, MemberStatus
from contracts.roles import Role

from members.adapters.aws import map_aws_errors
from members.domain.errors import MemberNotFound

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AttributeTypeTypeDef

NOT_SIGNED_IN_YET: Final = frozenset({"FORCE_CHANGE_PASSWORD", "UNCONFIRMED"})
INVITATION: Final = "custom:invitation"
"""The attribute with the id of the invitation that created the account; the page generates the id."""


@dataclass(frozen=True)
class Account:
    """One account of the user pool."""

    subject: str
    member: Member
    enabled: bool
    invitation: str | None


class UserPool:
    """Every method raises `Unavailable` or `Throttled`; those for one account also `MemberNotFound`."""

    def __init__(self, client: "CognitoIdentityProviderClient", pool_id: str) -> None:
        self._client = client
        self._pool = pool_id

    def members(self) -> list[Member]:
        """Return all members, sorted by name; eventually consistent."""
        with map_aws_errors():
            pages = self._client.get_paginator("list_users").paginate(UserPoolId=self._pool)
            users: list[Any] = [user for page in pages for user in page["Users"]]
            roles = {name: role for role in Role for name in self._names_in(role)}
        members = (_member(user, user.get("Attributes", ()), roles.get(user["Username"])) for user in users)
        return sorted(members, key=lambda member: member.name)

    def account(self, name: str) -> Account:
        """Return the account with exactly this user name; an e-mail address or a subject does not match."""
        with map_aws_errors():
            try:
                user: Any = self._client.admin_get_user(UserPoolId=self._pool, Username=name)
            except self._client.exceptions.InvalidParameterException as error:
                raise MemberNotFound from error  # not a valid user name
            if user["Username"] != name:
                raise MemberNotFound
            role = Role.highest(self._groups_of(name))
        return _account(user, user["UserAttributes"], role)

    def invite(self, invitation: InviteMember) -> Account:
        """Create an account without a role; Cognito e-mails a temporary password. Raises `MemberExists`."""
        attributes: list[AttributeTypeTypeDef] = [
            {"Name": "email", "Value": invitation.email},
            {"Name": "email_verified", "Value": "true"},
        ]
        if invitation.invitation_id:
            attributes.append({"Name": INVITATION, "Value": str(invitation.invitation_id)})
        with map_aws_errors():
            made: Any = self._client.admin_create_user(
                UserPoolId=self._pool,
                Username=invitation.name,
                UserAttributes=attributes,
                DesiredDeliveryMediums=["EMAIL"],
                # Has all character classes that the pool requires; the emulator's own one is too short.
                TemporaryPassword=f"{secrets.token_urlsafe(18)}-aA1!",
            )["User"]
        return _account(made, made["Attributes"], None)

    def assign_role(self, name: str, role: Role) -> None:
        """Add the account to the group of a role."""
        with map_aws_errors():
            self._client.admin_add_user_to_group(UserPoolId=self._pool, Username=name, GroupName=role.value)

    def revoke_roles(self, name: str) -> None:
        """Remove the account from the groups of all roles; an operator may have added it to several."""
        with map_aws_errors():
            for group in set(self._groups_of(name)) & set(Role):
                self._client.admin_remove_user_from_group(
                    UserPoolId=self._pool, Username=name, GroupName=group
                )

    def sign_out(self, name: str) -> None:
        """End the sessions. An issued access token stays valid until it expires and is not renewed."""
        with map_aws_errors():
            self._client.admin_user_global_sign_out(UserPoolId=self._pool, Username=name)

    def remove(self, name: str) -> None:
        """Delete the account."""
        with map_aws_errors():
            self._client.admin_delete_user(UserPoolId=self._pool, Username=name)

    def _groups_of(self, name: str) -> list[str]:
        found = self._client.admin_list_groups_for_user(UserPoolId=self._pool, Username=name)["Groups"]
        return [group["GroupName"] for group in found]

    def _names_in(self, role: Role) -> list[str]:
        pages = self._client.get_paginator("list_users_in_group").paginate(
            UserPoolId=self._pool, GroupName=role.value
        )
        return [user["Username"] for page in pages for user in page["Users"]]


def _account(user: dict[str, Any], attributes: list[dict[str, str]], role: Role | None) -> Account:
    named = _by_name(attributes)
    return Account(
        subject=named["sub"],
        member=_member(user, attributes, role),
        enabled=user["Enabled"],
        invitation=named.get(INVITATION),
    )


def _member(user: dict[str, Any], attributes: list[dict[str, str]], role: Role | None) -> Member:
    if not user["Enabled"]:
        status = MemberStatus.DISABLED
    else:
        status = MemberStatus.INVITED if user["UserStatus"] in NOT_SIGNED_IN_YET else MemberStatus.ACTIVE
    return Member(
        name=user["Username"],
        email=_by_name(attributes).get("email"),
        role=role,
        status=status,
        since=user["UserCreateDate"],
    )


def _by_name(attributes: list[dict[str, str]]) -> Mapping[str, str]:
    return {each["Name"]: each.get("Value", "") for each in attributes}
