"""The published pages: performance budget of a first load, and subresource integrity."""

import gzip
import json
import re
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Response, Route, expect

from .admin_routes import AdminApi
from .axe import PAINTED
from .routes import Api
from .served_site import SERVICE, served_site
from .waits import until

MAX_REQUESTS = 9
MAX_BYTES = 32 * 1024
MAX_DASHBOARD_SCRIPT_BYTES = 70 * 1024
HEAD_BYTES = 1_064  # of a response of the distribution on average, before HTTP/2 compression


@pytest.fixture(scope="module")
def origin(built: Path) -> Iterator[str]:
    with served_site(built) as origin:
        yield origin


@pytest.fixture
def open_poll(api: Api) -> Api:
    api.given(128, 85)
    return api


def compressed(response: Response) -> int:
    """Return the transfer size of a response: its size under gzip, which CloudFront matches or beats."""
    body = response.body()
    return min(len(body), len(gzip.compress(body, 6))) + HEAD_BYTES


def test_first_load_stays_within_its_budget_and_requests_no_other_host(
    page: Page, open_poll: Api, origin: str
) -> None:
    answers: list[Response] = []

    def answered(answer: Response) -> None:
        answers.append(answer)

    page.on("response", answered)
    page.goto(origin)
    expect(page.locator("#live-label")).to_have_text("Live")
    expect(page.locator("#total")).to_contain_text("213 votes")
    sockets = len(open_poll.sockets)
    asked = [answer.url.removeprefix(origin) for answer in answers]
    assert len(asked) + sockets <= MAX_REQUESTS, asked
    assert all(address.startswith("/") for address in asked), "a third party"
    assert sum(compressed(answer) for answer in answers) <= MAX_BYTES


RULES = """(addresses) => Promise.all(addresses.map(async (address) => {
  const sheet = new CSSStyleSheet();
  await sheet.replace(await (await fetch(address)).text());
  return [...sheet.cssRules].map((rule) => rule.cssText.replaceAll(", ", ","));
})).then((sheets) => sheets.flat())"""


@pytest.mark.parametrize(
    "path", ["index.html", "admin/index.html", "present/index.html", "verify/index.html"]
)
def test_published_styles_have_the_rules_of_their_sources(
    page: Page, api: Api, built: Path, origin: str, path: str
) -> None:
    def named(folder: Path) -> list[str]:
        return re.findall(r'<link rel="stylesheet" href="([^"]+)"', (folder / path).read_text())

    page.goto(f"{origin}/verify/")
    sources = page.evaluate(RULES, named(SERVICE / "site"))
    assert len(sources) > 50
    assert page.evaluate(RULES, named(built)) == sources


def test_bundled_voter_page_behaves_like_its_modules(page: Page, open_poll: Api, origin: str) -> None:
    open_poll.switch_poll(proof_of_work=True)
    page.goto(origin)
    page.locator('[data-choice="b"]').click()
    expect(page.locator("#message-title")).to_have_text("Your vote is recorded")
    expect(page.locator("#receipt-code")).not_to_be_empty()
    expect(page.locator("#receipt-code")).to_have_text(open_poll.receipt)
    page.reload()
    expect(page.locator('[data-choice="b"]')).to_contain_text("✓ Your vote")


