"""The live connection over hours: heartbeats, renewal, sleep, sockets that are dead, cut or blocked."""

from functools import partial

import pytest
from contracts.api import TicketIssued
from contracts.ids import ResultVisibility
from contracts.visibility import Scope
from playwright.sync_api import Page, Request, Route, expect

from .fake_api import FakeApi, a_poll, body_of, hidden_of, now, results_of
from .patience import until

MINUTE = 60_000
HANDSHAKES_HANG = """
(() => {
  const Real = window.WebSocket;
  let made = 0;
  window.WebSocket = class extends EventTarget {
    constructor(...given) {
      super();
      made += 1;
      if (made > 1) return new Real(...given);
      this.readyState = 0;
    }
    close() {}
  };
  window.WebSocket.OPEN = 1;
})();
"""


@pytest.fixture
def live(page: Page, api: FakeApi) -> FakeApi:
    """The page is live, with its clock in the test's hands."""
    api.poll = a_poll()
    api.snapshot = results_of(api.poll, 128, 85)
    page.clock.install()
    page.goto("/")
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    return api


def test_it_says_something_more_often_than_the_gateway_waits(page: Page, live: FakeApi) -> None:
    for pings in range(2, 6):
        page.clock.fast_forward(9 * MINUTE)
        until(page, partial(is_pinged, live, pings), "a ping within nine minutes")
    assert len(live.sockets) == 1


def is_pinged(api: FakeApi, times: int) -> bool:
    return len(api.pings) >= times


def test_it_is_renewed_with_a_new_ticket_before_two_hours(page: Page, live: FakeApi) -> None:
    page.clock.fast_forward(110 * MINUTE)
    until(page, lambda: len(live.sockets) == 2, "a second socket")
    assert live.sockets[0].url != live.sockets[1].url
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")


def test_after_sleep_old_results_are_not_called_live_and_new_ones_come_at_once(
    page: Page, live: FakeApi
) -> None:
    assert live.poll
    live.sockets_answer = False
    live.snapshot = results_of(live.poll, 500, 500, version=200)
    page.clock.fast_forward(60 * MINUTE)
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#live")).not_to_have_attribute("data-mode", "live")
    live.sockets_answer = True
    page.clock.fast_forward(9_000)
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    expect(page.locator("#total")).to_contain_text("1,000")
    assert len(live.sockets) == 2


def test_a_socket_that_no_longer_answers_is_given_up_and_results_are_fetched_meanwhile(
    page: Page, live: FakeApi
) -> None:
    assert live.poll
    live.sockets_answer = False
    live.snapshot = results_of(live.poll, 130, 85, version=101)
    page.clock.fast_forward(5 * MINUTE)
    page.clock.fast_forward(9_000)
    expect(page.locator("#live")).to_have_attribute("data-mode", "connecting")
    page.clock.fast_forward(4_000)
    expect(page.locator("#live")).to_have_attribute("data-mode", "delayed")
    expect(page.locator("#total")).to_contain_text("215")


def test_sockets_that_are_cut_at_once_come_back_ever_later(page: Page, live: FakeApi) -> None:
    before = live.count("POST /live/ticket")
    for _ in range(60):
        live.cut_sockets()
        page.clock.fast_forward(1_000)
        page.wait_for_timeout(30)
    assert 3 <= live.count("POST /live/ticket") - before <= 15


def test_a_handshake_that_hangs_is_given_up(page: Page, api: FakeApi) -> None:
    api.poll = a_poll()
    api.snapshot = results_of(api.poll, 1, 2)
    page.add_init_script(HANDSHAKES_HANG)
    page.clock.install()
    page.goto("/")
    until(page, lambda: api.count("POST /live/ticket") == 1, "the first ticket")
    page.clock.fast_forward(4_000)
    expect(page.locator("#live")).to_have_attribute("data-mode", "delayed")
    page.clock.fast_forward(10_000)
    page.clock.fast_forward(1_000)
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")


def test_a_pass_that_comes_while_a_ticket_is_fetched_is_not_forgotten(page: Page, api: FakeApi) -> None:
    api.poll = a_poll(result_visibility=ResultVisibility.AFTER_VOTE)
    api.snapshot = hidden_of(api.poll)
    asked: list[dict[str, str]] = []
    held: list[Route] = []

    def hold(route: Route, _request: Request) -> None:
        held.append(route)

    def note(request: Request) -> None:
        if "/live/ticket" in request.url:
            asked.append(body_of(request))

    page.on("request", note)
    api.plan("POST /live/ticket", hold)
    page.goto("/")
    page.locator('[data-choice="a"]').click()
    expect(page.locator("#receipt-code")).not_to_be_empty()
    until(page, lambda: held, "the ticket that is fetched")
    api.snapshot = results_of(api.poll, 3, 1)
    ticket = TicketIssued(ticket="public", scope=Scope.PUBLIC, expires_at=now())
    held[0].fulfill(content_type="application/json", body=ticket.model_dump_json())
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    assert asked == [{}, {"results_pass": "pass-1"}]
    assert len(api.sockets) == 1
