"""Apply one record of the Polls stream to this service's copy of the poll."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger
from contracts.events import POLL_EVENTS
from contracts.stream import NotAContractEvent, read_record

from vote_service.adapters.dead_letter_queue import DeadLetters
from vote_service.adapters.voting_state import VotingState
from vote_service.domain.errors import NotStorable

logger = Logger()


def track(
    raw: Mapping[str, Any], polls: VotingState, dead_letters: DeadLetters, key_id: str, buckets: int
) -> None:
    """Update the copy, or send the record to the dead-letter queue if retries cannot help.

    `key_id` and `buckets` are those of a new poll.

    Raises `Throttled` or `Unavailable`; then the record must be retried.
    """
    try:
        event = read_record(raw).event(POLL_EVENTS)
        applied = polls.apply(event, key_id, buckets)
    except (NotAContractEvent, NotStorable) as error:
        logger.exception("record sent to the dead-letter queue", event_id=raw.get("eventID"))
        dead_letters.put(raw, reason=str(error))
        return
    logger.info(
        "poll tracked" if applied else "older than our copy",
        poll_id=event.poll_id,
        poll_event=event.type,
        revision=event.revision,
    )
