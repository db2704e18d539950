"""Actions on a poll: schedule, open, extend, close, archive and delete; and conflicts of two organisers."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from contracts.enums import ManagedStatus
from contracts.problem import ProblemType
from playwright.sync_api import Browser, Locator, Page, Request, Route, ViewportSize, expect

from .admin_routes import AdminApi
from .axe import PAINTED
from .backend import Backend, now
from .console_errors import page_errors
from .keyboard import press_enter
from .routes import bare, body_of, no_network, problem
from .states import a_page
from .waits import sign_in_again, until

pytestmark = pytest.mark.slow

TIMERS = ("in_30", "in_60", "in_120", "in_300")
DRAFT: dict[str, Any] = {"status": "draft"}
LOCAL = (
    "moment => new Date(new Date(moment) - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 16)"
)


def sign_in_with(page: Page, admin: AdminApi, **poll: Any) -> str:
    """Sign in with a poll shown in the dashboard."""
    made = admin.given(**poll)
    admin.open_dashboard(page)
    expect(page.locator("#live-label")).to_have_text("Live")
    return made.poll_id


def step(page: Page, name: str) -> Locator:
    return page.locator(f"#steps [data-step={name}]")


def press(page: Page, name: str) -> None:
    """Press the button of an action, in the menu if it is there."""
    if step(page, name).locator("xpath=ancestor::details").count():
        page.locator("#more-actions-open").click()
    step(page, name).click()


def offered(page: Page) -> list[str]:
    steps: list[str] = page.locator("#steps [data-step]:not([hidden])").evaluate_all(
        "buttons => buttons.map(button => button.dataset.step)"
    )
    return steps


def local(page: Page, moment: datetime) -> str:
    return str(page.evaluate(LOCAL, moment.isoformat()))


def in_an_hour() -> datetime:
    return (now() + timedelta(hours=1)).replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    ("poll", "steps"),
    [
        (DRAFT, ["open", "schedule", "delete"]),
        ({"opens_at": in_an_hour()}, ["open", "move", "take_back"]),
        ({}, ["close", *TIMERS, "until"]),
        ({"closes_at": in_an_hour()}, ["later", "much_later", "close", *TIMERS, "until", "endless"]),
        ({"status": "closed"}, ["archive"]),
    ],
    ids=["draft", "scheduled", "open", "open-with-an-end", "closed"],
)
def test_each_status_offers_its_own_actions(
    page: Page, admin: AdminApi, poll: dict[str, Any], steps: list[str]
) -> None:
    sign_in_with(page, admin, **poll)
    expect(page.locator("#details-question")).to_be_visible()
    assert offered(page) == steps


SCREENS: list[ViewportSize] = [
    {"width": 390, "height": 844}, {"width": 1366, "height": 768},
    {"width": 1440, "height": 900}, {"width": 1920, "height": 1080},
]  # fmt: skip
ROW = f"""async (width) => {{
  for (let frames = 0; innerWidth !== width && frames < 1_000; frames++) await ({PAINTED})();
  await ({PAINTED})(); // the style of the new width
  scrollTo(0, 0);
  await ({PAINTED})();
  const {{ top, bottom }} = document.querySelector("#steps").getBoundingClientRect();
  return [top + scrollY, bottom];
}}"""


def test_actions_stay_above_the_fold_and_in_place_in_every_status(page: Page, admin: AdminApi) -> None:
    """`Opening` lasts three seconds, so it is measured on one screen alone."""
    polls: dict[str, dict[str, Any]] = {
        "Closed": {"status": "closed"}, "Archived": {"status": "archived"},
        "Scheduled": {"opens_at": now() + timedelta(days=1), "closes_at": now() + timedelta(days=1, hours=1)},
    }  # fmt: skip
    for poll in polls.values():
        admin.given(128, 85, **poll)
    sign_in_with(page, admin, **DRAFT, closes_at=now() + timedelta(hours=5))
    tops: dict[int, dict[str, float]] = {size["width"]: {} for size in SCREENS}
    below: list[str] = []

    def measure(status: str, screens: list[ViewportSize]) -> None:
        expect(page.locator("#details-status")).to_have_text(status)
        for size in screens:
            page.set_viewport_size(size)
            tops[size["width"]][status], bottom = page.evaluate(ROW, size["width"])
            below.extend([f"{status} on {size}: {bottom}"] if bottom > size["height"] else [])

    measure("Draft", SCREENS)
    for status in polls:
        page.locator("#list .chip", has_text=status).click()
        measure(status, SCREENS)
    page.locator("#list .chip", has_text="Draft").click()
    step(page, "open").click()
    measure("Opening", SCREENS[-1:])
    measure("Open", SCREENS)
    expect(step(page, "much_later")).to_be_visible()
    measure("Open", SCREENS)
    moved = {
        width: places for width, places in tops.items() if max(places.values()) - min(places.values()) > 8
    }
    assert (below, moved) == ([], {})


class TestNextQuestion:
    def test_one_press_closes_the_open_poll_and_opens_the_next(self, page: Page, admin: AdminApi) -> None:
        admin.given(question="Second?", **DRAFT)
        third = admin.given(question="Third?", **DRAFT)
        first = sign_in_with(page, admin, question="First?")
        expect(page.locator("#details-next")).to_have_text("Up next: Second?")
        page.locator(f'[data-poll-id="{third.poll_id}"]').click()
        page.locator("#more-actions-open").click()
        page.get_by_role("button", name="Make it next").click()
        expect(page.locator(f'[data-poll-id="{third.poll_id}"]')).to_contain_text("Up next")
        page.locator(f'[data-poll-id="{first}"]').click()
        page.get_by_role("button", name="Close and open next").click()
        expect(page.locator("#details-question")).to_have_text("Third?")
        expect(page.locator("#done-text")).to_have_text("“First?” closes and “Third?” opens in 3 seconds.")
        closed, opened = admin.backend.poll(first), admin.backend.poll(third.poll_id)
        assert closed.closes_at
        assert opened.opens_at
        assert closed.closes_at <= opened.opens_at

    def test_refused_opening_names_both_polls(self, page: Page, admin: AdminApi) -> None:
        second = admin.given(question="Second?", **DRAFT)
        sign_in_with(page, admin, question="First?")
        admin.plan(f"POST /admin/api/polls/{second.poll_id}/open", problem(ProblemType.UNAVAILABLE))
        page.get_by_role("button", name="Close and open next").click()
        expect(page.locator("#refusal")).to_contain_text("“First?” closes, but “Second?” was not opened.")

    def test_second_organiser_who_presses_it_too_changes_nothing(self, page: Page, admin: AdminApi) -> None:
        """The first organiser's close has changed the revision that this page shows."""
        second = admin.given(question="Second?", **DRAFT)
        first = sign_in_with(page, admin, question="First?")
        changed = problem(ProblemType.REVISION_CONFLICT, detail="Changed by ben: it is at revision 3 now")
        admin.plan(f"POST /admin/api/polls/{first}/close", changed)
        page.get_by_role("button", name="Close and open next").click()
        expect(page.locator("#refusal")).to_contain_text("Changed by ben")
        assert admin.count(f"POST /admin/api/polls/{second.poll_id}/open") == 0


