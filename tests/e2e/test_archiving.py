"""Archiving on the running stack deletes a closed poll's voters and keeps its results."""

import runpy
from http import HTTPStatus
from typing import Any, Final

import pytest
from devkit.checkout import ROOT
from laptop.aws import client
from laptop.instance import ENVIRONMENT
from playwright.sync_api import Page, expect

from .live_stack import Json, Organiser, Running, wait_until
from .test_refusals import assert_problem

VERIFIER: Final = ROOT / "docs" / "verify_vote_log.py"


def copy_of(running: Running, poll_id: str) -> Json:
    """Return vote-service's stored copy of a poll."""
    item: Any = client(running.instance, "dynamodb").get_item(
        TableName=f"tot-{ENVIRONMENT}-voting-state", Key={"poll_id": {"S": poll_id}}, ConsistentRead=True
    )["Item"]
    return dict(item)


@pytest.mark.covers("T29")
def test_archiving_deletes_voters_and_keeps_results(
    running: Running, organiser: Organiser, phone: Page
) -> None:
    poll_id = organiser.open_new("Forgotten?")
    voted, late = running.voter(), running.voter()
    vote = voted.vote(poll_id, "b")
    assert vote.status_code == 201
    assert_problem(organiser.api.post(f"/admin/api/polls/{poll_id}/archive"), 409, "invalid-state")
    organiser.close(poll_id)
    before = copy_of(running, poll_id)
    assert "salt" in before

    archived = organiser.api.post(f"/admin/api/polls/{poll_id}/archive")
    assert (archived.status_code, archived.json()["status"]) == (200, "closed"), archived.text
    assert archived.json()["archived_at"]

    after = wait_until(
        lambda: found if "salt" not in (found := copy_of(running, poll_id)) else None, "the salt to go"
    )
    assert (after["buckets"], after["key_id"]) == (before["buckets"], before["key_id"])
    # A function that has just taken a vote knows the open poll for ten seconds.
    wait_until(lambda: voted.vote(poll_id, "b").status_code == HTTPStatus.GONE or None, "the poll to be gone")
    for voter in (voted, late):
        assert_problem(voter.vote(poll_id, "b"), 410, "closed")
    assert running.results(poll_id)["counts"] == {"a": 0, "b": 1}
    assert running.page().get(f"/polls/{poll_id}").json()["status"] == "closed"
    assert organiser.api.get(f"/admin/api/polls/{poll_id}").json()["archived_at"]
    recount = organiser.api.post(f"/admin/api/results/{poll_id}/recount")
    assert recount.status_code == 202, recount.text
    counted = wait_until(
        lambda: organiser.api.get(f"/admin/api/results/{poll_id}/certificate").json()["certificate"],
        "the recount",
    )
    assert (counted["log"]["b"], counted["difference"]) == (1, 0)
    assert_receipt_is_in_the_published_log(running, poll_id, vote.json()["receipt"])
    phone.goto(f"/verify#poll={poll_id}&receipt={vote.json()['receipt']}")
    expect(phone.locator("#outcome-title")).to_have_text("Counted")
    expect(phone.locator("#certificate")).to_contain_text("won with 1 of 1 vote")


def assert_receipt_is_in_the_published_log(running: Running, poll_id: str, receipt: str) -> None:
    """Verify the log that is published after the recount at the close, as a visitor does."""
    page = running.page()
    checkpoint = f"/logs/{poll_id}/checkpoint"
    wait_until(lambda: page.get(checkpoint).status_code == HTTPStatus.OK or None, "the published log")
    verify = runpy.run_path(str(VERIFIER))["main"]
    assert verify([f"{running.site}/logs", poll_id, "--receipt", receipt]) == 0
    certificate = page.get(f"/results/{poll_id}/certificate").json()
    assert (certificate["counts"], certificate["log"]["size"]) == ({"a": 0, "b": 1}, 1)
