"""Foreign WebSocket messages, such as errors of API Gateway, never make a page live."""

import json
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from .routes import Api
from .waits import until

MESSAGES: Final = json.loads(
    (Path(__file__).parents[4] / "tests" / "corpus" / "gateway-messages.json").read_text()
)


@pytest.mark.parametrize("data", [message["data"] for message in MESSAGES[:5]])
def test_page_falls_back_to_http_when_the_gateway_answers_its_pings(page: Page, api: Api, data: str) -> None:
    poll = api.given(3, 1, status="closed")
    opened: list[WebSocketRoute] = []

    def answer(socket: WebSocketRoute) -> None:
        opened.append(socket)
        socket.on_message(lambda _: socket.send(data))

    page.route_web_socket(lambda url: "/ws?" in url, answer)
    page.goto(f"/?poll={poll.poll_id}")
    expect(page.locator("#live")).to_have_attribute("data-mode", "delayed")
    expect(page.locator("#message-title")).to_have_text("Final result: Mountains")
    assert page.locator("#live").get_attribute("data-mode") != "live"
    if "type" not in json.loads(data) or json.loads(data)["type"] == "error":
        until(page, lambda: len(opened) > 1, "another socket, after a pause")


def test_snapshot_missing_after_a_pong_is_fetched(page: Page, api: Api) -> None:
    poll = api.given(3, 1, status="closed")
    api.lost_messages.add("results")
    page.goto(f"/?poll={poll.poll_id}")
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    expect(page.locator("#message-title")).to_have_text("Final result: Mountains")
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
