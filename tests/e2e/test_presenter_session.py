"""A presenter after the end of the organiser's session: it shows hidden results and closes the poll."""

from playwright.sync_api import Page, expect

from .live_stack import Organiser, Running, Voter, wait_until
from .test_journey import sign_in


def test_presenter_shows_and_closes_after_the_organisers_session(
    running: Running, organiser: Organiser, desktop: Page
) -> None:
    poll_id = organiser.open_new("After half an hour?", result_visibility="never")
    assert Voter(running).vote(poll_id, "a").status_code == 201
    wait_until(
        lambda: organiser.api.get(f"/admin/api/results/{poll_id}").json()["total"] == 1 or None, "the vote"
    )
    sign_in(desktop, organiser)
    desktop.goto(f"/present/?poll={poll_id}")
    desktop.wait_for_function("() => localStorage['tot.presenter']")
    desktop.evaluate("() => sessionStorage.clear()")
    desktop.reload()
    expect(desktop.locator("body")).to_have_attribute("data-session", "presenting")

    desktop.get_by_role("button", name="Show results").click()
    expect(desktop.locator('.bar[data-choice="a"]')).to_contain_text("1 vote")
    desktop.get_by_role("button", name="Close now").click()
    desktop.get_by_role("dialog").get_by_role("button", name="Close now").click()
    expect(desktop.locator("#turn")).to_have_text("Final result")
    entries = organiser.api.get("/admin/api/audit").json()["entries"]
    assert next((e["action"], e["name"]) for e in entries if e["poll_id"] == poll_id) == (
        "poll.closed",
        organiser.account.username,
    )