def test_poll_is_created_and_opened_in_one_press(page: Page, admin: AdminApi) -> None:
    admin.open_dashboard(page)
    for field, text in (("#f-question", "Tea or coffee?"), ("#f-a", "Tea"), ("#f-b", "Coffee")):
        page.locator(field).fill(text)
    page.get_by_role("button", name="Create and open").click()
    expect(page.locator("#details-status")).to_have_text("Open")
    expect(page.locator("#said")).to_contain_text("opens in 3 seconds")


def test_numbers_and_times_are_written_in_the_browsers_locale(
    browser: Browser, backend: Backend, site_url: str
) -> None:
    with a_page(browser, site_url, locale="de-DE", timezone_id="Europe/Berlin") as page:
        admin = AdminApi(page, backend)
        admin.given(1280, 850, closes_at=now() + timedelta(hours=3))
        admin.open_dashboard(page)
        expect(page.locator("#details-total")).to_have_text("2.130 Stimmen")
        expect(page.locator("#bars")).to_contain_text("60 %")
        expect(page.locator("#details-when")).not_to_contain_text("M")


class TestScheduling:
    def test_draft_is_scheduled_rescheduled_and_unscheduled(self, page: Page, admin: AdminApi) -> None:
        sign_in_with(page, admin, **DRAFT)
        step(page, "schedule").click()
        when = in_an_hour()
        page.locator("#p-opens_at").fill(local(page, when))
        expect(page.locator("#ph-opens_at")).to_contain_text(f"{when:%Y-%m-%d %H:%M} UTC")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#details-status")).to_have_text("Scheduled")
        expect(page.locator("#details-when")).to_contain_text("opens in 5")
        expect(page.locator("#done")).to_contain_text("Scheduled for")
        expect(page.locator("#said")).to_contain_text("This can be undone.")
        assert admin.polls[0].opens_at == when
        entry = page.locator("#list button")
        expect(entry.locator(".chip")).to_have_text("Scheduled")
        expect(entry.locator(".item-when")).to_contain_text("opens in 5")

        step(page, "move").click()
        page.locator("#p-opens_at").fill(local(page, when + timedelta(days=2)))
        page.locator("#p-closes_at").fill(local(page, when + timedelta(days=3)))
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#done")).to_contain_text("Rescheduled to")
        assert admin.polls[0].closes_at == when + timedelta(days=3)

        press(page, "take_back")
        expect(page.locator("#details-status")).to_have_text("Draft")
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert admin.polls[0].status is ManagedStatus.DRAFT

    def test_scheduling_and_unscheduling_can_be_undone(self, page: Page, admin: AdminApi) -> None:
        sign_in_with(page, admin, opens_at=(when := in_an_hour()))
        press(page, "take_back")
        expect(page.locator("#details-status")).to_have_text("Draft")
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("#details-status")).to_have_text("Scheduled")
        assert admin.polls[0].opens_at == when
        press_enter(page.get_by_role("button", name="Undo"), focused=False)
        expect(page.locator("#details-status")).to_have_text("Draft")
        expect(page.locator("#details-question")).to_be_focused()

    def test_a_scheduled_poll_can_be_opened_now(self, page: Page, admin: AdminApi) -> None:
        sign_in_with(page, admin, opens_at=in_an_hour())
        step(page, "open").click()
        expect(page.locator("#said")).to_have_text("The poll opens in 3 seconds.")
        expect(page.locator("#details-status")).to_have_text("Open", timeout=10_000)
        expect(page.locator("#done")).to_be_hidden()

    def test_draft_with_closing_time_is_scheduled_without_it_once_removed(
        self, page: Page, admin: AdminApi
    ) -> None:
        sign_in_with(page, admin, **DRAFT, closes_at=in_an_hour() + timedelta(hours=2))
        step(page, "schedule").click()
        page.locator("#p-closes_at").fill("")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#details-status")).to_have_text("Scheduled")
        assert admin.polls[0].closes_at is None

    def test_invalid_time_is_reported_at_its_field_and_can_be_corrected(
        self, page: Page, admin: AdminApi
    ) -> None:
        poll_id = sign_in_with(page, admin, **DRAFT)
        step(page, "schedule").click()
        page.locator("#p-opens_at").fill("2001-01-01T10:00")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#pe-opens_at")).to_have_text("Choose a time to come.")
        expect(page.locator("#p-opens_at")).to_be_focused()
        assert admin.count(f"POST /admin/api/polls/{poll_id}/open") == 0
        page.locator("#p-opens_at").fill(local(page, in_an_hour()))
        admin.plan(f"POST /admin/api/polls/{poll_id}/open", no_network)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#plan-trouble")).to_contain_text("Could not reach the server")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#details-status")).to_have_text("Scheduled")

    def test_incomplete_time_is_not_treated_as_empty(self, page: Page, admin: AdminApi) -> None:
        poll_id = sign_in_with(page, admin, **DRAFT)
        step(page, "schedule").click()
        page.locator("#p-closes_at").focus()
        page.keyboard.type("0612")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#pe-closes_at")).to_contain_text("Half a time")
        assert admin.count(f"POST /admin/api/polls/{poll_id}/open") == 0

    def test_typed_time_survives_an_expired_session(self, page: Page, admin: AdminApi) -> None:
        poll_id = sign_in_with(page, admin, **DRAFT)
        step(page, "schedule").click()
        page.locator("#p-opens_at").fill(typed := local(page, in_an_hour() + timedelta(days=5)))
        admin.plan(f"POST /admin/api/polls/{poll_id}/open", bare(401))
        page.get_by_role("button", name="Save", exact=True).click()
        sign_in_again(page)
        step(page, "schedule").click()
        expect(page.locator("#p-opens_at")).to_have_value(typed)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#details-status")).to_have_text("Scheduled")
        assert page.evaluate("() => sessionStorage.getItem('tot.admin.times')") is None

    def test_overlapping_schedule_shows_the_reason_from_the_api(self, page: Page, admin: AdminApi) -> None:
        when = in_an_hour()
        admin.given(opens_at=when, closes_at=when + timedelta(hours=1), question="Lunch?")
        draft = admin.given(**DRAFT)
        admin.open_dashboard(page)
        page.locator(f'[data-poll-id="{draft.poll_id}"]').click()
        step(page, "schedule").click()
        page.locator("#p-opens_at").fill(local(page, when + timedelta(minutes=5)))
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#refusal")).to_contain_text("“Lunch?” is scheduled from")
        expect(page.locator("#refusal")).to_contain_text("end before that, or begin after")
        expect(page.locator("#details-status")).to_have_text("Draft")

    def test_list_filters_scheduled_polls(self, page: Page, admin: AdminApi) -> None:
        admin.given(question="Tomorrow?", opens_at=now() + timedelta(days=1))
        admin.given(closes_at=in_an_hour())
        admin.open_dashboard(page)
        page.get_by_label("Status", exact=True).select_option("Scheduled")
        expect(page.locator("#list .item-question")).to_have_text(["Tomorrow?"])


