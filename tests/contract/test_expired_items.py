"""Readers treat expired items as absent: DynamoDB deletes them only within days.

Each reader of an item with an expiry is listed here, or has a reason in `GUARDED`. A module that writes such
an item and is in neither list fails the test below. Updates of expired abuse counters continue them: such a
poll has had no vote for 90 days, and the counts are samples.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import boto3
import pytest
from chassis import audit_log as chassis_audit_log
from chassis.audit_log import REPEATABLE_FOR, AuditLog, PendingAuditEvent, write_of
from chassis.organiser import Principal
from contracts.audit_log import AuditAction
from contracts.enums import PollStatus, VoterPolicy
from contracts.ids import new_poll_id
from contracts.key_ring import KeyRing
from contracts.visibility import Scope
from devkit.checkout import ROOT
from members.adapters.audit_log import AuditLogReader
from realtime_service.adapters.connections import MAX_CONNECTION, Connection, Connections
from realtime_service.domain.subscriber import Subscriber
from template_lint.rules.privacy import EXPIRING
from testkit.world import World
from vote_service.adapters import abuse_counters, new_voter_counts
from vote_service.adapters.minted_codes import MintedCodes
from vote_service.adapters.rate_limit_counters import VoterTokenCounters
from vote_service.domain.abuse_signals import AbuseSignal
from vote_service.domain.poll import PollCopy, VotingKeys
from vote_service.domain.rate_limit import CODE_WINDOW, NEW_VOTERS_PER_CODE, Window

NOW: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
POLL: Final = new_poll_id()
KEYS: Final = KeyRing.read({"current": "k1", "k1": "a key"})
COPY: Final = PollCopy(
    POLL, PollStatus.OPEN, None, None, VoterPolicy.CODE, 1, VotingKeys(bytes(32), "k1", 16)
)
ADA: Final = Principal("subject-1", "ada", None)


@dataclass(frozen=True)
class Reader:
    """One item type: how to write it, and the result of a read at this moment."""

    module: str
    lives_for: timedelta
    write: Callable[[Any, World], object]
    read: Callable[[Any, World, datetime], object]


def _signs(client: Any, world: World) -> abuse_counters.AbuseCounters:
    return abuse_counters.AbuseCounters(client, world.table("VotingStateTable"))


def _new_voters(client: Any, world: World) -> new_voter_counts.NewVoterCounts:
    return new_voter_counts.NewVoterCounts(client, world.table("VotingStateTable"))


def _minted(client: Any, world: World, now: datetime) -> bool:
    table = MintedCodes(client, world.table("VotingStateTable"))
    entry = write_of(
        PendingAuditEvent(ADA, AuditAction.CODES_MINTED, now).entry(POLL), world.table("AuditLogTable")
    )
    return table.add(POLL, 3, "submission", now, entry)


def _submitted(client: Any, world: World, now: datetime) -> bool:
    entry = PendingAuditEvent(ADA, AuditAction.IMAGE_STORED, now).entry()
    return AuditLog(client, world.table("AuditLogTable")).add_once(entry, "picture") == now


def _code_has_room(client: Any, world: World, now: datetime) -> bool:
    window = Window.at(now, CODE_WINDOW)
    counters = VoterTokenCounters(client, world.table("VotingStateTable"))
    return counters.count(
        window.counter_of_code(COPY, b"123456", KEYS), NEW_VOTERS_PER_CODE, window.expires_at
    )


def _audit_log(client: Any, world: World) -> None:
    done = PendingAuditEvent(ADA, AuditAction.CODES_MINTED, NOW)
    AuditLog(client, world.table("AuditLogTable")).add(done.entry(POLL))


def _connections(client: Any, world: World) -> Connections:
    return Connections(client, world.table("WebSocketConnections"))


READERS: Final = {
    "signs of abuse": Reader(
        "vote_service/adapters/sampled_counters.py",
        abuse_counters.COUNTS_RETENTION,
        lambda client, world: _signs(client, world).refusal(POLL, AbuseSignal.INVALID_CODE, NOW),
        lambda client, world, now: _signs(client, world).of(POLL, now),
    ),
    "numbers of new voter tokens": Reader(
        "vote_service/adapters/sampled_counters.py",
        new_voter_counts.COUNTS_RETENTION,
        lambda client, world: _new_voters(client, world).issued(NOW),
        lambda client, world, now: _new_voters(client, world).between(NOW, NOW, now),
    ),
    "the limit of a code": Reader(
        "vote_service/adapters/rate_limit_counters.py",
        CODE_WINDOW + timedelta(hours=1),
        lambda client, world: [_code_has_room(client, world, NOW) for _ in range(NEW_VOTERS_PER_CODE)],
        _code_has_room,
    ),
    "a submission of minted codes": Reader(
        "vote_service/adapters/minted_codes.py",
        REPEATABLE_FOR,
        lambda client, world: _minted(client, world, NOW),
        _minted,
    ),
    "a submission that is in the audit log": Reader(
        "chassis/audit_log.py",
        REPEATABLE_FOR,
        lambda client, world: _submitted(client, world, NOW - timedelta(seconds=1)),
        _submitted,
    ),
    "the audit log": Reader(
        "chassis/audit_log.py",
        chassis_audit_log.AUDIT_RETENTION,
        _audit_log,
        lambda client, world, now: AuditLogReader(client, world.table("AuditLogTable")).page(
            None, 9, None, now
        ),
    ),
    "the audit log of a poll": Reader(
        "chassis/audit_log.py",
        chassis_audit_log.AUDIT_RETENTION,
        _audit_log,
        lambda client, world, now: AuditLogReader(client, world.table("AuditLogTable")).page(
            POLL, 9, None, now
        ),
    ),
    "open sockets": Reader(
        "realtime_service/adapters/connections.py",
        MAX_CONNECTION,
        lambda client, world: _connections(client, world).add(
            Connection("c=", Subscriber(Scope.PUBLIC), NOW)
        ),
        lambda client, world, now: _connections(client, world).everyone(now),
    ),
}
GUARDED: Final = {
    "realtime_service/adapters/network_tickets.py": "a window has its own counter, which expires with it",
    "realtime_service/adapters/tickets.py": "a ticket expires an hour before its item, and is refused then",
    "vote_service/adapters/used_challenges.py": "a challenge expires before its item, and is refused then",
    "members/adapters/presenter_sessions.py": "a session compares its end: `test_presenter_session.py`",
    "members/adapters/members.py": "it refuses a removed account, whose last token expires before the item",
}


@pytest.mark.parametrize("name", READERS)
def test_expired_item_is_absent_for_its_reader(world: World, name: str) -> None:
    reader, client = READERS[name], boto3.client("dynamodb")
    expired = NOW + reader.lives_for
    with_none = reader.read(client, world, NOW), reader.read(client, world, expired)
    world.reset()
    reader.write(client, world)
    there = sum(client.scan(TableName=world.table(table))["Count"] for table in EXPIRING)
    assert reader.read(client, world, NOW) != with_none[0], "a live item is read"
    assert reader.read(client, world, expired) == with_none[1]
    assert there > 0


def test_every_writer_of_expiring_items_is_tested_or_has_a_reason() -> None:
    attributes = set(EXPIRING.values())
    writers = set()
    deployed = ("services/*", "platform/chassis", "platform/members", "platform/preflight")
    for package in [path for folder in deployed for path in ROOT.glob(f"{folder}/src/*")]:
        for path in package.rglob("*.py"):
            text = path.read_text()
            if any(f'"{name}": {{"N"' in text or f"{name} = :" in text for name in attributes):
                writers.add(str(path.relative_to(package.parent)))
    assert writers == {reader.module for reader in READERS.values()} | GUARDED.keys()
