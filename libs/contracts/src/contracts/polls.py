"""Polls in requests and responses."""

from typing import Annotated, Any, Final, Self

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    PositiveInt,
    StrictBool,
    ValidationInfo,
    field_validator,
    model_validator,
)

from contracts.embed_origin import HttpsOrigin
from contracts.enums import ManagedStatus, PollStatus, ResultVisibility, VoterPolicy
from contracts.ids import PollId
from contracts.images import ImagePath
from contracts.model import Contract, Instant
from contracts.poll_snapshot import DisplaySettings, OnOrAbsent, PollSettings
from contracts.poll_texts import Label, Question, casefolded

MAX_EMBED_ORIGINS: Final = 10

_NULLABLE: Final = frozenset({"opens_at", "closes_at", "presenter_language", "revision"})
"""The fields of an edit that may be `null`."""

SeenRevision = Annotated[int, Field(strict=True, ge=1)]
"""The revision that the actor has seen. If another organiser has changed the poll since, the request fails.
"""

EmbedOrigins = Annotated[
    tuple[HttpsOrigin, ...],
    Field(max_length=MAX_EMBED_ORIGINS),
    AfterValidator(lambda origins: tuple(dict.fromkeys(origins))),
]
"""The foreign pages that may embed the poll."""


class NewOption(Contract):
    """One of the two options, in a request."""

    label: Label
    image: ImagePath | None = None


class NewOptions(Contract):
    """Both options, in a request."""

    a: NewOption
    b: NewOption

    @model_validator(mode="after")
    def _must_differ(self) -> Self:
        if casefolded(self.a.label) == casefolded(self.b.label):
            raise ValueError("the two options must differ")
        return self


class CreatePoll(PollSettings):
    """`POST /admin/api/polls`. The poll starts as a draft.

    `closes_at` is when the poll closes once it is opened. `opens_at` is the intended opening: the poll opens
    then only if it is scheduled. `rerun_of` is the poll that this one repeats. A `rehearsal` ends an hour
    after its opening at the latest, and is deleted in place of being closed.
    """

    question: Question
    options: NewOptions
    policy: VoterPolicy = VoterPolicy.DEVICE
    result_visibility: ResultVisibility = ResultVisibility.ALWAYS
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    embed_origins: EmbedOrigins = ()
    rerun_of: PollId | None = None
    rehearsal: OnOrAbsent = None


def _without_defaults(schema: dict[str, Any]) -> None:
    # An omitted field keeps its value, so a default here means nothing: readers use `model_fields_set`.
    for field in schema["properties"].values():
        field.pop("default", None)


class MoveEnd(Contract):
    """`PATCH /admin/api/presenter/polls/{poll_id}`: the only change of a poll by a presenter session.

    `closes_at` is required: a presenter session removes no end.
    """

    closes_at: Instant
    revision: SeenRevision | None = None


class EditPoll(PollSettings):
    """`PATCH /admin/api/polls/{poll_id}`: omitted fields keep their values.

    `status: draft` turns a scheduled poll into a draft again. A time or a language that is `null` is removed.
    """

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    question: Question | None = None
    options: NewOptions | None = None
    policy: VoterPolicy | None = None
    result_visibility: ResultVisibility | None = None
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    embed_origins: EmbedOrigins | None = None
    status: ManagedStatus | None = None
    revision: SeenRevision | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _reject_null(cls, value: object, field: ValidationInfo) -> object:
        if value is None and field.field_name not in _NULLABLE:
            raise ValueError("cannot be null: leave it out to keep it as it is")
        return value

    @field_validator("status", mode="after")
    @classmethod
    def _only_draft(cls, status: ManagedStatus) -> ManagedStatus:
        if status is not ManagedStatus.DRAFT:
            raise ValueError(
                "can only be draft, which takes a scheduled poll back; to open or close, ask that"
            )
        return status


class OpenPoll(Contract):
    """`POST /admin/api/polls/{poll_id}/open`: opens now, or at `opens_at`; `closes_at` sets the end."""

    opens_at: Instant | None = None
    closes_at: Instant | None = None
    revision: SeenRevision | None = None


class ChangePoll(Contract):
    """`POST …/close` and `POST …/archive`: the revision that was seen, and nothing more."""

    revision: SeenRevision | None = None


class Option(Contract):
    """One of the two options, in a response: as stored, perhaps under an earlier and laxer rule."""

    label: str
    image: str | None


class Options(Contract):
    """Both options, in a response."""

    a: Option
    b: Option


class _ShownPoll(DisplaySettings):
    poll_id: PollId
    question: str
    options: Options
    opens_at: Instant | None
    closes_at: Instant | None
    policy: VoterPolicy
    result_visibility: ResultVisibility
    revision: PositiveInt
    rehearsal: OnOrAbsent = None


class PublicPoll(_ShownPoll):
    """A poll for the public. A scheduled one is open, with `opens_at` in the future."""

    status: PollStatus
    shuffle_options: StrictBool | None = None


class Poll(_ShownPoll, PollSettings):
    """A poll for organisers. The `opens_at` of a draft is only an intention."""

    status: ManagedStatus
    archived_at: Instant | None
    embed_origins: tuple[str, ...]
    rerun_of: PollId | None


class PollSummary(Poll):
    """A poll in the organiser's list."""

    created_at: Instant


class PollList(Contract):
    """`GET /admin/api/polls`: newest first; `next_cursor` requests the next page and is `null` at the end."""

    polls: tuple[PollSummary, ...]
    next_cursor: str | None


class ActivePoll(Contract):
    """`GET /polls/active`: the open poll, otherwise the next to open within a day, otherwise `null`.

    With `server_time` a page counts down by the server's clock, not by its own.
    """

    poll: PublicPoll | None
    server_time: Instant
