"""Functions that operators invoke accept their contract only, and record the operator before any change."""

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest


def stopped(*_: object) -> None:
    raise RuntimeError("nothing was done")


@pytest.mark.parametrize("slug", ["rebuild", "redrive"])
@pytest.mark.parametrize("event", [{}, {"poll_id": "short"}, {"poll_id": "0" * 26, "other": "0009"}])
def test_request_against_the_contract_is_rejected(
    aws: Any, load: Callable[[str], ModuleType], slug: str, event: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="validation error"):
        load(slug).handler(event, aws.context)


@pytest.mark.parametrize(
    ("slug", "name", "change", "action"),
    [
        ("rebuild", "begin_rebuild", stopped, "counters.rebuilt"),
        ("redrive", "redriver", SimpleNamespace(redrive=stopped), "records.redriven"),
    ],
)
def test_audit_log_records_the_operator_before_any_change(
    aws: Any,
    load: Callable[[str], ModuleType],
    monkeypatch: pytest.MonkeyPatch,
    poll_id: str,
    slug: str,
    name: str,
    change: object,
    action: str,
) -> None:
    function = load(slug)
    monkeypatch.setattr(function, name, change)
    for asked in ({"poll_id": poll_id, "asked_by": "olga"}, {"poll_id": poll_id}):
        with pytest.raises(RuntimeError, match="nothing was done"):
            function.handler(asked, aws.context)
    items = aws.dynamodb.scan(TableName="tot-test-audit-log")["Items"]
    found = [item for item in items if item["poll_id"]["S"] == poll_id]
    events = [tuple(item[field]["S"] for field in ("subject", "name", "action")) for item in found]
    assert sorted(events) == [("operator", "olga", action), ("operator", "operator", action)]
