"""What an organiser may do: three roles, each of which includes the one before it."""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """The least first. Each is the name of a Cognito group."""

    VIEWER = "viewer"
    """Sees polls, results and who did what."""
    EDITOR = "editor"
    """Makes and runs polls besides."""
    OWNER = "owner"
    """Manages people, archives and deletes besides."""

    def includes(self, other: "Role") -> bool:
        """Tell whether whoever has this role may do what needs the other."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(other)

    @classmethod
    def weaker(cls, one: "Role | None", other: "Role | None") -> "Role | None":
        """Return the role that both include; None, which is no role, is the lowest."""
        if one is None or other is None:
            return None
        return one if other.includes(one) else other

    @classmethod
    def highest(cls, groups: Iterable[str]) -> "Role | None":
        """Return the highest role among the names of groups, or None: other groups give nothing."""
        named = set(groups)
        return next((role for role in reversed(cls) if role.value in named), None)
