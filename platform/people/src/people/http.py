"""What this service takes and answers over HTTP, and what each refusal means."""

from http import HTTPStatus
from typing import Final

from contracts.ids import PollId
from contracts.people import ChangeRole, InvitePerson, People, Person
from contracts.problem import ProblemType
from contracts.roles import Role
from contracts.trail import TrailV2
from gateway.operation import Operation
from gateway.resolver import Problems
from pydantic import BaseModel, ConfigDict, Field

from people.domain import refusals

PROBLEMS: Final[Problems] = {
    refusals.UnknownPerson: ProblemType.UNKNOWN_PERSON,
    refusals.PersonExists: ProblemType.PERSON_EXISTS,
    refusals.OwnAccount: ProblemType.OWN_ACCOUNT,
    refusals.BadCursor: ProblemType.MALFORMED,
    refusals.Throttled: ProblemType.THROTTLED,
    refusals.Unavailable: ProblemType.UNAVAILABLE,
}


class ReadTrail(BaseModel):
    """What the query may say: of which poll, how much, and from where on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    poll_id: PollId | None = None
    limit: int = Field(default=50, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=100)


READ_TRAIL: Final = Operation({HTTPStatus.OK: TrailV2}, role=Role.VIEWER, takes=ReadTrail)

LIST_PEOPLE: Final = Operation({HTTPStatus.OK: People}, role=Role.OWNER, refuses=[ProblemType.THROTTLED])
INVITE_PERSON: Final = Operation(
    {HTTPStatus.CREATED: Person},
    role=Role.OWNER,
    current_role=True,
    takes=InvitePerson,
    refuses=[ProblemType.PERSON_EXISTS, ProblemType.THROTTLED],
)
CHANGE_ROLE: Final = Operation(
    {HTTPStatus.OK: Person},
    role=Role.OWNER,
    current_role=True,
    takes=ChangeRole,
    refuses=[
        ProblemType.UNKNOWN_PERSON,
        ProblemType.NOT_FOUND,
        ProblemType.OWN_ACCOUNT,
        ProblemType.THROTTLED,
    ],
)
REMOVE_PERSON: Final = Operation(
    {HTTPStatus.OK: Person},
    role=Role.OWNER,
    current_role=True,
    refuses=[
        ProblemType.UNKNOWN_PERSON,
        ProblemType.NOT_FOUND,
        ProblemType.OWN_ACCOUNT,
        ProblemType.THROTTLED,
    ],
)
