"""Reading a request: its body, the poll in its path, the organiser behind its token."""

import base64
import re
from collections.abc import Mapping
from typing import Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from contracts.ids import PollId
from contracts.problem import FieldError, field_errors
from contracts.refusal import DomainError
from pydantic import BaseModel, TypeAdapter, ValidationError

from gateway.organiser import authenticated_principal

MAX_BODY_BYTES: Final = 4 * 1024
IDEMPOTENCY_KEY: Final = "idempotency-key"
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{22,64}")
_POLL_ID: Final[TypeAdapter[str]] = TypeAdapter(PollId)


class Malformed(DomainError):
    """The body, the query or the path is not what this route takes."""


class KeyReused(Malformed):
    """The idempotency key came before, with another request."""

    def __init__(self) -> None:
        super().__init__(errors=(FieldError(field=IDEMPOTENCY_KEY, message="was used for another request"),))


class NotJson(DomainError):
    """The body is not declared as JSON."""


class NotAnImage(DomainError):
    """The body is not declared as a picture."""


class TooLarge(DomainError):
    """The body is larger than anything we take."""


class RepeatedCookie(Malformed):
    """A request carries a cookie of ours more than once: the browser's own cannot be told from the other."""


class NoSuchPoll(DomainError):
    """What is no poll id cannot be the id of a poll."""


def read_body[M: BaseModel](app: APIGatewayHttpResolver, model: type[M], *, required: bool = True) -> M:
    """Return the JSON body as `model`; an absent one reads as `{}` unless `required`.

    Raises `NotJson`, `TooLarge` or `Malformed`, which names each field at fault and repeats no value.
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
    """Return the bytes of a body that is declared as a picture; whether it is one, a decoder has to say.

    Raises `NotAnImage`.
    """
    event = app.current_event
    kind = event.headers.get("content-type", "").strip().lower()
    if not kind.startswith("image/") or not event.body or not event.is_base64_encoded:
        raise NotAnImage("Send the picture's own bytes as the body, with its type, such as image/jpeg")
    return base64.b64decode(event.body)


def read_cookie(app: APIGatewayHttpResolver, name: str) -> str | None:
    """Return the value of the cookie of exactly this name, as sent. Raises `RepeatedCookie`.

    Nothing is stripped, folded or unquoted: a browser keeps `__Host-` names to their own site letter by
    letter, so a name that only looks the same was set by another site.
    """
    sent = [str(cookie).partition("=") for cookie in app.current_event.raw_event.get("cookies") or ()]
    values = [value for found, _, value in sent if found == name]
    if len(values) > 1:
        raise RepeatedCookie("The same cookie was sent more than once: clear this site's cookies")
    return values[0] if values else None


def read[M: BaseModel](model: type[M], given: bytes | Mapping[str, str]) -> M:
    """Return JSON text or text fields as `model`. Raises `Malformed`."""
    try:
        return model.model_validate_json(given) if isinstance(given, bytes) else model.model_validate(given)
    except ValidationError as error:
        raise Malformed(errors=field_errors(error)) from None


def read_idempotency_key(app: APIGatewayHttpResolver) -> str | None:
    """Return the key that the client made for this request, the same one however often it is sent.

    Raises `Malformed` for one that is too short to be anybody's own.
    """
    key = app.current_event.headers.get(IDEMPOTENCY_KEY)
    if key is not None and not _KEY.fullmatch(key):
        message = "takes 22 to 64 letters, digits, - and _, at random"
        raise Malformed(errors=(FieldError(field=IDEMPOTENCY_KEY, message=message),))
    return key


def poll_in_path(text: str) -> PollId:
    """Return the path's poll id. Raises `NoSuchPoll`."""
    try:
        return _POLL_ID.validate_python(text)
    except ValidationError:
        raise NoSuchPoll from None


def organiser(app: APIGatewayHttpResolver) -> str:
    """Return the subject of the token that the gateway's authorizer has checked. Raises `NotSignedIn`."""
    return authenticated_principal(app).subject
