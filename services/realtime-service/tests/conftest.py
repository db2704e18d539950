"""Fixtures for all tests: keys, polls, snapshots, stream records."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from contracts.enums import PollStatus, ResultVisibility
from contracts.ids import new_poll_id
from contracts.key_ring import KeyRing
from contracts.stream import event_attribute
from contracts.tally import TallyChanged
from testkit.events import stream_record


@pytest.fixture(scope="session")
def pass_keys() -> dict[str, str]:
    return {"current": "k2", "k1": "an older key", "k2": "the key of now"}


@pytest.fixture
def keys(pass_keys: dict[str, str]) -> KeyRing:
    return KeyRing.read(pass_keys)


@pytest.fixture
def poll_id() -> str:
    return new_poll_id()


@pytest.fixture(scope="session")
def tally() -> Callable[..., TallyChanged]:
    """Make a snapshot: by default of an open poll with public counts, with 2 and 3 votes."""

    def snapshot(
        poll_id: str,
        version: int = 1,
        *,
        status: str = "open",
        visibility: str = "always",
        votes: tuple[int, int] = (2, 3),
        opens_at: datetime | None = datetime(2026, 11, 23, 18, tzinfo=UTC),
        closes_at: datetime | None = None,
        show_turnout: bool = False,
    ) -> TallyChanged:
        return TallyChanged(
            poll_id=poll_id,
            a=votes[0],
            b=votes[1],
            invalid=0,
            status=PollStatus(status),
            result_visibility=ResultVisibility(visibility),
            opens_at=opens_at,
            closes_at=closes_at,
            show_turnout=show_turnout,
            tally_version=version,
            updated_at=datetime(2026, 11, 23, 18, 5, tzinfo=UTC),
        )

    return snapshot


@pytest.fixture(scope="session")
def record() -> Callable[..., dict[str, Any]]:
    """Make GameResults' stream record of a snapshot, or of the given event instead."""

    def of_totals(
        tally: TallyChanged | None, number: int = 1, event: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        keys = {"pk": tally.poll_id if tally else "somewhere", "sk": "totals"}
        return stream_record(keys, {"event": event_attribute(tally) if tally else event}, number=number)

    return of_totals
