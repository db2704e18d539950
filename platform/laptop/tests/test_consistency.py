"""The comparison of the vote log with the counters."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from laptop import consistency
from laptop.consistency import check_consistency
from laptop.instance import Instance


def vote(choice: str) -> dict[str, Any]:
    return {"event": {"M": {"poll_id": {"S": "tea"}, "choice": {"S": choice}}}}


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[dict[str, Any]]]:
    """The items that publish events: two votes, and the totals after the poll was deleted."""
    without_counts = {"poll_id": {"S": "tea"}, "status": {"S": "draft"}, "a": {"N": "0"}, "b": {"N": "0"}}
    totals = {"pk": {"S": "tea"}, "a": {"N": "1"}, "b": {"N": "1"}, "event": {"M": without_counts}}
    items = {"VotesLog": [vote("a"), vote("b")], "GameResults": [totals]}
    scan = SimpleNamespace(paginate=lambda TableName, **_: [{"Items": items[TableName]}])  # noqa: N803
    monkeypatch.setattr(consistency, "table_of", lambda _instance, _service, table: table)
    monkeypatch.setattr(consistency, "client", lambda *_: SimpleNamespace(get_paginator=lambda _: scan))
    return items


@pytest.mark.usefixtures("tables")
def test_deleted_poll_agrees_with_its_votes(tmp_path: Path) -> None:
    """Deleted polls are published without counts; log and counters stay."""
    assert check_consistency(Instance(tmp_path)).summary() == "counts exact: 1 poll, 2 votes"


def test_lost_vote_is_reported(tables: dict[str, list[dict[str, Any]]], tmp_path: Path) -> None:
    tables["GameResults"][0]["b"] = {"N": "0"}
    found = check_consistency(Instance(tmp_path), patience=0)
    assert found.summary() == "COUNTS DIFFER: poll tea: vote log {'a': 1, 'b': 1}, counters {'a': 1, 'b': 0}"
