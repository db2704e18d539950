"""Audit actions and details of poll events."""

from datetime import UTC, datetime
from typing import Any, get_args

from contracts.audit_log import AuditAction
from contracts.events import PollEvent
from contracts.polls import CreatePoll, EditPoll
from poll_service.domain import lifecycle
from poll_service.domain.audit_action import audit_action_of, details
from poll_service.domain.change import Actor
from poll_service.domain.schedule import Schedule
from testkit.poll_settings import ALL_SET


def test_every_poll_event_has_an_audit_action() -> None:
    def types(kind: Any) -> set[str]:
        inner = get_args(getattr(kind, "__value__", kind))
        return set().union(*map(types, inner)) if inner and not hasattr(kind, "model_fields") else named(kind)

    def named(kind: Any) -> set[str]:
        return {kind.model_fields["type"].default} if hasattr(kind, "model_fields") else set()

    event_types = types(PollEvent)
    assert "poll_deleted" in event_types
    assert set(map(audit_action_of, event_types)) <= set(AuditAction)


def test_details_of_an_edit_are_the_names_of_the_changed_fields() -> None:
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    texts = {"question": "Tea?", "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}}
    before = lifecycle.create_poll(CreatePoll.model_validate(texts), "0" * 26, "organiser", now).poll
    wanted = EditPoll.model_validate({**ALL_SET, "question": "Mate?", "policy": "device"})
    change = Actor("organiser", now).stamp(lifecycle.edit_poll(before, Schedule(), wanted, now))
    assert change.event is not None
    about = details(change.event, before, change.poll, now)
    assert about == ", ".join(["question", *ALL_SET])
