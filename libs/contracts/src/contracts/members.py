"""Who runs polls: what an owner sees and says of the people who may sign in."""

import unicodedata
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from contracts.model import Contract, Instant
from contracts.roles import Role

MemberName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{1,31}$")]
"""What somebody signs in as. It stands in the audit log of who did what, so it is no e-mail address."""


def _reject_invisible(text: str) -> str:
    if any(unicodedata.category(character)[0] in "CZ" for character in text):
        raise ValueError("spaces, control characters and others that nobody sees are not allowed")
    return text


Email = Annotated[
    str,
    Field(max_length=254, pattern=r"^[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s,;<>\".]+$"),
    AfterValidator(_reject_invisible),
]
"""One address. The user pool writes it into an e-mail's header."""


class MemberStatus(StrEnum):
    """How far somebody has come."""

    INVITED = "invited"
    """Has an e-mail with a first password, good for three days."""
    ACTIVE = "active"
    DISABLED = "disabled"
    """An operator has locked the account."""


class InviteMember(Contract):
    """The body of `POST /admin/api/members`.

    `invitation_id` is the page's own, a new one for each invitation: sent again, after an answer that was
    lost, it is answered as the first time.
    """

    name: MemberName
    email: Email
    role: Role
    invitation_id: UUID | None = None


class ChangeRole(Contract):
    """The body of `PUT /admin/api/members/{member}`."""

    role: Role


class Member(Contract):
    """Somebody who may sign in. Without a role they see nothing."""

    name: str
    email: str | None
    role: Role | None
    status: MemberStatus
    since: Instant


class Members(Contract):
    """The answer of `GET /admin/api/members`: everybody, by name."""

    members: tuple[Member, ...]
