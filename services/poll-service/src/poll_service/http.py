"""HTTP operations of this service: requests, responses, and the problem for each domain error."""

from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from chassis.operation import Operation
from chassis.organiser import authenticated_principal
from chassis.resolver import HttpApi, Problems
from chassis.response import PRIVATE, SHARED_BRIEFLY
from contracts.images import ImageStored
from contracts.polls import (
    ActivePoll,
    ChangePoll,
    CreatePoll,
    EditPoll,
    MoveEnd,
    OpenPoll,
    Poll,
    PollList,
    PublicPoll,
)
from contracts.problem import ProblemType
from contracts.roles import Permission
from pydantic import BaseModel, ConfigDict, Field

from poll_service.domain import errors
from poll_service.domain.change import Actor
from poll_service.domain.image import CONTENT_TYPE
from poll_service.domain.link_preview import not_found_page, unavailable_page
from poll_service.domain.link_preview_texts import messages_for

PROBLEMS: Final[Problems] = {
    errors.PollNotFound: ProblemType.UNKNOWN_POLL,
    errors.InvalidState: ProblemType.INVALID_STATE,
    errors.AnotherPollActive: ProblemType.ANOTHER_POLL_ACTIVE,
    errors.RevisionConflict: ProblemType.REVISION_CONFLICT,
    errors.InvalidTime: ProblemType.VALIDATION_FAILED,
    errors.UnknownRerun: ProblemType.VALIDATION_FAILED,
    errors.BadCursor: ProblemType.VALIDATION_FAILED,
    errors.NotAnImage: ProblemType.NOT_AN_IMAGE,
    errors.ImageTooLarge: ProblemType.TOO_LARGE,
    errors.InvalidImage: ProblemType.VALIDATION_FAILED,
    errors.ImageNotFound: ProblemType.NOT_FOUND,
    errors.Unavailable: ProblemType.UNAVAILABLE,
}


class ListPolls(BaseModel):
    """The query: the size of a page, and the cursor of its start."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    limit: int = Field(default=25, ge=1, le=100)
    cursor: str | None = Field(default=None, max_length=200)


class DeletePoll(BaseModel):
    """The query: the revision that was seen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    revision: int | None = Field(default=None, ge=1)


LANGUAGE: Final = "Accept-Language"
PAGE: Final = "text/html; charset=utf-8"


STATUSES_WITH_PAGE: Final = (
    HTTPStatus.NOT_FOUND,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
"""Errors that are a page, so that a person with a link always gets one.

Only requests that did not come through the edge get a problem.
"""


def page_answer(page: str, status: HTTPStatus = HTTPStatus.OK, *, vary: str | None = None) -> Response[str]:
    """Return a page for everyone; the edge keeps it for a moment if its status is 200.

    `vary` names the request header that the page depends on.
    """
    cache = SHARED_BRIEFLY if status is HTTPStatus.OK else PRIVATE
    varying = {"Vary": vary} if vary else {}
    return Response(status, PAGE, page, headers={"Cache-Control": cache, **varying})


def error_page(app: HttpApi, kind: ProblemType) -> Response[str] | None:
    """Return the page that replaces a problem, in the language of the link or of its reader."""
    if kind.status not in STATUSES_WITH_PAGE:
        return None
    event = app.current_event
    messages = messages_for(event.query_string_parameters.get("lang"), event.headers.get(LANGUAGE.lower()))
    page = not_found_page(messages) if kind.status is HTTPStatus.NOT_FOUND else unavailable_page(messages)
    return page_answer(page, kind.status, vary=LANGUAGE)


GET_ACTIVE_POLL: Final = Operation({HTTPStatus.OK: ActivePoll})
GET_PUBLIC_POLL: Final = Operation({HTTPStatus.OK: PublicPoll})
PREVIEW_POLL: Final = Operation({HTTPStatus.OK: PAGE} | dict.fromkeys(STATUSES_WITH_PAGE, PAGE))
EMBED_POLL: Final = Operation({HTTPStatus.OK: PAGE} | dict.fromkeys(STATUSES_WITH_PAGE, PAGE))

UPLOAD_IMAGE: Final = Operation(
    {HTTPStatus.CREATED: ImageStored}, permission=Permission.EDIT_POLLS, takes_image=True
)
GET_IMAGE: Final = Operation({HTTPStatus.OK: CONTENT_TYPE}, errors=[ProblemType.NOT_FOUND])

LIST_POLLS: Final = Operation({HTTPStatus.OK: PollList}, permission=Permission.READ, request_model=ListPolls)
CREATE_POLL: Final = Operation(
    {HTTPStatus.CREATED: Poll, HTTPStatus.OK: Poll},
    permission=Permission.EDIT_POLLS,
    current_role=True,
    request_model=CreatePoll,
    creates=True,
)
GET_POLL: Final = Operation({HTTPStatus.OK: Poll}, permission=Permission.READ)
OPEN_POLL: Final = Operation(
    {HTTPStatus.OK: Poll},
    permission=Permission.EDIT_POLLS,
    current_role=True,
    request_model=OpenPoll,
    required=False,
    errors=[ProblemType.INVALID_STATE, ProblemType.ANOTHER_POLL_ACTIVE, ProblemType.REVISION_CONFLICT],
)
EDIT_POLL: Final = Operation(
    {HTTPStatus.OK: Poll},
    permission=Permission.EDIT_POLLS,
    current_role=True,
    request_model=EditPoll,
    errors=[ProblemType.INVALID_STATE, ProblemType.ANOTHER_POLL_ACTIVE, ProblemType.REVISION_CONFLICT],
)
MOVE_END: Final = Operation(
    {HTTPStatus.OK: Poll},
    permission=Permission.CLOSE_POLLS,
    current_role=True,
    request_model=MoveEnd,
    errors=[ProblemType.INVALID_STATE, ProblemType.ANOTHER_POLL_ACTIVE, ProblemType.REVISION_CONFLICT],
)
CLOSE_POLL: Final = Operation(
    {HTTPStatus.OK: Poll},
    permission=Permission.CLOSE_POLLS,
    current_role=True,
    request_model=ChangePoll,
    required=False,
    errors=[ProblemType.INVALID_STATE, ProblemType.REVISION_CONFLICT],
)
ARCHIVE_POLL: Final = Operation(
    {HTTPStatus.OK: Poll},
    permission=Permission.DELETE_POLLS,
    current_role=True,
    request_model=ChangePoll,
    required=False,
    errors=[ProblemType.INVALID_STATE, ProblemType.REVISION_CONFLICT],
)
DELETE_POLL: Final = Operation(
    {HTTPStatus.NO_CONTENT: None},
    permission=Permission.DELETE_POLLS,
    current_role=True,
    request_model=DeletePoll,
    errors=[ProblemType.INVALID_STATE, ProblemType.REVISION_CONFLICT],
)


def actor_of(app: APIGatewayHttpResolver, at: datetime, seen_revision: int | None = None) -> Actor:
    """Return the actor of this request, with the revision that they have seen. Raises `NotSignedIn`."""
    organiser, event = authenticated_principal(app), app.current_event
    request = "\0".join((organiser.subject, event.http_method, event.path, event.body or ""))
    return Actor(organiser.subject, at, seen_revision, organiser.name, sha256(request.encode()).hexdigest())
