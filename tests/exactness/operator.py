"""The operator: rebuilds counters where the stream's guarantee has ended."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from unittest.mock import Mock

from contracts.vote_log import VoteLogPage
from results_service.adapters.epochs import EpochStore
from results_service.adapters.game_results import GameResults
from results_service.adapters.recount_queue import RecountQueue
from results_service.adapters.recounts import Recounts
from results_service.domain.recount import order_rebuild
from results_service.use_cases.count_log import LogCounter
from results_service.use_cases.rebuild import CounterRebuilder, begin_rebuild
from results_service.use_cases.recount import Recounter
from vote_service.adapters.votes_log import _vote_in
from vote_service.domain.vote_log_page import VoteLogEntry, cut, votes_by_time

from .faults import Fault, Killed
from .log import Log
from .stream import Record

if TYPE_CHECKING:
    from results_service.adapters.vote_log import VoteLog

BUCKETS = 4
PAGE = 3


class VoteLogReader:
    """Pages of the vote log as vote-service returns them; faults apply to its calls too."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def page(self, poll_id: str, bucket: int, cursor: str | None) -> VoteLogPage:
        """Return one page."""
        return self._log.interruptions.passing(lambda: self._page(poll_id, bucket, cursor))

    def _page(self, poll_id: str, bucket: int, cursor: str | None) -> VoteLogPage:
        places = {
            record["dynamodb"]["Keys"]["sk"]["S"]: _vote_in(record["dynamodb"]["NewImage"], poll_id)
            for shard in self._log.votes.shards
            for record in shard.records
            if record["eventName"] == "INSERT" and _place(record) == (poll_id, bucket)
        }
        found = [
            VoteLogEntry(place, vote) for place, vote in sorted(places.items()) if place >= (cursor or "")
        ]
        entries, following = cut(found[:PAGE], more=len(found) > PAGE)
        events = votes_by_time(entries)
        return VoteLogPage(
            poll_id=poll_id, bucket=bucket, buckets=BUCKETS, events=events, cursor=following,
            invalid=len(entries) - len(events), sealed=False, closes_at=None,
        )  # fmt: skip


class Operator:
    """Rebuilds counters, and remembers when each poll's counters became wrong."""

    def __init__(self, log: Log, results: GameResults) -> None:
        table = (log.client, "game-results")
        self._log = log
        self._results = results
        self._epochs = EpochStore(*table)  # type: ignore[arg-type]
        vote_log: VoteLog = VoteLogReader(log)  # type: ignore[assignment]
        log_counter = LogCounter(Recounts(*table), vote_log, at_once=1)  # type: ignore[arg-type]
        recounter = Recounter(results, log_counter, Mock(), lambda: log.now, sleep=Mock())
        self._rebuilder = CounterRebuilder(self._epochs, recounter)
        self._wrong_before: dict[str, datetime] = {}

    def lost(self, records: Sequence[Record]) -> None:
        """Note that counters lack these records, or count them twice."""
        for record in records:
            poll, _ = _place(record)
            self._wrong_before[poll] = max(self._log.now, self._wrong_before.get(poll, self._log.now))

    def may_mend(self, poll: str) -> bool:
        """Return whether a poll can be rebuilt: at least one record of it has arrived."""
        return self._results.totals(poll) is not None

    def rebuilt(self, poll: str) -> bool:
        """Return whether a poll was rebuilt; then a shard's counter does not hold all its records."""
        return self._epochs.of(poll).rebuilt

    def begin(self, poll: str, fault: Fault | None = None) -> None:
        """Begin a rebuild; a failure is ignored."""
        self._log.interruptions.arm(fault, lambda: None)
        with suppress(Exception, Killed):
            begin_rebuild(poll, self._results, self._epochs, RecountQueue(Mock(), "recounts"), self._log.now)
        self._log.interruptions.disarm()

    def carry_out(self, poll: str, fault: Fault | None = None) -> None:
        """Carry out the order of the rebuild under way, if any; a failure is ignored."""
        candidate = self._epochs.of(poll).candidate
        if candidate is not None:
            self._log.interruptions.arm(fault, lambda: None)
            with suppress(Exception, Killed):
                self._rebuilder.activate(order_rebuild(poll, candidate), lambda: True)
            self._log.interruptions.disarm()

    def mend(self, poll: str) -> None:
        """Complete the rebuild under way; if its cutoff is before the loss, make another one."""
        while self.may_mend(poll):
            epochs = self._epochs.of(poll)
            if epochs.candidate is not None:
                self._log.now = max(self._log.now, order_rebuild(poll, epochs.candidate).read_from)
                self._rebuilder.activate(order_rebuild(poll, epochs.candidate), lambda: True)
            elif poll in self._wrong_before and epochs.active.cutoff <= self._wrong_before[poll]:
                self._log.now += timedelta(seconds=1)
                begin_rebuild(
                    poll, self._results, self._epochs, RecountQueue(Mock(), "recounts"), self._log.now
                )
            else:
                return


def _place(record: Record) -> tuple[str, int]:
    """Return the poll and the bucket of the vote log that contain a record."""
    poll, _, partition = record["dynamodb"]["Keys"]["pk"]["S"].partition("#")
    return poll, int(partition) % BUCKETS
