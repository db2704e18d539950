"""HTTP operations of this service, and the problem of each domain error."""

from http import HTTPStatus
from typing import Final

from chassis.operation import Operation
from chassis.resolver import Problems
from contracts.audit_log import AuditLogPage
from contracts.ids import PollId
from contracts.members import ChangeRole, InviteMember, Member, Members
from contracts.problem import ProblemType
from contracts.roles import Permission
from pydantic import BaseModel, ConfigDict, Field

from members.domain import errors

PROBLEMS: Final[Problems] = {
    errors.MemberNotFound: ProblemType.MEMBER_NOT_FOUND,
    errors.MemberExists: ProblemType.MEMBER_EXISTS,
    errors.CannotModifySelf: ProblemType.CANNOT_MODIFY_SELF,
    errors.BadCursor: ProblemType.VALIDATION_FAILED,
    errors.Throttled: ProblemType.THROTTLED,
    errors.Unavailable: ProblemType.UNAVAILABLE,
}


class ReadAuditLog(BaseModel):
    """Query parameters: poll, page size and cursor."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    poll_id: PollId | None = None
    limit: int = Field(default=50, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=100)


READ_AUDIT_LOG: Final = Operation(
    {HTTPStatus.OK: AuditLogPage}, permission=Permission.READ, request_model=ReadAuditLog
)

LIST_MEMBERS: Final = Operation(
    {HTTPStatus.OK: Members}, permission=Permission.MANAGE_MEMBERS, errors=[ProblemType.THROTTLED]
)
INVITE_MEMBER: Final = Operation(
    {HTTPStatus.CREATED: Member},
    permission=Permission.MANAGE_MEMBERS,
    current_role=True,
    request_model=InviteMember,
    errors=[ProblemType.MEMBER_EXISTS, ProblemType.THROTTLED],
)
CHANGE_ROLE: Final = Operation(
    {HTTPStatus.OK: Member},
    permission=Permission.MANAGE_MEMBERS,
    current_role=True,
    request_model=ChangeRole,
    errors=[
        ProblemType.MEMBER_NOT_FOUND,
        ProblemType.NOT_FOUND,
        ProblemType.CANNOT_MODIFY_SELF,
        ProblemType.THROTTLED,
    ],
)
REMOVE_MEMBER: Final = Operation(
    {HTTPStatus.NO_CONTENT: None},
    permission=Permission.MANAGE_MEMBERS,
    current_role=True,
    errors=[
        ProblemType.MEMBER_NOT_FOUND,
        ProblemType.NOT_FOUND,
        ProblemType.CANNOT_MODIFY_SELF,
        ProblemType.THROTTLED,
    ],
)
