"""Step 8: the WebSocket through the edge, the time from a vote to its message, a foreign page's socket."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from contracts.enums import Choice
from contracts.realtime import MESSAGES, Message, Ping, ResultsHiddenMessage, ResultsMessage
from devkit.failure import Failure
from pydantic import ValidationError
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from smoke.evidence import Evidence

_FOREIGN: Final = "https://other.example"


def socket(evidence: Evidence) -> str:
    """Check that a message shows a vote to an open page, and that a page of another site gets no socket."""
    poll_id = evidence.require_poll().poll_id
    with open_socket(evidence) as connection:
        connection.send(Ping(action="ping", poll_id=poll_id).model_dump_json(exclude_none=True))
        cast_at = time.monotonic()
        evidence.cast_new(evidence.new_voter()[0], Choice.B)
        _shown(evidence, connection, evidence.votes.total())
    seconds = time.monotonic() - cast_at
    _foreign(evidence)
    evidence.only_on_aws(
        "the WebSocket passes CloudFront", "the laptop's edge opens the socket in CloudFront's place"
    )
    return f"shown {seconds:.1f} s after the vote"


@contextmanager
def open_socket(evidence: Evidence, origin: str | None = None) -> Iterator[ClientConnection]:
    """Open the page's WebSocket with a new ticket. Raises `Failure`."""
    environment = evidence.environment
    address = f"{environment.site.replace('http', 'ws', 1)}/ws"
    own = Origin(origin or environment.site)
    try:
        connection = connect(
            f"{address}?ticket={evidence.ticket()}", origin=own, open_timeout=environment.patience,
            proxy=True if environment.on_aws else None,
        )  # fmt: skip
    except (OSError, WebSocketException) as error:
        reason = str(error)
        if isinstance(error, InvalidStatus):
            reason = f"the handshake was answered {error.response.status_code}"
        raise Failure(
            f"The WebSocket {address} was refused: {reason}.",
            f"{environment.logs_command('authorize-connection')}; {environment.logs_command('connect')}",
        ) from error
    with connection:
        yield connection


def messages(connection: ClientConnection, seconds: float) -> Iterator[Message]:
    """Yield the messages that arrive within the time. Raises `Failure` if the connection breaks."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        try:
            yield MESSAGES.validate_json(connection.recv(timeout=left))
        except TimeoutError:
            return
        except ValidationError as error:
            raise Failure(
                "A message on the WebSocket is not of the contract.",
                f"{error}\nAPI Gateway itself answers so if the function ping fails.",
            ) from error
        except WebSocketException as error:
            raise Failure(f"The WebSocket was closed: {error}.", "Run the test again.") from error


def _shown(evidence: Evidence, connection: ClientConnection, total: int) -> None:
    newest: int | None = None
    for message in messages(connection, evidence.environment.patience):
        if isinstance(message, ResultsMessage | ResultsHiddenMessage):
            newest = message.total
            if newest == total:
                return
    raise Failure(
        f"No message showed {total} votes within {evidence.environment.patience:.0f} s; "
        f"the last showed {newest}.",
        f"{evidence.environment.logs_command('results-stream-handler')}; see the runbook, "
        "ResultsStreamHandlerPostsAlarm",
    )


def _foreign(evidence: Evidence) -> None:
    try:
        with open_socket(evidence, _FOREIGN):
            pass
    except Failure as refused:
        if isinstance(refused.__cause__, InvalidStatus):
            return
        raise
    raise Failure(
        f"A page of {_FOREIGN} opened the WebSocket.",
        "SiteOrigin of realtime-service must be the site. "
        f"{evidence.environment.deploy_command('realtime-service')}",
    )