def test_script_of_the_dashboard_stays_within_its_budget(page: Page, admin: AdminApi, origin: str) -> None:
    scripts: list[Response] = []

    def answered(answer: Response) -> None:
        if answer.request.resource_type == "script":
            scripts.append(answer)

    page.on("response", answered)
    page.goto(f"{origin}/admin/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert 0 < sum(compressed(answer) for answer in scripts) <= MAX_DASHBOARD_SCRIPT_BYTES


def test_bundled_dashboard_works(page: Page, admin: AdminApi, origin: str) -> None:
    page.goto(f"{origin}/admin/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


@pytest.fixture
def changed(built: Path, tmp_path: Path) -> Iterator[str]:
    """The built site with one byte added to each script and style."""
    shutil.copytree(built, folder := tmp_path / "site")
    for asset in (folder / "assets").iterdir():
        asset.write_bytes(asset.read_bytes() + b" ")
    with served_site(folder) as origin:
        yield origin


@pytest.mark.covers("T22")
def test_modified_script_or_style_is_rejected(page: Page, open_poll: Api, built: Path, changed: str) -> None:
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "integrity" in said.text else None)
    page.goto(changed)
    named = [name for name in (path.name for path in (built / "assets").iterdir()) if name in page.content()]
    assert len(named) >= 2
    until(page, lambda: all(any(name in text for text in refused) for name in named), "each to be refused")
    assert page.evaluate("() => document.styleSheets.length") == 0
    assert page.evaluate("() => document.documentElement.dataset.started") is None, "the script ran"
    assert set(open_poll.requests) <= {("GET", "/polls/active")}, "only the preload of the document"
    expect(page.get_by_role("heading", name="Looking for the question…")).to_be_visible()


@pytest.mark.covers("T22")
def test_modified_translations_are_rejected_and_english_is_used(
    page: Page, open_poll: Api, built: Path, origin: str, tmp_path: Path
) -> None:
    page.goto(f"{origin}/?lang=de")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    shutil.copytree(built, folder := tmp_path / "site")
    for words in (german := list((folder / "assets").glob("de-*.json"))):
        words.write_bytes(words.read_bytes() + b" ")
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "integrity" in said.text else None)
    with served_site(folder) as changed:
        page.goto(f"{changed}/?lang=de")
        page.locator('[data-choice="b"]').click()
        expect(page.locator("#message-title")).to_have_text("Your vote is recorded")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        assert any(words.name in text for words in german for text in refused)


def test_embedded_poll_loads_with_few_requests(page: Page, open_poll: Api, origin: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{origin}/embed/{open_poll.poll_id}?lang=de")
    expect(page.locator("[data-choice=a] .percent")).to_have_text("60\u00a0%")
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    assert len(asked) + len(open_poll.sockets) <= MAX_REQUESTS, asked


def test_page_recovers_from_a_lost_script_request(page: Page, open_poll: Api, origin: str) -> None:
    lost: list[str] = []

    def lose(route: Route, request: Request) -> None:
        if len(lost) < 2:
            lost.append(request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/assets/page-*.js", lose)
    page.goto(f"{origin}/?poll={open_poll.poll_id}")
    page.locator('[data-choice="b"]').click(timeout=15_000)
    expect(page.locator("#receipt-code")).not_to_be_empty()
    expect(page.locator("#receipt-code")).to_have_text(open_poll.receipt)
    assert len(lost) == 2


def test_missing_script_is_not_retried_forever(page: Page, open_poll: Api, origin: str) -> None:
    asked: list[str] = []

    def lose(route: Route, request: Request) -> None:
        asked.append(request.url)
        route.abort("connectionreset")

    page.route("**/assets/page-*.js", lose)
    page.clock.install()
    page.goto(origin)
    for loads in range(2, 5):
        page.clock.fast_forward(60_000)
        until(page, lambda: len(asked) >= loads, "the page to come again")  # noqa: B023 (asked at once)
        page.wait_for_load_state()
    page.clock.fast_forward(3_600_000)
    page.evaluate(PAINTED)  # the page would have requested it again by now
    assert len(asked) == 4


def test_page_is_installable_under_its_content_security_policy(
    page: Page, open_poll: Api, origin: str
) -> None:
    page.goto(origin)
    expect(page.locator("#live-label")).to_have_text("Live")
    devtools = page.context.new_cdp_session(page)
    manifest = devtools.send("Page.getAppManifest")
    assert manifest["url"] == f"{origin}/manifest.webmanifest"
    assert manifest["errors"] == []
    against = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {one["errorId"] for one in against} <= {"in-incognito"}, "as every context of these tests is"
    for icon in json.loads(manifest["data"])["icons"]:
        answer = page.request.get(f"{origin}{icon['src']}")
        assert answer.status == 200
        if icon["type"] == "image/png":
            width, height = struct.unpack(">II", answer.body()[16:24])
            assert icon["sizes"] == f"{width}x{height}"
