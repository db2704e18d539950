"""The dashboard's codes: choose the policy, create, save and print codes."""

import csv
import hashlib
import io
from pathlib import Path

import pytest
import zxingcpp
from contracts.enums import VoterPolicy
from contracts.polls import Poll
from contracts.problem import ProblemType
from PIL import Image
from playwright.sync_api import Page, expect

from .admin_routes import AdminApi
from .routes import problem

VENDORED = Path(__file__).parents[2] / "site" / "vendor" / "uqr.js"
UQR_0_1_3 = "7f0e61c2f13bb3724edee7bfb876e13c54ac9ee4fcfa283c9fa93cfb1241c325"


@pytest.fixture
def poll(page: Page, admin: AdminApi) -> Poll:
    """A draft with policy `code`, shown in the dashboard. Printing only counts, so that the cards stay."""
    page.add_init_script("window.printed = 0; window.print = () => { window.printed += 1 }")
    draft = admin.given(policy=VoterPolicy.CODE, status="draft")
    admin.open_dashboard(page)
    expect(page.locator("#codes")).to_be_visible()
    return draft


def make(page: Page, count: int | str) -> None:
    page.get_by_label("How many").fill(str(count))
    page.get_by_role("button", name="Generate codes").click()


def saved(page: Page) -> tuple[str, list[list[str]]]:
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    text = Path(download.value.path()).read_text()
    return download.value.suggested_filename, list(csv.reader(io.StringIO(text, newline="")))


class TestPolicyChoice:
    def test_each_policy_explains_its_strength_in_one_line(self, page: Page, admin: AdminApi) -> None:
        admin.open_dashboard(page)
        for policy, said in (
            ("browser", "A voter who clears cookies or uses another browser can vote again."),
            ("code", "The strongest: you hand a single-use code to each voter."),
            ("network", "Locks people out: in a school, an office or a home all share one vote."),
        ):
            page.get_by_label("Limit voting to").select_option(label=f"One per {policy}")
            expect(page.locator("#h-policy")).to_contain_text(said)
            warns = str(policy == "network").lower()
            expect(page.locator("#h-policy")).to_have_attribute("data-warning", warns)

    def test_chosen_policy_is_sent_and_shown(self, page: Page, admin: AdminApi) -> None:
        admin.open_dashboard(page)
        for policy in VoterPolicy:
            page.get_by_label("Question").fill(f"Tea or coffee, by {policy}?")
            page.get_by_label("This", exact=True).fill("Tea")
            page.get_by_label("That", exact=True).fill("Coffee")
            page.get_by_label("Limit voting to").select_option(policy.value)
            page.get_by_role("button", name="Create draft").click()
            expect(page.locator("#details-question")).to_have_text(f"Tea or coffee, by {policy}?")
            word = {"device": "browser"}.get(policy.value, policy.value)
            expect(page.locator("#details-policy")).to_have_text(f"One vote per {word}")
            assert admin.polls[0].policy is policy
            expect(page.locator("#codes")).to_be_visible(visible=policy is VoterPolicy.CODE)
            expect(page.get_by_label("Limit voting to")).to_have_value("device")


class TestCreateCodes:
    def test_created_codes_are_shown_with_the_note_that_they_are_shown_once(
        self, page: Page, admin: AdminApi, poll: Poll
    ) -> None:
        expect(page.locator("#codes-detail")).to_contain_text("shown here once and kept nowhere")
        make(page, 12)
        expect(page.locator("#codes-detail")).to_contain_text("12 codes made here. Save or print them now")
        make(page, 3)
        expect(page.locator("#codes-detail")).to_contain_text("15 codes made here.")
        assert admin.authorizations[-1] == "Bearer token-0"
        assert len(admin.minted[poll.poll_id]) == 15

    def test_total_includes_codes_created_elsewhere(self, page: Page, admin: AdminApi, poll: Poll) -> None:
        admin.mint_codes(1_000)
        make(page, 1)
        expect(page.locator("#codes-detail")).to_contain_text(
            "1 code made here. The poll has 1,001 in all. Save or print"
        )

    def test_invalid_number_of_codes_is_reported_at_the_field(
        self, page: Page, admin: AdminApi, poll: Poll
    ) -> None:
        for count in ("", "0", "5001", "-3", "1.5"):
            make(page, count)
            expect(page.locator("#codes-error")).to_have_text("Choose a number from 1 to 5,000.")
            expect(page.get_by_label("How many")).to_be_focused()
        assert admin.minted == {}

    def test_creating_codes_is_retried_until_vote_service_knows_the_poll(
        self, page: Page, admin: AdminApi, poll: Poll
    ) -> None:
        admin.plan(f"POST /admin/api/polls/{poll.poll_id}/codes", problem(ProblemType.UNKNOWN_POLL))
        make(page, 2)
        expect(page.locator("#codes-detail")).to_contain_text("2 codes made here.")
        expect(page.locator("#alert")).to_be_hidden()

    def test_rejected_code_creation_shows_the_reason(self, page: Page, admin: AdminApi, poll: Poll) -> None:
        refusal = problem(ProblemType.INVALID_STATE, detail="This poll has closed: a code could not be used")
        admin.plan(f"POST /admin/api/polls/{poll.poll_id}/codes", refusal)
        make(page, 2)
        expect(page.locator("#alert")).to_contain_text("This poll has closed")

    @pytest.mark.parametrize("policy", [VoterPolicy.DEVICE, VoterPolicy.NETWORK])
    def test_poll_with_another_policy_offers_no_codes(
        self, page: Page, admin: AdminApi, policy: VoterPolicy
    ) -> None:
        admin.given(policy=policy)
        admin.open_dashboard(page)
        expect(page.locator("#details-question")).to_be_visible()
        expect(page.locator("#codes")).to_be_hidden()

    def test_closed_poll_offers_no_more_codes(self, page: Page, admin: AdminApi) -> None:
        admin.given(policy=VoterPolicy.CODE, status="closed")
        admin.open_dashboard(page)
        expect(page.locator("#details-question")).to_be_visible()
        expect(page.locator("#codes")).to_be_hidden()

    def test_unsaved_codes_ask_before_the_tab_closes(self, page: Page, admin: AdminApi, poll: Poll) -> None:
        asks = "() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))"
        assert page.evaluate(asks) is False
        make(page, 2)
        expect(page.locator("#codes-made")).to_be_visible()
        assert page.evaluate(asks) is True
        saved(page)
        expect(page.locator("#codes-detail")).to_contain_text("hand each to one person")
        assert page.evaluate(asks) is False

    def test_codes_are_stored_nowhere_in_the_browser(self, page: Page, admin: AdminApi, poll: Poll) -> None:
        make(page, 2)
        expect(page.locator("#codes-made")).to_be_visible()
        stored = page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}])")
        assert admin.minted[poll.poll_id][0] not in stored


