"""The page that checks receipts, with logs that the real functions have published."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from .axe import findings
from .backend import Backend
from .fit import cramped, moving
from .published_logs import PublishedLogs, served
from .routes import Api
from .states import a_page, read_in
from .verify_states import ABSENT, NO_ED25519, VERIFY_STATES, visit_verify
from .voter_page import option

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe"
    "0def46b80000000049454e44ae426082"
)
"""A picture of one pixel: the detector of these tests reads a text from any."""

RIGHT_TO_LEFT = {"counted-in-detail", "mistyped"}
SAME_ELEMENTS = {"counted", "private", "still-open", "truncated", "no-proof", "certificate-of-a-tie"}
"""These states differ from another one by their texts, or show fewer elements."""

NO_SUBTLE = "Object.defineProperty(crypto, 'subtle', { value: undefined });"
DETECTOR = """window.BarcodeDetector = class { async detect() { return [{ rawValue: "%s" }]; } };"""


@pytest.fixture
def logs(page: Page, backend: Backend) -> Iterator[PublishedLogs]:
    yield from served(page, backend)


def verify(page: Page, poll_id: str, receipt: str) -> None:
    page.goto(f"/verify/#poll={poll_id}&receipt={receipt}")


def expect_title(page: Page, text: str) -> None:
    expect(page.locator("#outcome-title")).to_have_text(text)


@pytest.mark.covers("R9", "T41")
def test_voter_checks_the_receipt_on_another_device_and_the_proof_offline(
    page: Page, api: Api, logs: PublishedLogs, browser: Browser, site_url: str, tmp_path: Path
) -> None:
    api.given()
    page.goto("/")
    option(page, "b").click()
    link = page.get_by_role("link", name="Check that it is counted")
    expect(link).to_be_visible()
    expect(link).to_have_attribute("href", f"/verify#poll={api.poll_id}&receipt={api.receipt}")
    for choice in "aab":
        logs.vote(api.poll_id, choice)
    api.close_poll()
    logs.publish()
    with a_page(browser, site_url) as other:
        requested: list[str] = []
        other.on("request", lambda request: requested.append(request.url))
        logs.serve(other)
        other.goto(link.get_attribute("href") or "")
        expect_title(other, "Counted")
        expect(other.locator("#outcome-detail")).to_contain_text(str(api.poll.question))
        expect(other.locator("#certificate")).to_contain_text("A tie: of 4 votes")
        assert not [url for url in requested if api.receipt in url]
        with other.expect_download() as saving:
            other.get_by_role("button", name="Save the proof").click()
        saving.value.save_as(proof := tmp_path / saving.value.suggested_filename)
        other.context.set_offline(True)
        other.locator("#proof-file").set_input_files(proof)
        expect_title(other, "The proof is valid")
        expect(other.locator("#outcome-detail")).to_contain_text("It is the proof of the receipt above.")
        header, extra, index, one, two, *rest = proof.read_text().split("\n")
        proof.write_text("\n".join([header, extra, index, two, one, *rest]))
        other.locator("#proof-file").set_input_files(proof)
        expect_title(other, "This proof is not valid")


def test_receipt_is_found_by_itself_once_the_log_is_published(
    page: Page, api: Api, logs: PublishedLogs
) -> None:
    api.given()
    receipt = logs.vote(api.poll_id, "a")
    page.clock.install()
    verify(page, api.poll_id, receipt)
    expect_title(page, "Not published yet")
    expect(page.locator("#outcome-detail")).to_contain_text("Voting is open.")
    api.close_poll()
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#outcome-detail")).to_contain_text("This page looks again by itself.")
    logs.publish()
    page.clock.fast_forward(15_000)
    expect_title(page, "Counted")


def test_mistyped_receipt_is_corrected_by_keyboard(page: Page, api: Api, logs: PublishedLogs) -> None:
    poll_id, [receipt, *_] = logs.closed()
    wrong = receipt[:-1] + ("A" if receipt[-1] != "A" else "B")
    page.goto(f"/verify/?poll={poll_id}")
    expect(page.locator("#scope")).to_contain_text("Where shall the team go this summer?")
    asked = len(logs.asked)
    page.keyboard.press("Tab")
    page.locator("#receipt-field").focus()
    page.keyboard.type(wrong.lower().replace("-", " "))
    page.keyboard.press("Enter")
    expect_title(page, "This receipt is mistyped")
    assert len(logs.asked) == asked
    page.get_by_role("button", name=receipt).press("Enter")
    expect_title(page, "Counted")
    expect(page.locator("#receipt-field")).to_be_focused()


def test_receipt_without_its_poll_is_found_in_all_results(page: Page, api: Api, logs: PublishedLogs) -> None:
    poll_id, [receipt, *_] = logs.closed("ab", question="The older question?")
    other, _ = logs.closed("b", question="The newer question?")
    verify(page, other, receipt)
    expect_title(page, "Not in this log")
    page.get_by_role("button", name="Search all results").click()
    expect_title(page, "Counted")
    expect(page.locator("#question")).to_have_text("The older question?")
    page.locator("#receipt-field").fill(ABSENT)
    page.get_by_role("button", name="Check", exact=True).click()
    expect_title(page, "Not in these logs")
    page.locator("#receipt-field").fill(f"https://vote.example/verify#poll={poll_id}&receipt={receipt}")
    expect(page.locator("#receipt-field")).to_have_value(receipt)


def test_receipt_is_read_from_the_picture_of_a_qr_code(page: Page, api: Api, logs: PublishedLogs) -> None:
    poll_id, [receipt, *_] = logs.closed()
    page.add_init_script(DETECTOR % f"https://vote.example/verify#poll={poll_id}&receipt={receipt}")
    page.goto("/verify/")
    expect(page.get_by_role("button", name="Scan a QR code")).to_be_visible()
    page.locator("#picture-file").set_input_files({
        "name": "photo.png", "mimeType": "image/png", "buffer": PIXEL,
    })  # fmt: skip
    expect_title(page, "Counted")


def test_lost_connection_says_nothing_about_the_vote(
    page: Page, context: BrowserContext, api: Api, logs: PublishedLogs
) -> None:
    poll_id, [receipt, *_] = logs.closed()
    page.goto(f"/verify/?poll={poll_id}")
    expect(page.locator("#certificate")).to_be_visible()
    page.route("**/tile/**", lambda route: route.abort("connectionreset"))
    page.locator("#receipt-field").fill(receipt)
    page.get_by_role("button", name="Check", exact=True).click()
    expect_title(page, "No connection")
    page.unroute("**/tile/**")
    page.get_by_role("button", name="Try again").click()
    expect_title(page, "Counted")


def test_every_state_of_the_page_is_accessible(browser: Browser, backend: Backend, site_url: str) -> None:
    found = {}
    for name, state in VERIFY_STATES.items():
        if name in SAME_ELEMENTS:
            continue
        with visit_verify(browser, backend, site_url, state) as page:
            found[name] = findings(page) + cramped(page) + moving(page)
            if name in RIGHT_TO_LEFT:
                read_in(page, "ar")
                found[name] += findings(page, colours=False) + cramped(page)
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_closed_poll_leads_to_its_certificate(page: Page, api: Api, logs: PublishedLogs) -> None:
    poll_id, _ = logs.closed("abb")
    page.goto(f"/?poll={poll_id}")
    page.get_by_role("link", name="Certified result").click()
    expect(page.locator("#certificate")).to_contain_text("“The sea” won with 2 of 3 votes (67%)")
    expect(page.locator("#log-link")).to_have_attribute("href", f"/logs/{poll_id}/checkpoint")


@pytest.mark.parametrize(
    ("script", "title"),
    [
        (NO_ED25519, "In the log, signature not checked"),
        (NO_SUBTLE, "This browser cannot check receipts here"),
    ],
    ids=["without Ed25519", "without https"],
)  # fmt: skip
def test_browser_that_cannot_check_claims_nothing(
    page: Page, api: Api, logs: PublishedLogs, script: str, title: str
) -> None:
    poll_id, [receipt, *_] = logs.closed("a")
    page.add_init_script(script)
    verify(page, poll_id, receipt)
    expect_title(page, title)
    expect(page.locator("#outcome")).not_to_have_attribute("data-tone", "good")