class TestClosingTime:
    def test_closing_time_is_extended_set_and_removed(self, page: Page, admin: AdminApi) -> None:
        end = in_an_hour() + timedelta(seconds=30)
        sign_in_with(page, admin, closes_at=end)
        press_enter(step(page, "later"), focused=False)
        expect(page.locator("#done")).to_contain_text("Closes at")
        expect(step(page, "later")).to_be_focused()
        assert admin.polls[0].closes_at == end + timedelta(minutes=1)
        step(page, "much_later").click()
        expect(page.locator("#details-when")).to_contain_text("closes in 1:0")
        until(page, lambda: admin.polls[0].closes_at == end + timedelta(minutes=6), "five minutes more")
        press(page, "until")
        sooner = end.replace(second=0) - timedelta(minutes=10)
        page.locator("#p-closes_at").fill(local(page, sooner))
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert admin.polls[0].closes_at == sooner
        press(page, "endless")
        expect(page.locator("#done")).to_contain_text("until an organiser closes it")
        assert [poll.closes_at for poll in admin.polls] == [None]
        assert offered(page) == ["close", *TIMERS, "until"]

    def test_closing_time_cannot_change_in_the_last_three_seconds(self, page: Page, admin: AdminApi) -> None:
        poll_id = sign_in_with(page, admin, closes_at=(end := now() + timedelta(minutes=5)))

        def arrive_late(route: Route, _request: Request) -> None:
            admin.backend.world.pass_time(end - now() - timedelta(seconds=2))
            route.fallback()  # to the route that normally answers

        page.route(f"**/admin/api/polls/{poll_id}", arrive_late, times=1)
        step(page, "later").click()
        expect(page.locator("#refusal")).to_contain_text("closes in less than 3 seconds")
        expect(page.locator("#refusal")).to_be_in_viewport(ratio=0.95)
        page.get_by_role("button", name="OK", exact=True).click()
        expect(page.locator("#refusal")).to_be_hidden()


