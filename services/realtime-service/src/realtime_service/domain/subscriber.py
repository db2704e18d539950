"""Who watches on a socket, and in which role they see a poll."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from contracts.ids import PollId
from contracts.visibility import Scope


@dataclass(frozen=True, slots=True)
class Subscriber:
    """The role a ticket gave; a voter's holds for the one poll they voted in."""

    scope: Scope
    poll_id: PollId | None = None

    def __post_init__(self) -> None:
        if (self.scope is Scope.VOTER) != (self.poll_id is not None):
            raise ValueError("a voter's scope names a poll, no other does")

    def scope_for(self, poll_id: PollId) -> Scope:
        """Return the role in which this viewer sees that poll: a voter of another poll is the public."""
        return Scope.PUBLIC if self.scope is Scope.VOTER and self.poll_id != poll_id else self.scope

    def as_context(self) -> dict[str, str]:
        """Return what the authorizer hands on with every event of the connection."""
        return {"scope": self.scope.value} | ({"poll_id": self.poll_id} if self.poll_id else {})

    @classmethod
    def from_context(cls, context: Mapping[str, Any]) -> Self:
        """Read what `as_context` made. Raises `KeyError` or `ValueError`: without a role nobody watches."""
        return cls(Scope(context["scope"]), context.get("poll_id"))


def audience(viewers: Iterable[Subscriber]) -> int:
    """Return how many of them watch as everybody does; organisers do not count."""
    return sum(viewer.scope is not Scope.ORGANISER for viewer in viewers)
