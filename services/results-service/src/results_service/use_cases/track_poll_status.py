"""Apply a change of a poll to its copy in the totals, by the same conditional write as counting."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.events import POLL_EVENTS, PollClosed, PollDeleted, PollEvent
from contracts.ids import PollId
from contracts.stream import NotAContractEvent, read_record
from pydantic import TypeAdapter, ValidationError

from results_service.adapters.dead_letter_queue import POISON, DeadLetterQueue
from results_service.adapters.game_results import GameResults
from results_service.adapters.game_results_items import InvalidRecord
from results_service.adapters.log_files import LogFiles
from results_service.adapters.publications import Publications
from results_service.adapters.recount_queue import RecountQueue
from results_service.domain.poll import Poll
from results_service.domain.publication import PollTexts
from results_service.domain.recount import SEALED_AFTER, order_at_close
from results_service.domain.redrive import POLLS
from results_service.domain.vote_record import UNREADABLE, number_of

_POLL_ID: TypeAdapter[str] = TypeAdapter(PollId)


@dataclass(frozen=True, slots=True)
class PollUpdates:
    """Applies poll events to `results`.

    After a poll's close it orders a recount for the time when the vote log is sealed, and keeps the texts for
    the certificate. With a deleted poll both its texts and its certificate go.
    """

    results: GameResults
    recounts: RecountQueue
    publications: Publications
    log_files: LogFiles
    clock: Callable[[], datetime]

    def apply(self, event: PollEvent) -> None:
        """Apply one event. Idempotent, and safe for late events: only a higher revision changes the copy."""
        self.results.rewrite_totals(event.poll_id, self.clock, update=event.project(Poll))
        if isinstance(event, PollDeleted) and self.publications.texts(event.poll_id) is not None:
            self.log_files.remove(f"{event.poll_id}/certificate.json")
            self.publications.forget(event.poll_id)
        if isinstance(event, PollClosed) and event.closes_at is not None:
            self.publications.keep_texts(event.poll_id, PollTexts.of(event))
            order = order_at_close(event.poll_id, event.closes_at)
            self.recounts.send(order, not_before=event.closes_at + SEALED_AFTER, now=self.clock())


@dataclass(frozen=True, slots=True)
class PollStatusTracker:
    """Applies records of the Polls stream; stores and reports invalid ones."""

    updates: PollUpdates
    dead_letters: DeadLetterQueue

    def track(self, raw: Mapping[str, Any]) -> None:
        """Apply one stream record."""
        try:
            event = read_record(raw).event(POLL_EVENTS)
        except NotAContractEvent as error:
            poison = InvalidRecord(_poll_in_key(raw), POLLS, number_of(raw), str(error), raw)
            self.updates.results.store_invalid(poison, self.updates.clock())
            self.dead_letters.report(POISON, poison)
        else:
            self.updates.apply(event)


def _poll_in_key(raw: object) -> str:
    match raw:
        case {"dynamodb": {"Keys": {"poll_id": {"S": str(poll_id)}}}}:
            try:
                return _POLL_ID.validate_python(poll_id)
            except ValidationError:
                return UNREADABLE
    return UNREADABLE