class TestDeletion:
    @pytest.mark.parametrize(
        ("poll", "said"),
        [
            (DRAFT, "It has no votes."),
            ({"status": "closed"}, "The anonymous log of its votes and their counts stay"),
        ],
        ids=["draft", "archived"],
    )
    def test_poll_is_deleted_after_confirmation(
        self, page: Page, admin: AdminApi, poll: dict[str, Any], said: str
    ) -> None:
        poll_id = sign_in_with(page, admin, **poll)
        if poll is not DRAFT:
            press(page, "archive")
            page.get_by_role("dialog").get_by_role("button", name="Archive").click()
            expect(page.locator("#details-status")).to_have_text("Archived")
        press(page, "delete")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text(said)
        dialog.get_by_role("button", name="Keep it").click()
        assert [one.poll_id for one in admin.polls] == [poll_id]
        press(page, "delete")
        dialog.locator("#confirm-yes").click()
        expect(page.locator("#list button")).to_have_count(0)
        expect(page.locator("#said")).to_have_text("The poll is deleted.")
        expect(page.locator("#f-question")).to_be_focused()
        assert admin.polls == []

    def test_deletion_shows_the_next_poll_with_its_counts(self, page: Page, admin: AdminApi) -> None:
        admin.given(128, 85, question="Old?", status="closed")
        admin.given(**DRAFT)
        admin.open_dashboard(page)
        expect(page.locator("#live-label")).to_have_text("Live")
        press(page, "delete")
        page.locator("#confirm-yes").click()
        expect(page.get_by_role("heading", name="Old?")).to_be_focused()
        expect(page.locator("#details-total")).to_have_text("213 votes")


