"""A poll as it is asked for and shown: images, turnout, a time of opening, where it may be embedded.

The bodies before these are in `api`.
"""

from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, PositiveInt, StrictBool, field_validator, model_validator

from contracts.api import Option
from contracts.ids import ManagedStatus, PollId, PollStatus, ResultVisibility, VoterPolicy
from contracts.model import Contract, Instant
from contracts.origin import HttpsOrigin
from contracts.text import Question, casefolded

MAX_EMBED_ORIGINS: Final = 10

ImagePath = Annotated[str, Field(pattern=r"^/images/[0-9a-f]{64}\.webp$")]
"""An image by its content: the SHA-256 of its bytes. What is behind a path never changes."""

SeenRevision = Annotated[int, Field(strict=True, ge=1)]
"""The revision that whoever asks has seen. If somebody has changed the poll since, nothing is done."""

EmbedOrigins = Annotated[
    tuple[HttpsOrigin, ...],
    Field(max_length=MAX_EMBED_ORIGINS),
    AfterValidator(lambda origins: tuple(dict.fromkeys(origins))),
]
"""The foreign pages that may show the poll inside them."""


class NewOption(Option):
    """One of the two options, as asked for."""

    image: ImagePath | None = None


class NewOptions(Contract):
    """Both options, as asked for."""

    a: NewOption
    b: NewOption

    @model_validator(mode="after")
    def _must_differ(self) -> Self:
        if casefolded(self.a.label) == casefolded(self.b.label):
            raise ValueError("the two options must differ")
        return self


class CreatePoll(Contract):
    """`POST /admin/api/polls`. The poll starts as a draft.

    `closes_at` is when it will close once opened. `opens_at` is when it is meant to open: to keep that date
    it must be scheduled. `rerun_of` is the poll that this one asks again.
    """

    question: Question
    options: NewOptions
    policy: VoterPolicy = VoterPolicy.DEVICE
    result_visibility: ResultVisibility = ResultVisibility.ALWAYS
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    proof_of_work: StrictBool = False
    show_turnout: StrictBool = False
    embed_origins: EmbedOrigins = ()
    rerun_of: PollId | None = None


class EditPoll(Contract):
    """`PATCH /admin/api/polls/{poll_id}`: what is left out stays as it is.

    `status: draft` takes a scheduled poll back. A time that is `null` is taken away.
    """

    question: Question | None = None
    options: NewOptions | None = None
    policy: VoterPolicy | None = None
    result_visibility: ResultVisibility | None = None
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    proof_of_work: StrictBool | None = None
    show_turnout: StrictBool | None = None
    embed_origins: EmbedOrigins | None = None
    status: ManagedStatus | None = None
    revision: SeenRevision | None = None

    @field_validator(
        "question", "options", "policy", "result_visibility", "proof_of_work", "show_turnout",
        "embed_origins", "status", mode="before",
    )  # fmt: skip
    @classmethod
    def _reject_null(cls, value: object) -> object:
        if value is None:
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
    """`POST /admin/api/polls/{poll_id}/open`: now, or with `opens_at` at that time; `closes_at` ends it."""

    opens_at: Instant | None = None
    closes_at: Instant | None = None
    revision: SeenRevision | None = None


class ChangePoll(Contract):
    """`POST …/close` and `POST …/archive`: nothing more to say than what was seen."""

    revision: SeenRevision | None = None


class OptionV2(Option):
    """One of the two options, as shown."""

    image: ImagePath | None


class OptionsV2(Contract):
    """Both options, as shown."""

    a: OptionV2
    b: OptionV2


class _ShownPoll(Contract):
    poll_id: PollId
    question: str
    options: OptionsV2
    opens_at: Instant | None
    closes_at: Instant | None
    policy: VoterPolicy
    result_visibility: ResultVisibility
    show_turnout: bool
    revision: PositiveInt


class PollV3(_ShownPoll):
    """A poll as everybody sees it. A scheduled one is open, with `opens_at` in the future."""

    status: PollStatus


class PollV4(_ShownPoll):
    """A poll as organisers see it. A draft's `opens_at` is only what was meant."""

    status: ManagedStatus
    archived_at: Instant | None
    proof_of_work: bool
    embed_origins: tuple[str, ...]
    rerun_of: PollId | None


class PollSummaryV3(PollV4):
    """A poll in the organiser's list."""

    created_at: Instant


class PollListV3(Contract):
    """`GET /admin/api/polls`: newest first; `next_cursor` asks for the next page, `null` at the end."""

    polls: tuple[PollSummaryV3, ...]
    next_cursor: str | None


class ActivePollV2(Contract):
    """`GET /polls/active`: the open poll, else the next to open within a day, else none.

    `server_time` lets a page count down by our clock, not by its own.
    """

    poll: PollV3 | None
    server_time: Instant
