"""The base of every refusal: why something asked for is not done, for the person who asked."""

from datetime import datetime

from contracts.problem import FieldError


class DomainError(Exception):
    """Something asked for is not done.

    `message` tells the person why and what to do, `errors` names the fields at fault, `opens_at` when it will
    be possible. Each service derives its own and says in one table which problem each is.
    """

    retry_after: int | None = None
    """After how many seconds the same request may be sent again, where that helps: of a kind, or of one."""

    def __init__(
        self,
        message: str | None = None,
        *,
        errors: tuple[FieldError, ...] | None = None,
        opens_at: datetime | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(*([message] if message else []))
        self.message = message
        self.errors = errors
        self.opens_at = opens_at
        if retry_after is not None:
            self.retry_after = retry_after
