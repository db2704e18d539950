"""The live connection over hours: heartbeats, renewal, sleep, and dead, cut or blocked sockets."""

from functools import partial

import pytest
from contracts.enums import ResultVisibility
from playwright.sync_api import Page, Request, Route, expect

from .axe import PAINTED
from .routes import Api, answer_with, body_of
from .waits import until

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
def live(page: Page, api: Api) -> Api:
    """The page is live, and the test moves its clock."""
    api.given(128, 85)
    page.clock.install()
    page.goto("/")
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    return api


def test_pings_are_sent_before_the_gateway_idle_timeout(page: Page, live: Api) -> None:
    for pings in range(2, 6):
        page.clock.fast_forward(9 * MINUTE)
        until(page, partial(is_pinged, live, pings), "a ping within nine minutes")
    assert len(live.sockets) == 1


def is_pinged(api: Api, times: int) -> bool:
    return len(api.pings) >= times


def test_connection_is_renewed_with_a_new_ticket_before_two_hours(page: Page, live: Api) -> None:
    page.clock.fast_forward(110 * MINUTE)
    until(page, lambda: len(live.sockets) == 2, "a second socket")
    assert live.sockets[0].url != live.sockets[1].url
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")


def test_results_after_sleep_are_live_only_once_refreshed(page: Page, live: Api) -> None:
    live.sockets_answer = False
    live.count_votes(500, 500)
    page.clock.fast_forward(60 * MINUTE)
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#live")).not_to_have_attribute("data-mode", "live")
    live.sockets_answer = True
    page.clock.fast_forward(9_000)
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    expect(page.locator("#total")).to_contain_text("1,000")
    assert len(live.sockets) == 2


def test_unresponsive_socket_is_closed_and_results_are_polled(page: Page, live: Api) -> None:
    live.sockets_answer = False
    live.count_votes(130, 85)
    page.clock.fast_forward(5 * MINUTE)
    page.clock.fast_forward(9_000)
    expect(page.locator("#live")).to_have_attribute("data-mode", "connecting")
    page.clock.fast_forward(4_000)
    expect(page.locator("#live")).to_have_attribute("data-mode", "delayed")
    expect(page.locator("#total")).to_contain_text("215")


def test_reconnects_back_off_when_sockets_are_cut_at_once(page: Page, live: Api) -> None:
    before = live.count("POST /live/ticket")
    for _ in range(60):
        live.cut_sockets()
        page.clock.fast_forward(1_000)
        page.evaluate(PAINTED)  # the page has handled the close by now
    assert 3 <= live.count("POST /live/ticket") - before <= 15


def test_page_beyond_the_maximum_of_connections_polls_results_and_connects_when_there_is_room(
    page: Page, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.given(128, 85)
    tickets = api.backend.world.handler("issue_ticket")
    full = tickets.settings.model_copy(update={"max_connections": 0})
    page.clock.install()
    with monkeypatch.context() as patch:
        patch.setattr(tickets, "settings", full)
        page.goto("/")
        until(page, lambda: api.count("POST /live/ticket") == 1, "the refused ticket")
        page.clock.fast_forward(4_000)
        expect(page.locator("#live")).to_have_attribute("data-mode", "delayed")
        api.count_votes(130, 85)
        page.clock.fast_forward(5_000)
        expect(page.locator("#total")).to_contain_text("215")
    assert api.count("POST /live/ticket") == 1, "the next one only after Retry-After"
    page.clock.fast_forward(18 * MINUTE)  # Retry-After and its longest random part
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")


def test_hanging_handshake_times_out(page: Page, api: Api) -> None:
    api.given(1, 2)
    page.add_init_script(HANDSHAKES_HANG)
    page.clock.install()
    page.goto("/")
    until(page, lambda: api.count("POST /live/ticket") == 1, "the first ticket")
    page.clock.fast_forward(4_000)
    expect(page.locator("#live")).to_have_attribute("data-mode", "delayed")
    page.clock.fast_forward(10_000)
    page.clock.fast_forward(1_000)
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")


def test_results_pass_received_during_a_ticket_request_is_used(page: Page, api: Api) -> None:
    api.given(result_visibility=ResultVisibility.AFTER_VOTE)
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
    answer_with(api.ask(held[0].request))(held[0], held[0].request)
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    assert asked == [{}, {"results_pass": api.recorded[-1].results_pass}]
    assert len(api.sockets) == 1