class TestTwoOrganisers:
    def test_conflict_names_the_other_organiser_and_repeats_no_action(
        self, browser: Browser, page: Page, admin: AdminApi, site_url: str
    ) -> None:
        admin.username = "anna"
        poll_id = sign_in_with(page, admin, closes_at=(end := in_an_hour()))
        with browser.new_context(base_url=site_url) as context:
            second = context.new_page()
            errors = page_errors(second)
            other = AdminApi(second, admin.backend)
            other.username = "bert"
            other.open_dashboard(second)
            step(second, "close").click()  # and while Bert reads the confirmation …
            step(page, "much_later").click()
            expect(page.locator("#done")).to_contain_text("Closes at")
            second.locator("#confirm-yes").click()
            expect(second.locator("#refusal")).to_contain_text("Edit conflict. anna changed it (the end) at")
            expect(second.locator("#refusal")).to_contain_text("Your change was not applied.")
            assert admin.polls[0].closes_at == end + timedelta(minutes=5)
            assert other.count(f"POST /admin/api/polls/{poll_id}/close") == 1, (
                "nothing is sent again by itself"
            )
            expect(second.locator("#details-when")).to_contain_text("1:0")

            admin.sockets_answer = False  # so that the first page does not see the second one's change
            step(second, "close").click()
            second.locator("#confirm-yes").click()
            expect(second.locator("#details-status")).to_have_text("Closed")
            assert errors == []
        step(page, "later").click()
        expect(page.locator("#refusal")).to_contain_text("bert closed it at")
        expect(page.locator("#details-status")).to_have_text("Closed")

    def test_conflict_without_audit_log_shows_the_detail_from_the_api(
        self, page: Page, admin: AdminApi
    ) -> None:
        poll_id = sign_in_with(page, admin, **DRAFT)
        detail = "Changed by 0c5e at 2026-06-01T12:00:00.000Z: it is at revision 3 now"
        admin.plan(
            f"POST /admin/api/polls/{poll_id}/open", problem(ProblemType.REVISION_CONFLICT, detail=detail)
        )
        admin.plan("GET /admin/api/audit", no_network)
        step(page, "open").click()
        expect(page.locator("#refusal")).to_contain_text("Changed by 0c5e at 2026-06-01 12:00")

    def test_poll_deleted_by_another_organiser_disappears(self, page: Page, admin: AdminApi) -> None:
        admin.backend.step(sign_in_with(page, admin, **DRAFT), "delete")
        step(page, "open").click()
        expect(page.locator("#list button")).to_have_count(0)
        expect(page.locator("#said")).to_contain_text("deleted in the meantime")

    def test_next_action_uses_the_revision_that_was_shown(self, page: Page, admin: AdminApi) -> None:
        poll_id = sign_in_with(page, admin, closes_at=in_an_hour())
        moved = {"closes_at": (in_an_hour() + timedelta(hours=1)).isoformat()}
        admin.backend.step(poll_id, "edit", moved)
        expect(page.locator("#details-when")).to_contain_text("closes in 1:5")
        until(
            page,
            lambda: admin.count(f"GET /admin/api/polls/{poll_id}") == 1,
            "it is asked for",
        )
        step(page, "later").click()
        expect(page.locator("#done")).to_contain_text("Closes at")


def test_every_action_sends_the_revision_it_was_decided_by(page: Page, admin: AdminApi) -> None:
    sent: list[dict[str, Any]] = []

    def listen(request: Request) -> None:
        if "/admin/api/polls/" in request.url and request.method in {"POST", "PATCH"}:
            sent.append(body_of(request))

    page.on("request", listen)
    sign_in_with(page, admin, **DRAFT)
    step(page, "open").click()
    expect(step(page, "until")).not_to_have_attribute("hidden", "", timeout=10_000)
    press(page, "until")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(step(page, "endless")).not_to_have_attribute("hidden", "")
    press(page, "endless")
    expect(step(page, "endless")).to_have_count(0)
    step(page, "close").click()
    page.locator("#confirm-yes").click()
    expect(step(page, "archive")).not_to_have_attribute("hidden", "", timeout=10_000)
    press(page, "archive")
    page.locator("#confirm-yes").click()
    expect(step(page, "delete")).not_to_have_attribute("hidden", "")
    revisions = [body["revision"] for body in sent]
    assert revisions[:4] == [1, 2, 3, 4]
    assert revisions[4] in {5, 6}, "the end, announced in between, is a revision that stands in no one's way"


def test_long_poll_details_can_be_scrolled_to_the_end(page: Page, admin: AdminApi) -> None:
    for number in range(25):
        admin.given(question=f"{number}?", status="draft")
    admin.given(question="Over?", status="closed")
    page.set_viewport_size(ViewportSize(width=1280, height=600))
    admin.open_dashboard(page)
    page.locator("#abuse-look").scroll_into_view_if_needed()
    expect(page.locator("#abuse-look")).to_be_in_viewport()
    assert page.evaluate("() => scrollY + innerHeight < document.documentElement.scrollHeight - 300")
