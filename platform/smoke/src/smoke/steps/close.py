"""Step 9: the close: its announcement, the revealed counts, and the certificate of the recount."""

import time
from http import HTTPStatus
from typing import Final

from contracts.api import Results
from contracts.enums import Choice
from contracts.polls import Poll
from contracts.realtime import Ping, PollClosedMessage
from contracts.recount import Certificate, Recount, RecountState
from devkit.failure import Failure
from websockets.sync.client import ClientConnection

from smoke.evidence import Evidence, expect
from smoke.steps.socket import messages, open_socket

ANNOUNCED_SECONDS: Final = 65.0
"""Longest time from the request to the announcement: EventBridge Scheduler's precision is a minute."""
SEALED_SECONDS: Final = 45.0
"""Time from the close until the recount begins, which the seal of the vote log makes final."""
RETRY_SECONDS: Final = 90.0
"""An incomplete recount is repeated after this time."""


def close(evidence: Evidence) -> str:
    """Close the poll; check the message, the public counts and the certificate."""
    poll_id = evidence.require_poll().poll_id
    with open_socket(evidence) as connection:
        connection.send(Ping(action="ping", poll_id=poll_id).model_dump_json(exclude_none=True))
        answer = evidence.require_owner().post(f"/admin/api/polls/{poll_id}/close", json={})
        expect(evidence, answer, HTTPStatus.OK, "close-poll")
        evidence.poll = Poll.model_validate_json(answer.content)
        closed_at = time.time() if evidence.poll.closes_at is None else evidence.poll.closes_at.timestamp()
        _announced(evidence, connection)
    late = max(0.0, time.time() - closed_at)
    evidence.until(lambda: _revealed(evidence), lambda: _hidden(evidence))
    evidence.sleep(max(0.0, closed_at + SEALED_SECONDS - time.time()))
    certificate, _ = evidence.until(lambda: _final(evidence), lambda: _uncertified(evidence), RETRY_SECONDS)
    if certificate.state is not RecountState.CERTIFIED:
        raise Failure(
            f"The recount differs by {certificate.difference} votes: {certificate.reason}",
            "See the runbook, RecountDifferenceAlarm",
        )
    return f"announced {late:.1f} s after the close, revealed, certified"


def _announced(evidence: Evidence, connection: ClientConnection) -> None:
    poll_id = evidence.require_poll().poll_id
    for message in messages(connection, evidence.environment.patience + ANNOUNCED_SECONDS):
        if isinstance(message, PollClosedMessage) and message.poll_id == poll_id:
            return
    raise Failure(
        "No message announced the close on the WebSocket.",
        f"{evidence.environment.logs_command('finish-poll')}; "
        f"{evidence.environment.logs_command('results-stream-handler')}",
    )


def _revealed(evidence: Evidence) -> Results | None:
    answer = evidence.page().get(f"/results/{evidence.require_poll().poll_id}")
    if answer.status_code == HTTPStatus.FORBIDDEN:
        return None
    results = Results.model_validate_json(expect(evidence, answer, HTTPStatus.OK, "get-results").content)
    shown = {"a": results.counts.a, "b": results.counts.b}
    cast = {choice.value: evidence.votes[choice] for choice in Choice}
    if shown != cast:
        raise Failure(
            f"The revealed counts are {shown}, but the votes cast are {cast}.",
            f"{evidence.environment.logs_command('count-votes')}; see the runbook, Rebuilding counters",
        )
    return results


def _hidden(evidence: Evidence) -> Failure:
    return Failure(
        "The counts are still hidden after the close.", evidence.environment.logs_command("track-poll-status")
    )


def _final(evidence: Evidence) -> Certificate | None:
    address = f"/admin/api/results/{evidence.require_poll().poll_id}/certificate"
    answer = expect(evidence, evidence.require_owner().get(address), HTTPStatus.OK, "get-admin-results")
    certificate = Recount.model_validate_json(answer.content).certificate
    return None if certificate is None or certificate.state is RecountState.PROVISIONAL else certificate


def _uncertified(evidence: Evidence) -> Failure:
    return Failure(
        "No recount has certified the closed poll.",
        f"{evidence.environment.logs_command('recount')}; "
        f"then the queue tot-{evidence.environment.name}-recounts",
    )
