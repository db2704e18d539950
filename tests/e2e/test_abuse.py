"""Abuse protection on the running stack: proof of work, and the organiser's abuse report."""

import pytest
from contracts.abuse import AbuseReport
from playwright.sync_api import Page, expect

from .live_stack import RECEIPT, Organiser, Running
from .test_journey import option, sign_in, title


@pytest.mark.covers("T10", "R21")
def test_browser_solves_the_proof_of_work_and_a_vote_without_it_is_rejected(
    running: Running, organiser: Organiser, desktop: Page, phone: Page
) -> None:
    organiser.close_active()
    sign_in(desktop, organiser)
    desktop.get_by_label("Question", exact=True).fill("No robots?")
    desktop.get_by_label("This", exact=True).fill("Yes")
    desktop.get_by_label("That", exact=True).fill("No")
    desktop.get_by_text("More settings").click()
    desktop.get_by_label("Before each vote", exact=True).select_option("a proof of work")
    desktop.get_by_role("button", name="Create draft").click()
    expect(desktop.locator("#details-question")).to_have_text("No robots?")
    desktop.get_by_role("button", name="Open now").click()
    expect(desktop.locator("#details-status")).to_have_text("Open")

    phone.goto("/")
    expect(title(phone)).to_have_text("Tap to vote")
    option(phone, "a").tap()
    expect(title(phone)).to_have_text("Your vote is recorded")
    assert RECEIPT.fullmatch(phone.locator("#receipt-code").inner_text())

    poll = running.active_poll()
    assert poll is not None
    answer = running.voter().vote(poll["poll_id"], "b")
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/proof-needed")
    assert running.votes_in_the_log(poll["poll_id"]) == 1

    expect(desktop.locator("#details-total")).to_have_text("1 vote")
    desktop.locator("#abuse-look").click()
    expect(desktop.locator("#abuse-title")).to_have_text("Nothing stands out")
    expect(desktop.locator("#abuse-figures")).to_contain_text("asked for with each vote")
    organiser.close(poll["poll_id"])


@pytest.mark.covers("T10")
def test_abuse_report_counts_rejected_votes_and_identifies_no_voter(
    running: Running, organiser: Organiser
) -> None:
    poll_id = organiser.open_new()
    voters = [running.voter() for _ in range(3)]
    assert [voter.vote(poll_id, "a").status_code for voter in voters] == [201] * 3
    assert [voter.vote(poll_id, "b").status_code for voter in voters[:2]] == [409] * 2
    answer = organiser.api.get(f"/admin/api/polls/{poll_id}/abuse")
    assert answer.status_code == 200, answer.text
    report = AbuseReport.model_validate(answer.json())
    assert (report.votes, report.all_votes, report.refused.already_voted) == (3, True, 2)
    assert report.networks is None, "three votes are too few to say where they came from"
    assert report.new_voters is not None
    assert report.new_voters.issued >= 3
    assert "127.0.0.1" not in answer.text
    assert running.page().get(f"/admin/api/polls/{poll_id}/abuse").status_code == 401
