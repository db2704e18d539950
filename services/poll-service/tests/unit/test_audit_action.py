"""Audit actions and details of poll events."""

from datetime import UTC, datetime
from typing import Any, get_args

from contracts.audit_log import AuditAction, AuditEvent
from contracts.events import PollEvent
from hypothesis import given
from hypothesis import strategies as st
from poll_service.domain.audit_action import FIELD_LABELS, audit_action_of
from poll_service.domain.poll import Poll


def test_every_poll_event_has_an_audit_action() -> None:
    def types(kind: Any) -> set[str]:
        inner = get_args(getattr(kind, "__value__", kind))
        return set().union(*map(types, inner)) if inner and not hasattr(kind, "model_fields") else named(kind)

    def named(kind: Any) -> set[str]:
        return {kind.model_fields["type"].default} if hasattr(kind, "model_fields") else set()

    event_types = types(PollEvent)
    assert "poll_deleted" in event_types
    assert set(map(audit_action_of, event_types)) <= set(AuditAction)


def test_every_labelled_field_is_a_field_of_a_poll() -> None:
    assert set(FIELD_LABELS) <= set(Poll.__dataclass_fields__)


@given(st.sets(st.sampled_from(sorted(set(FIELD_LABELS.values())))))
def test_labels_of_all_changed_fields_fit_an_audit_event(words: set[str]) -> None:
    about = ", ".join(sorted(words)) or None
    AuditEvent(at=datetime.now(UTC), subject="s", name="n", action=AuditAction.POLL_CHANGED, about=about)