class TestCsvExport:
    def test_csv_has_a_link_for_each_code(
        self, page: Page, admin: AdminApi, poll: Poll, site_url: str
    ) -> None:
        make(page, 3)
        name, [head, *rows] = saved(page)
        codes = admin.minted[poll.poll_id]
        assert name == f"codes-{poll.poll_id}.csv"
        assert head == ["number", "code", "link"]
        assert rows == [
            [str(place), code, f"{site_url}/#poll={poll.poll_id}&code={code}"]
            for place, code in enumerate(codes, start=1)
        ]

    @pytest.mark.covers("T13", "R29")
    def test_csv_fields_are_not_executed_as_formulas(self, page: Page) -> None:
        page.goto("/icon.svg")
        texts = ["=1+1", "+1", "-1+2", "-A1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1", '=HYPERLINK("x")']
        script = (
            "async (texts) => (await import('/logic/csv.js')).csvOf(texts.map((text) => [text, 'plain']))"
        )
        rows = list(csv.reader(io.StringIO(page.evaluate(script, [*texts, "-1.5"]), newline="")))
        assert rows == [*([f"'{text}", "plain"] for text in texts), ["-1.5", "plain"]]  # a number is none


class TestPrintedCards:
    def printed(self, page: Page, count: int) -> None:
        make(page, count)
        page.get_by_role("button", name="Print sheets").click()
        page.wait_for_function("() => window.printed === 1")
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 718, "height": 1047})  # A4 within its margins

    def test_qr_code_of_every_card_opens_the_poll_with_its_code(
        self, page: Page, admin: AdminApi, poll: Poll, site_url: str, tmp_path: Path
    ) -> None:
        self.printed(page, 4)
        cards = page.locator(".card")
        expect(cards).to_have_count(4)
        for card, code in zip(cards.all(), admin.minted[poll.poll_id], strict=True):
            expect(card).to_contain_text(poll.question)
            expect(card).to_contain_text(code)
            picture = tmp_path / f"{code}.png"
            card.screenshot(path=picture)
            [found] = zxingcpp.read_barcodes(Image.open(picture))
            assert found.text == f"{site_url}/#poll={poll.poll_id}&code={code}"

    def test_print_view_contains_only_the_cards(self, page: Page, poll: Poll) -> None:
        self.printed(page, 2)
        expect(page.locator("#dashboard")).to_be_hidden()
        expect(page.locator(".top")).to_be_hidden()
        expect(page.locator("#sheet")).to_be_visible()

    def test_page_is_restored_after_printing(self, page: Page, poll: Poll) -> None:
        self.printed(page, 2)
        page.evaluate("() => dispatchEvent(new Event('afterprint'))")
        page.emulate_media(media="screen")
        expect(page.locator(".card")).to_have_count(0)
        expect(page.locator("#dashboard")).to_be_visible()
        expect(page.locator("#codes-detail")).to_contain_text("hand each to one person")

    @pytest.mark.parametrize("paper", ["A4", "Letter"])
    def test_printed_page_holds_twelve_whole_cards(self, page: Page, poll: Poll, paper: str) -> None:
        self.printed(page, 25)
        assert page.pdf(format=paper).count(b"/Type /Page\n") == 3

    def test_long_question_leaves_room_for_the_code(self, page: Page, admin: AdminApi, poll: Poll) -> None:
        admin.backend.step(poll.poll_id, "edit", {"question": ("Wherever " * 20).strip()})
        page.reload()
        self.printed(page, 2)
        for card in page.locator(".card").all():
            whole, code = card.bounding_box(), card.locator(".card-how").bounding_box()
            assert whole is not None
            assert code is not None
            assert code["y"] + code["height"] <= whole["y"] + whole["height"]


@pytest.mark.covers("T22")
def test_vendored_uqr_matches_the_release_in_the_readme() -> None:
    assert hashlib.sha256(VENDORED.read_bytes()).hexdigest() == UQR_0_1_3
    assert VENDORED.with_name("uqr.LICENSE.txt").exists()
