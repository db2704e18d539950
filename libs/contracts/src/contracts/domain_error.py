"""Base class of domain errors: the reason for a rejected request, for the person that sent it."""

from datetime import datetime

from contracts.problem import FieldError


class DomainError(Exception):
    """A request is rejected.

    `message` explains the reason and the remedy, `errors` names the invalid fields, `opens_at` is when the
    request becomes possible. Each service derives its own errors and maps each to a problem in one table.
    """

    retry_after: int | None = None
    """Seconds after which the same request may be sent again, if that helps: of the class, or of one error.
    """

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
