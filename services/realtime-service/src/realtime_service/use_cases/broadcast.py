"""Broadcast changed tallies to all open pages: store first, then send, so that no page misses one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from contracts.realtime import AudienceMessage
from contracts.tally import TallyChanged
from contracts.visibility import Scope

from realtime_service.adapters.audience import AudienceSizes
from realtime_service.adapters.connections import Connection, Connections
from realtime_service.adapters.errors import StoreUnavailable
from realtime_service.adapters.results_snapshots import Snapshots, StaleSnapshot
from realtime_service.adapters.sockets import Sockets
from realtime_service.domain.batch import Change
from realtime_service.domain.messages import Known, Outline, encode, messages_of_change
from realtime_service.domain.subscriber import audience_of

GRACE: Final = timedelta(seconds=30)
"""API Gateway also returns 410 Gone during a handshake, which takes at most 29 seconds."""

logger = Logger()
metrics = Metrics()


@dataclass(frozen=True, slots=True)
class SnapshotUpdate:
    """A snapshot that is now the newest, and the outline of its poll that was broadcast last."""

    known: Known
    announced: Outline | None


def broadcast(
    changes: Iterable[Change],
    snapshots: Snapshots,
    connections: Connections,
    sockets: Sockets,
    now: datetime,
    *,
    sizes: AudienceSizes,
) -> tuple[Change, ...]:
    """Store each poll's snapshot and send those that are the newest to all connections.

    A snapshot that is stored already is sent again, because its record may have been delivered again after a
    failed broadcast; an older one is not. Returns the changes that were not stored and must be delivered
    again. Raises `StoreUnavailable` if the connections cannot be listed.
    """
    updates, failed = _store(changes, snapshots)
    everyone = connections.everyone(now) if updates else []
    deliveries = _deliveries(updates, everyone, now)
    audience_messages = _audience_messages(everyone, sizes, now) if deliveries else ()
    posted = sockets.post((to, messages + audience_messages) for to, messages in deliveries.items())
    metrics.add_metric("MessagesDelivered", MetricUnit.Count, posted.sent)
    metrics.add_metadata("broadcast", [_log_entry(update.known.tally) for update in updates])
    _mark_announced(updates, snapshots)
    _remove(posted.gone, everyone, connections, now)
    return failed


def _log_entry(tally: TallyChanged) -> dict[str, str | int | None]:
    """Return which snapshot was broadcast; `./dev trace` reads it."""
    return {"poll_id": tally.poll_id, "version": tally.tally_version, "trace_id": tally.trace_id}


def _store(
    changes: Iterable[Change], snapshots: Snapshots
) -> tuple[list[SnapshotUpdate], tuple[Change, ...]]:
    updates: list[SnapshotUpdate] = []
    failed: list[Change] = []
    for change in changes:
        try:
            stored = snapshots.keep(change.tally)
            updates.append(SnapshotUpdate(Known(change.tally, stored.outline_version), stored.announced))
        except StaleSnapshot:
            logger.info("stale snapshot", poll_id=change.tally.poll_id, version=change.tally.tally_version)
        except StoreUnavailable as error:
            logger.warning("snapshot not stored", poll_id=change.tally.poll_id, exc_info=error)
            failed.append(change)
    return updates, tuple(failed)


def _mark_announced(updates: list[SnapshotUpdate], snapshots: Snapshots) -> None:
    for update in updates:
        tally = update.known.tally
        if Outline.of(tally) == update.announced:
            continue
        try:
            snapshots.mark_announced(update.known)
        except StoreUnavailable as error:
            logger.warning(
                "broadcast not recorded: will be sent again", poll_id=tally.poll_id, exc_info=error
            )


def _deliveries(
    updates: list[SnapshotUpdate], everyone: list[Connection], now: datetime
) -> dict[str, tuple[bytes, ...]]:
    @cache
    def messages(position: int, scope: Scope) -> tuple[bytes, ...]:
        update = updates[position]
        return tuple(map(encode, messages_of_change(update.known, update.announced, scope, now)))

    deliveries = {
        connection.connection_id: tuple(
            message
            for position, update in enumerate(updates)
            for message in messages(position, connection.subscriber.scope_for(update.known.tally.poll_id))
        )
        for connection in everyone
    }
    return {connection_id: messages for connection_id, messages in deliveries.items() if messages}


def _audience_messages(everyone: list[Connection], sizes: AudienceSizes, now: datetime) -> tuple[bytes, ...]:
    """Return a message with the audience size if it is to be broadcast now; otherwise nothing."""
    audience = audience_of(connection.subscriber for connection in everyone)
    try:
        return (encode(AudienceMessage(audience=audience)),) if sizes.moved(audience, now) else ()
    except StoreUnavailable as error:
        logger.warning("audience not announced", exc_info=error)
        return ()


def _remove(
    gone: frozenset[str], everyone: list[Connection], connections: Connections, now: datetime
) -> None:
    settled = [c.connection_id for c in everyone if c.connection_id in gone and c.connected_at <= now - GRACE]
    try:
        connections.remove_many(settled)
    except StoreUnavailable as error:
        # All messages are sent; an error now would only send them again. The next broadcast removes these.
        logger.warning("gone connections not removed", count=len(settled), exc_info=error)
