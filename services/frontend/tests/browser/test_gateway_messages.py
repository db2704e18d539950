"""Messages that are none of ours never make a page live, such as API Gateway's own when it fails."""

import json
from pathlib import Path
from typing import Final

import pytest
from contracts.ids import PollStatus
from playwright.sync_api import Page, WebSocketRoute, expect

from .fake_api import FakeApi, a_poll, results_of
from .patience import until

MESSAGES: Final = json.loads(
    (Path(__file__).parents[4] / "tests" / "corpus" / "gateway-messages.json").read_text()
)


@pytest.mark.parametrize("data", [message["data"] for message in MESSAGES[:5]])
def test_a_page_whose_pings_are_answered_by_the_gateway_gets_its_counts_over_http(
    page: Page, api: FakeApi, data: str
) -> None:
    api.poll = a_poll(status=PollStatus.CLOSED)
    api.snapshot = results_of(api.poll, 3, 1)
    opened: list[WebSocketRoute] = []

    def answer(socket: WebSocketRoute) -> None:
        opened.append(socket)
        socket.on_message(lambda _: socket.send(data))

    page.route_web_socket(lambda url: "/ws?" in url, answer)
    page.goto("/")
    expect(page.locator("#live")).to_have_attribute("data-mode", "delayed", timeout=20_000)
    expect(page.locator("#message-title")).to_have_text("Final result: Mountains")
    assert page.locator("#live").get_attribute("data-mode") != "live"
    if "type" not in json.loads(data) or json.loads(data)["type"] == "error":
        until(page, lambda: len(opened) > 1, "another socket, after a pause")


def test_a_snapshot_that_is_lost_behind_its_pong_is_fetched(page: Page, api: FakeApi) -> None:
    api.poll = a_poll(status=PollStatus.CLOSED)
    results = results_of(api.poll, 3, 1)
    api.snapshot = None
    api.plan(
        f"GET /results/{api.poll.poll_id}",
        lambda route, _: route.fulfill(json=json.loads(results.model_dump_json(exclude={"type"}))),
    )
    page.goto("/")
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    expect(page.locator("#message-title")).to_have_text("Final result: Mountains", timeout=20_000)
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
