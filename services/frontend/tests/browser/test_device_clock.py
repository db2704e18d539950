"""A device clock that changes while a page is open: pages use the server's time."""

from datetime import timedelta

from contracts.polls import ActivePoll, PublicPoll
from playwright.sync_api import Page, expect

from .admin_routes import AdminApi
from .backend import now
from .routes import Api, says
from .test_presenter import show

SET = "minutes => { const real = Date.now; Date.now = () => real() + minutes * 60_000; }"


def drawn_again(page: Page) -> None:
    """Wait until the page, which draws every quarter of a second, has drawn with the current clock."""
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 600))")


def test_open_poll_stays_open_when_the_device_clock_jumps_forward(page: Page, api: Api) -> None:
    api.given(1, 2, closes_at=now() + timedelta(minutes=8))
    page.goto("/")
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    page.evaluate(SET, 60)
    drawn_again(page)
    expect(page.locator("#ticker")).to_contain_text("closes in 7:")
    expect(page.locator("#screen-poll")).to_have_attribute("data-phase", "open")
    page.locator('[data-choice="a"]').click()
    expect(page.locator("#message-title")).to_have_text("Your vote is recorded")


def test_scheduled_poll_takes_no_votes_when_the_device_clock_jumps_forward(page: Page, api: Api) -> None:
    api.given(opens_at=now() + timedelta(minutes=8))
    page.goto("/")
    expect(page.locator("#screen-poll")).to_have_attribute("data-phase", "soon")
    page.evaluate(SET, 60)
    drawn_again(page)
    expect(page.locator("#screen-poll")).to_have_attribute("data-phase", "soon")


def test_presenter_keeps_its_qr_code_when_the_device_clock_jumps_forward(page: Page, admin: AdminApi) -> None:
    show(page, admin, closes_at=now() + timedelta(minutes=8))
    page.evaluate(SET, 60)
    drawn_again(page)
    expect(page.locator("#turn")).to_contain_text("Closes in 7:")
    expect(page.locator("#qr")).to_be_visible()


def test_next_pong_corrects_an_overestimated_server_time(page: Page, api: Api) -> None:
    poll = api.given(1, 2, closes_at=now() + timedelta(minutes=8))
    shown = PublicPoll.model_validate_json(api.backend.request("GET", f"/polls/{poll.poll_id}").body)
    wrong = ActivePoll(poll=shown, server_time=now() + timedelta(hours=1))  # one server with a wrong clock
    api.plan("GET /polls/active", says(wrong))
    api.sockets_answer = False
    page.goto("/")
    expect(page.locator("#screen-poll")).to_have_attribute("data-phase", "closed")
    api.sockets_answer = True
    page.evaluate("() => dispatchEvent(new Event('online'))")  # the page checks its connection
    expect(page.locator("#screen-poll")).to_have_attribute("data-phase", "open")
