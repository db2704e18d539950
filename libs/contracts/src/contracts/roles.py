"""Roles of organisers: each is a named set of permissions, and an operation requires one permission."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Permission(StrEnum):
    """A kind of operation that a role may allow."""

    READ = "read"
    """Read polls, results, exports, abuse reports and the audit log."""
    EDIT_POLLS = "polls.edit"
    """Create, edit, schedule and open polls; generate codes; request a recount."""
    CLOSE_POLLS = "polls.close"
    """Close a poll."""
    DELETE_POLLS = "polls.delete"
    """Archive and delete polls."""
    MANAGE_MEMBERS = "members.manage"
    """List, invite and remove members, and change their roles."""


class Role(StrEnum):
    """From the fewest permissions to the most. Each is the name of a Cognito group."""

    VIEWER = "viewer"
    EDITOR = "editor"
    OWNER = "owner"

    @property
    def permissions(self) -> frozenset[Permission]:
        """All operations that this role allows."""
        return PERMISSIONS[self]

    @classmethod
    def least_with(cls, permission: Permission) -> "Role":
        """Return the role with the fewest permissions among those that have this one."""
        return min((role for role in cls if permission in role.permissions), key=_number_of_permissions)

    @classmethod
    def common(cls, one: "Role | None", other: "Role | None") -> "Role | None":
        """Return the role with the most permissions that both have, or None; None has no permissions."""
        if one is None or other is None:
            return None
        shared = one.permissions & other.permissions
        return max(
            (role for role in cls if role.permissions <= shared), key=_number_of_permissions, default=None
        )

    @classmethod
    def highest(cls, groups: Iterable[str]) -> "Role | None":
        """Return the role with the most permissions among the names of groups, or None.

        Other groups grant nothing.
        """
        named = set(groups)
        return max((role for role in cls if role.value in named), key=_number_of_permissions, default=None)


PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        Role.VIEWER: frozenset({Permission.READ}),
        Role.EDITOR: frozenset({Permission.READ, Permission.EDIT_POLLS, Permission.CLOSE_POLLS}),
        Role.OWNER: frozenset(Permission),
    }
)


def _number_of_permissions(role: Role) -> int:
    return len(role.permissions)
