"""Poll events: complete, and in the lowest version that holds the whole state."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from contracts.events import POLL_EVENTS
from contracts.ids import new_poll_id
from contracts.polls import CreatePoll
from contracts.stream import event_attribute, read_event
from poll_service.domain import lifecycle
from poll_service.domain.poll import Poll
from poll_service.domain.poll_event import WITH_PROOF_OF_WORK, WITH_TURNOUT, event_of
from pydantic import ValidationError

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
PLAIN = {"question": "Tea or coffee?", "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}}


def poll_of(**more: object) -> Poll:
    wanted = CreatePoll.model_validate(PLAIN | more)
    return lifecycle.create_poll(wanted, new_poll_id(), "organiser", NOW).poll


def test_poll_requires_no_proof_of_work_by_default() -> None:
    assert poll_of().proof_of_work is False
    assert poll_of(proof_of_work=True).proof_of_work is True
    for no_truth_value in ("yes", 1, None):
        with pytest.raises(ValidationError):
            poll_of(proof_of_work=no_truth_value)


@pytest.mark.parametrize("kind", WITH_PROOF_OF_WORK)
def test_plain_poll_is_published_in_version_1(kind: type) -> None:
    event = event_of(kind, poll_of(), NOW)
    assert type(event) is kind
    assert event.version == 1
    assert read_event({"event": event_attribute(event)}, POLL_EVENTS) == event


@pytest.mark.parametrize("kind", WITH_PROOF_OF_WORK)
def test_every_event_of_a_poll_with_proof_of_work_contains_it(kind: type) -> None:
    poll = replace(poll_of(proof_of_work=True), opens_at=NOW, closes_at=NOW + timedelta(hours=1), revision=7)
    event = event_of(kind, poll, NOW)
    dumped = event.model_dump()
    assert (dumped["version"], dumped["proof_of_work"]) == (2, True)
    assert dumped["type"] == kind.model_fields["type"].default  # type: ignore[attr-defined]
    plain = event_of(kind, replace(poll, proof_of_work=False), NOW).model_dump()
    assert {name: dumped[name] for name in plain.keys() - {"version"}} == {
        name: value for name, value in plain.items() if name != "version"
    }
    assert read_event({"event": event_attribute(event)}, POLL_EVENTS) == event


@pytest.mark.parametrize("asks", [True, False])
@pytest.mark.parametrize("kind", WITH_TURNOUT)
def test_every_event_of_a_poll_with_turnout_contains_it_and_proof_of_work(kind: type, asks: bool) -> None:
    event = event_of(kind, poll_of(proof_of_work=asks, show_turnout=True), NOW)
    dumped = event.model_dump()
    assert (dumped["version"], dumped["proof_of_work"], dumped["show_turnout"]) == (3, asks, True)
    assert dumped["type"] == kind.model_fields["type"].default  # type: ignore[attr-defined]
    assert read_event({"event": event_attribute(event)}, POLL_EVENTS) == event


def test_every_kind_of_poll_event_has_every_version() -> None:
    kinds = POLL_EVENTS.json_schema()["discriminator"]["mapping"]
    single_version = {"poll_changed", "poll_deleted"}
    assert {kind.model_fields["type"].default for kind in WITH_PROOF_OF_WORK} == set(kinds) - single_version
    assert WITH_TURNOUT.keys() == WITH_PROOF_OF_WORK.keys()
    unions = [kind["discriminator"]["mapping"] for name, kind in kinds.items() if name not in single_version]
    assert all(set(versions) == {"1", "2", "3"} for versions in unions)
