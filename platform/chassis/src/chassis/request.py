"""Read a request: body, poll id in the path, idempotency key, cookies, organiser."""

import base64
import re
from collections.abc import Mapping
from typing import Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from contracts.domain_error import DomainError
from contracts.ids import PollId
from contracts.problem import FieldError, field_errors
from pydantic import BaseModel, TypeAdapter, ValidationError

from chassis.organiser import authenticated_principal

MAX_BODY_BYTES: Final = 4 * 1024
IDEMPOTENCY_KEY: Final = "idempotency-key"
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{22,64}")
_POLL_ID: Final[TypeAdapter[str]] = TypeAdapter(PollId)


class Malformed(DomainError):
    """The body, query or path is invalid for this route."""


class KeyReused(Malformed):
    """The idempotency key was already used for another request."""

    def __init__(self) -> None:
        super().__init__(errors=(FieldError(field=IDEMPOTENCY_KEY, message="was used for another request"),))


class NotJson(DomainError):
    """The `Content-Type` of the body is not JSON."""


class NotAnImage(DomainError):
    """The `Content-Type` of the body is not an image type."""


class TooLarge(DomainError):
    """The body exceeds the size limit."""


class RepeatedCookie(Malformed):
    """The request contains one of our cookies more than once, so the genuine one is unknown."""


class NoSuchPoll(DomainError):
    """The path contains no valid poll id, so no poll has it."""


def read_body[M: BaseModel](app: APIGatewayHttpResolver, model: type[M], *, required: bool = True) -> M:
    """Return the JSON body as `model`; a missing body is read as `{}` unless `required`.

    Raises `NotJson`, `TooLarge` or `Malformed`, which names each invalid field and repeats no value.
    """
    event = app.current_event
    if not event.body and not required:
        return read(model, b"{}")
    if event.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise NotJson
    text = event.body or ""
    body = base64.b64decode(text) if event.is_base64_encoded else text.encode(errors="surrogatepass")
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge(f"At most {MAX_BODY_BYTES} bytes are taken")
    return read(model, body)


def read_image(app: APIGatewayHttpResolver) -> bytes:
    """Return the bytes of a body with an image content type; they are not decoded here.

    Raises `NotAnImage`.
    """
    event = app.current_event
    kind = event.headers.get("content-type", "").strip().lower()
    if not kind.startswith("image/") or not event.body or not event.is_base64_encoded:
        raise NotAnImage("Send the picture's own bytes as the body, with its type, such as image/jpeg")
    return base64.b64decode(event.body)


def read_cookie(app: APIGatewayHttpResolver, name: str) -> str | None:
    """Return the value of the cookie with exactly this name, unchanged. Raises `RepeatedCookie`.

    The name is not stripped, case-folded or unquoted: a browser protects `__Host-` names from other sites
    only in this exact spelling, and a cookie with another spelling may have been set by another site.
    """
    sent = [str(cookie).partition("=") for cookie in app.current_event.raw_event.get("cookies") or ()]
    values = [value for found, _, value in sent if found == name]
    if len(values) > 1:
        raise RepeatedCookie("The same cookie was sent more than once: clear this site's cookies")
    return values[0] if values else None


def read[M: BaseModel](model: type[M], given: bytes | Mapping[str, str]) -> M:
    """Validate JSON text, or a mapping of strings, as `model`. Raises `Malformed`."""
    try:
        return model.model_validate_json(given) if isinstance(given, bytes) else model.model_validate(given)
    except ValidationError as error:
        raise Malformed(errors=field_errors(error)) from None


def read_idempotency_key(app: APIGatewayHttpResolver) -> str | None:
    """Return the client's `Idempotency-Key`, or None. A retry of the request has the same key.

    Raises `Malformed` for a key that is too short to be unique.
    """
    key = app.current_event.headers.get(IDEMPOTENCY_KEY)
    if key is not None and not _KEY.fullmatch(key):
        message = "takes 22 to 64 letters, digits, - and _, at random"
        raise Malformed(errors=(FieldError(field=IDEMPOTENCY_KEY, message=message),))
    return key


def poll_in_path(text: str) -> PollId:
    """Return the poll id from the path. Raises `NoSuchPoll`."""
    try:
        return _POLL_ID.validate_python(text)
    except ValidationError:
        raise NoSuchPoll from None


def organiser(app: APIGatewayHttpResolver) -> str:
    """Return the subject of the token that the authorizer has verified. Raises `NotSignedIn`."""
    return authenticated_principal(app).subject
