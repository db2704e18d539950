"""Subscribers: open sockets and the scope in which each sees a poll."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from contracts.ids import PollId
from contracts.visibility import Scope


@dataclass(frozen=True, slots=True)
class Subscriber:
    """The scope that a ticket grants; a voter's scope applies to one poll only."""

    scope: Scope
    poll_id: PollId | None = None

    def __post_init__(self) -> None:
        if (self.scope is Scope.VOTER) != (self.poll_id is not None):
            raise ValueError("a voter's scope names a poll, no other does")

    def scope_for(self, poll_id: PollId) -> Scope:
        """Return the scope for a poll: a voter of another poll has the public scope."""
        return Scope.PUBLIC if self.scope is Scope.VOTER and self.poll_id != poll_id else self.scope

    @property
    def is_organiser(self) -> bool:
        """Whether this is an organiser. Organisers do not count as audience."""
        return self.scope is Scope.ORGANISER

    def as_context(self) -> dict[str, str]:
        """Return the authorizer context, which API Gateway adds to every event of the connection."""
        return {"scope": self.scope.value} | ({"poll_id": self.poll_id} if self.poll_id else {})

    @classmethod
    def from_context(cls, context: Mapping[str, Any]) -> Self:
        """Parse the result of `as_context`. Raises `KeyError` or `ValueError` without a valid scope."""
        return cls(Scope(context["scope"]), context.get("poll_id"))


@dataclass(frozen=True, slots=True)
class ConnectionCount:
    """Number of open connections: organisers, and all others, the audience."""

    viewers: int = 0
    organisers: int = 0

    @classmethod
    def of(cls, subscribers: Iterable[Subscriber]) -> Self:
        """Count subscribers."""
        organisers = [each.is_organiser for each in subscribers]
        return cls(organisers.count(False), organisers.count(True))

    @property
    def total(self) -> int:
        """All connections."""
        return self.viewers + self.organisers

    def __add__(self, other: "ConnectionCount") -> "ConnectionCount":
        """Add two counts. A stored count may be below zero for a while: it then counts as zero."""
        return ConnectionCount(
            max(0, self.viewers) + max(0, other.viewers),
            max(0, self.organisers) + max(0, other.organisers),
        )
