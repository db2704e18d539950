"""Roles of organisers: three roles, each of which includes the one before it."""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """From the lowest to the highest. Each is the name of a Cognito group."""

    VIEWER = "viewer"
    """Sees polls, results and the audit log."""
    EDITOR = "editor"
    """Also creates and runs polls."""
    OWNER = "owner"
    """Also manages members, and archives and deletes polls."""

    def includes(self, other: "Role") -> bool:
        """Return whether this role has all permissions of the other."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(other)

    @classmethod
    def weaker(cls, one: "Role | None", other: "Role | None") -> "Role | None":
        """Return the lower of two roles; None, which is no role, is the lowest."""
        if one is None or other is None:
            return None
        return one if other.includes(one) else other

    @classmethod
    def highest(cls, groups: Iterable[str]) -> "Role | None":
        """Return the highest role among the names of groups, or None; other groups grant nothing."""
        named = set(groups)
        return next((role for role in reversed(cls) if role.value in named), None)
