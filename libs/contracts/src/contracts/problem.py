"""Problem details (RFC 9457): the one body of every error response of a Lambda."""

from enum import Enum
from http import HTTPStatus
from typing import Final

from pydantic import Field, ValidationError

from contracts.model import Contract, Instant

MEDIA_TYPE: Final = "application/problem+json"
MAX_FIELD_ERRORS: Final = 20


class ProblemType(Enum):
    """The kinds of problem: slug, status, and title."""

    VALIDATION_FAILED = (
        "validation-failed",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The request is not what was expected here",
    )
    NOT_JSON = ("not-json", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json")
    NOT_AN_IMAGE = (
        "not-an-image",
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "Send a picture: JPEG, PNG, WebP or GIF",
    )
    TOO_LARGE = ("too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large")
    NOT_FOUND = ("not-found", HTTPStatus.NOT_FOUND, "There is nothing at this address")
    UNKNOWN_POLL = ("unknown-poll", HTTPStatus.NOT_FOUND, "There is no such poll")
    NO_VOTER_TOKEN = ("no-voter-token", HTTPStatus.UNAUTHORIZED, "Get a voter token first")
    VOTER_TOKEN_EXPIRED = (
        "voter-token-expired",
        HTTPStatus.UNAUTHORIZED,
        "The voter token has expired: get a new one",
    )
    INVALID_VOTER_TOKEN = (
        "invalid-voter-token",
        HTTPStatus.FORBIDDEN,
        "The voter token is not valid: get a new one",
    )
    INVALID_CODE = ("invalid-code", HTTPStatus.FORBIDDEN, "This code is not valid here, or has been used")
    PROOF_NEEDED = (
        "proof-needed",
        HTTPStatus.FORBIDDEN,
        "Send the vote with the proof of a new challenge",
    )
    CROSS_ORIGIN_FORBIDDEN = (
        "cross-origin-forbidden",
        HTTPStatus.FORBIDDEN,
        "Votes are taken from our own page only",
    )
    ORIGIN_NOT_VERIFIED = ("origin-not-verified", HTTPStatus.FORBIDDEN, "Use the public address")
    NOT_ALLOWED = ("not-allowed", HTTPStatus.FORBIDDEN, "You are not allowed to do this")
    INSUFFICIENT_ROLE = ("insufficient-role", HTTPStatus.FORBIDDEN, "Your role does not allow this")
    ALREADY_VOTED = ("already-voted", HTTPStatus.CONFLICT, "This voter has already voted in this poll")
    NOT_OPEN_YET = ("not-open-yet", HTTPStatus.CONFLICT, "This poll is not open yet")
    CLOSED = ("closed", HTTPStatus.GONE, "This poll is closed")
    RESULTS_HIDDEN = ("results-hidden", HTTPStatus.FORBIDDEN, "The results are hidden for now")
    INVALID_RESULTS_PASS = (
        "invalid-results-pass",
        HTTPStatus.FORBIDDEN,
        "The results pass is not valid here",
    )
    INVALID_STATE = ("invalid-state", HTTPStatus.CONFLICT, "The poll is not in a state that allows this")
    ANOTHER_POLL_ACTIVE = ("another-poll-active", HTTPStatus.CONFLICT, "Another poll is open: close it first")
    MEMBER_NOT_FOUND = ("member-not-found", HTTPStatus.NOT_FOUND, "There is no member of this name")
    MEMBER_EXISTS = ("member-exists", HTTPStatus.CONFLICT, "A member has this name or address already")
    CANNOT_MODIFY_SELF = ("cannot-modify-self", HTTPStatus.CONFLICT, "This is your own account")
    REVISION_CONFLICT = ("revision-conflict", HTTPStatus.CONFLICT, "This was changed in the meantime: reload")
    THROTTLED = ("throttled", HTTPStatus.TOO_MANY_REQUESTS, "Too many requests: wait a moment")
    NOT_CONFIRMED = (
        "not-confirmed",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Not confirmed: send the same request again with the same voter token",
    )
    UNAVAILABLE = ("unavailable", HTTPStatus.SERVICE_UNAVAILABLE, "Not available just now: try again")
    INTERNAL = ("internal", HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side")

    def __init__(self, slug: str, status: HTTPStatus, title: str) -> None:
        self.slug = slug
        self.status = status
        self.title = title

    @property
    def uri(self) -> str:
        """The problem's `type`: a reference relative to the site."""
        return f"/problems/{self.slug}"


class FieldError(Contract):
    """An invalid field, and the reason."""

    field: str
    message: str


def field_errors(error: ValidationError) -> tuple[FieldError, ...]:
    """Return the invalid fields and the reasons; the values are never repeated."""
    return tuple(
        FieldError(
            field=".".join(map(str, one["loc"])) or "body", message=one["msg"].removeprefix("Value error, ")
        )
        for one in error.errors(include_url=False, include_input=False, include_context=False)[
            :MAX_FIELD_ERRORS
        ]
    )


class Problem(Contract):
    """The body of every error (`application/problem+json`)."""

    type: str = Field(pattern=r"^/problems/[a-z-]+$")
    title: str
    status: int = Field(ge=400, le=599)
    detail: str | None = None
    errors: tuple[FieldError, ...] | None = None
    retry_after: int | None = Field(default=None, ge=0, description="seconds; also the header Retry-After")
    opens_at: Instant | None = None

    @classmethod
    def of(
        cls,
        kind: ProblemType,
        detail: str | None = None,
        *,
        errors: tuple[FieldError, ...] | None = None,
        retry_after: int | None = None,
        opens_at: Instant | None = None,
    ) -> "Problem":
        """Return the problem of this kind; its status and title come from the kind."""
        return cls(
            type=kind.uri,
            title=kind.title,
            status=kind.status.value,
            detail=detail,
            errors=errors,
            retry_after=retry_after,
            opens_at=opens_at,
        )
