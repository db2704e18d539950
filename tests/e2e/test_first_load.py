"""What a voter's phone must load before the first live result, measured on the published pages."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, Response, WebSocket, expect

from .conftest import PHONE
from .running import Running

MOST_REQUESTS = 12
MOST_BYTES = 60 * 1024


@dataclass
class Load:
    """All that a page asked for."""

    answers: list[Response] = field(default_factory=list)
    sockets: list[str] = field(default_factory=list)

    def answered(self, answer: Response) -> None:
        self.answers.append(answer)

    def opened(self, socket: WebSocket) -> None:
        self.sockets.append(socket.url)

    def addresses(self) -> list[str]:
        return [*(answer.url for answer in self.answers), *self.sockets]

    def compressed(self) -> int:
        """Return the bytes on the way. The emulator does not compress; CloudFront does, by gzip or better."""
        return sum(self._compressed(answer) for answer in self.answers)

    @staticmethod
    def _compressed(answer: Response) -> int:
        body = answer.body()
        return min(len(body), len(gzip.compress(body, 6))) + answer.request.sizes()["responseHeadersSize"]


def watch(page: Page) -> Load:
    load = Load()
    page.on("response", load.answered)
    page.on("websocket", load.opened)
    return load


def test_a_first_load_stays_within_its_budget_and_asks_nobody_else(
    running: Running, open_page: Callable[..., Page], poll_id: str
) -> None:
    page = open_page("phone", **PHONE)
    load = watch(page)
    page.goto("/")
    expect(page.locator("#live-label")).to_have_text("Live")
    expect(page.locator("#total")).to_contain_text("so far")
    host = running.site.partition("://")[2]
    asked = load.addresses()
    assert {address.partition("://")[2].partition("/")[0] for address in asked} == {host}
    assert len(asked) <= MOST_REQUESTS, asked
    assert load.compressed() <= MOST_BYTES


@pytest.mark.parametrize("path", ["/admin", "/admin/"])
def test_a_page_in_a_folder_is_there_with_and_without_the_slash(
    open_page: Callable[..., Page], path: str
) -> None:
    page = open_page("desktop")
    page.goto(path)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
