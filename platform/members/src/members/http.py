"""HTTP operations of this service, and the problem of each domain error."""

from http import HTTPStatus
from typing import Final

from aws_lambda_powertools.shared.cookies import Cookie, SameSite
from chassis.members import PRESENTER_COOKIE
from chassis.operation import Operation
from chassis.resolver import Problems
from contracts.audit_log import AuditLogPage
from contracts.ids import PollId
from contracts.members import ChangeRole, InviteMember, Member, Members, PresenterSession
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

START_PRESENTER_SESSION: Final = Operation(
    {HTTPStatus.CREATED: PresenterSession}, permission=Permission.READ, current_role=True
)
END_PRESENTER_SESSION: Final = Operation(
    {HTTPStatus.NO_CONTENT: None}, permission=Permission.READ, current_role=True
)


def presenter_cookie(token: str, max_age: int | None = None) -> Cookie:
    """Return the cookie of a presenter session; without an age it ends with the browser."""
    return Cookie(
        PRESENTER_COOKIE,
        token,
        path="/",
        secure=True,
        http_only=True,
        same_site=SameSite.STRICT_MODE,
        max_age=max_age,
    )


def forgotten_presenter_cookie() -> Cookie:
    """Return the cookie that makes a browser forget its presenter session."""
    return presenter_cookie("", max_age=0)
