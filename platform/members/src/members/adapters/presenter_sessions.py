"""Store presenter sessions in the members table, under the hash of their token."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chassis.members import SUBJECT, Members, presenter_key
from chassis.organiser import InsufficientRole, Principal
from contracts.roles import Role

from members.adapters.aws import map_aws_errors

PRESENTER_SESSION_TTL: Final = timedelta(hours=12)
"""A day of events, and shorter than the record of a removed member lives (`REMOVED_RECORD_TTL`)."""


@dataclass(frozen=True)
class StartedSession:
    """A new session; its token is stored nowhere else."""

    token: str
    role: Role
    expires_at: datetime


class PresenterSessions(Members):
    """Starts and ends sessions; the base class reads them. Raises `Unavailable`."""

    def start(self, principal: Principal, now: datetime) -> StartedSession:
        """Store a session with the member's current role, and return its token."""
        role = self.current_role(principal)
        if role is None:
            raise InsufficientRole("Your role was revoked just now.")
        started = StartedSession(secrets.token_urlsafe(32), role, now + PRESENTER_SESSION_TTL)
        with map_aws_errors():
            self._client.put_item(
                TableName=self._table,
                Item={
                    SUBJECT: {"S": presenter_key(started.token)},
                    "member": {"S": principal.subject},
                    "name": {"S": principal.name},
                    "role": {"S": role.value},
                    "expires_at": {"N": str(int(started.expires_at.timestamp()))},
                },
            )
        return started

    def end(self, token: str) -> None:
        """Remove the session; an unknown one is removed already."""
        with map_aws_errors():
            self._client.delete_item(TableName=self._table, Key={SUBJECT: {"S": presenter_key(token)}})
