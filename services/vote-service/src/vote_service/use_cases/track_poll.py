"""What is done with one record of the Polls stream."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Logger
from contracts.events import POLL_EVENTS
from contracts.stream import NotAContractEvent, read_record

from vote_service.adapters.dead_letter_queue import DeadLetters
from vote_service.adapters.voting_state import VotingState
from vote_service.domain.errors import NotStorable

logger = Logger()


def track(raw: Mapping[str, Any], polls: VotingState, dead_letters: DeadLetters, key_id: str) -> None:
    """Bring our copy up to date, or set the record aside when no number of attempts could.

    Raises `Throttled` or `Unavailable`: then the record is to be delivered again.
    """
    try:
        event = read_record(raw).event(POLL_EVENTS)
        applied = polls.apply(event, key_id)
    except (NotAContractEvent, NotStorable) as error:
        logger.exception("record set aside", event_id=raw.get("eventID"))
        dead_letters.put(raw, reason=str(error))
        return
    logger.info(
        "poll tracked" if applied else "older than our copy",
        poll_id=event.poll_id,
        poll_event=event.type,
        revision=event.revision,
    )
