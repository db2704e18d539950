"""The organiser's page: how one vote each is chosen, codes made, saved and printed."""

import csv
import hashlib
import io
from pathlib import Path

import pytest
import zxingcpp
from contracts.ids import PollStatus, VoterPolicy
from contracts.polls import PollV3
from contracts.problem import ProblemType
from PIL import Image
from playwright.sync_api import Page, expect

from .fake_admin import ORGANISER, FakeAdmin
from .fake_api import a_poll, problem

VENDORED = Path(__file__).parents[2] / "site" / "vendor" / "uqr.js"
UQR_0_1_3 = "7f0e61c2f13bb3724edee7bfb876e13c54ac9ee4fcfa283c9fa93cfb1241c325"


def sign_in(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#who")).to_have_text(ORGANISER)


@pytest.fixture
def poll(page: Page, admin: FakeAdmin) -> PollV3:
    """A draft by code is on the stage. Printing keeps the sheet, as if it still lay in the printer."""
    page.add_init_script("window.printed = 0; window.print = () => { window.printed += 1 }")
    draft = a_poll(policy=VoterPolicy.CODE, status=PollStatus.DRAFT, opens_at=None)
    admin.polls = [draft]
    sign_in(page)
    expect(page.locator("#codes")).to_be_visible()
    return draft


def make(page: Page, count: int | str) -> None:
    page.get_by_label("How many").fill(str(count))
    page.get_by_role("button", name="Make codes").click()


def saved(page: Page) -> tuple[str, list[list[str]]]:
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    text = Path(download.value.path()).read_text()
    return download.value.suggested_filename, list(csv.reader(io.StringIO(text, newline="")))


class TestThePolicy:
    @pytest.mark.parametrize(
        ("policy", "said"),
        [
            ("browser", "Whoever clears cookies or takes another browser can vote again."),
            ("code", "The strongest: you hand a single-use code to each voter."),
            ("network", "Locks people out: in a school, an office or a home all share one vote."),
        ],
    )
    def test_each_says_in_one_line_how_strong_it_is(
        self, page: Page, admin: FakeAdmin, policy: str, said: str
    ) -> None:
        sign_in(page)
        page.get_by_label("One vote per").select_option(label=policy)
        expect(page.locator("#h-policy")).to_contain_text(said)
        expect(page.locator("#h-policy")).to_have_attribute("data-warning", str(policy == "network").lower())

    @pytest.mark.parametrize("policy", VoterPolicy)
    def test_what_is_chosen_is_asked_for_and_shown(
        self, page: Page, admin: FakeAdmin, policy: VoterPolicy
    ) -> None:
        sign_in(page)
        page.get_by_label("Question").fill("Tea or coffee?")
        page.get_by_label("This", exact=True).fill("Tea")
        page.get_by_label("That", exact=True).fill("Coffee")
        page.get_by_label("One vote per").select_option(policy.value)
        page.get_by_role("button", name="Create draft").click()
        word = {"device": "browser"}.get(policy.value, policy.value)
        expect(page.locator("#stage-policy")).to_have_text(f"One vote per {word}")
        assert admin.polls[0].policy is policy
        expect(page.locator("#codes")).to_be_visible(visible=policy is VoterPolicy.CODE)
        expect(page.get_by_label("One vote per")).to_have_value("device")


class TestMaking:
    def test_codes_are_made_and_it_is_said_that_they_are_shown_once(
        self, page: Page, admin: FakeAdmin, poll: PollV3
    ) -> None:
        expect(page.locator("#codes-detail")).to_contain_text("shown here once and kept nowhere")
        make(page, 12)
        expect(page.locator("#codes-detail")).to_contain_text("12 codes made here. Save or print them now")
        make(page, 3)
        expect(page.locator("#codes-detail")).to_contain_text("15 codes made here.")
        assert admin.authorizations[-1] == "Bearer token-1"
        assert len(admin.minted[poll.poll_id]) == 15

    def test_codes_made_elsewhere_are_in_the_sum(self, page: Page, admin: FakeAdmin, poll: PollV3) -> None:
        admin.minted[poll.poll_id] = ["somewhere else"] * 1_000
        make(page, 1)
        expect(page.locator("#codes-detail")).to_contain_text(
            "1 code made here. The poll has 1,001 in all. Save or print"
        )

    @pytest.mark.parametrize("count", ["", "0", "5001", "-3", "1.5"])
    def test_a_number_that_cannot_be_is_said_at_the_field(
        self, page: Page, admin: FakeAdmin, poll: PollV3, count: str
    ) -> None:
        make(page, count)
        expect(page.locator("#codes-error")).to_have_text("Choose a number from 1 to 5,000.")
        expect(page.get_by_label("How many")).to_be_focused()
        assert admin.minted == {}

    def test_a_poll_not_known_yet_is_asked_for_again(
        self, page: Page, admin: FakeAdmin, poll: PollV3
    ) -> None:
        admin.plan(f"POST /admin/api/polls/{poll.poll_id}/codes", problem(ProblemType.UNKNOWN_POLL))
        make(page, 2)
        expect(page.locator("#codes-detail")).to_contain_text("2 codes made here.")
        expect(page.locator("#alert")).to_be_hidden()

    def test_a_refusal_is_told(self, page: Page, admin: FakeAdmin, poll: PollV3) -> None:
        refusal = problem(ProblemType.WRONG_STATE, detail="This poll has closed: a code could not be used")
        admin.plan(f"POST /admin/api/polls/{poll.poll_id}/codes", refusal)
        make(page, 2)
        expect(page.locator("#alert")).to_contain_text("This poll has closed")

    @pytest.mark.parametrize("policy", [VoterPolicy.DEVICE, VoterPolicy.NETWORK])
    def test_a_poll_by_anything_else_has_no_codes(
        self, page: Page, admin: FakeAdmin, policy: VoterPolicy
    ) -> None:
        admin.polls = [a_poll(policy=policy)]
        sign_in(page)
        expect(page.locator("#stage-question")).to_be_visible()
        expect(page.locator("#codes")).to_be_hidden()

    def test_a_closed_poll_gets_no_more(self, page: Page, admin: FakeAdmin) -> None:
        admin.polls = [a_poll(policy=VoterPolicy.CODE, status=PollStatus.CLOSED)]
        sign_in(page)
        expect(page.locator("#stage-question")).to_be_visible()
        expect(page.locator("#codes")).to_be_hidden()

    def test_codes_that_are_not_saved_hold_the_tab(self, page: Page, admin: FakeAdmin, poll: PollV3) -> None:
        asks = "() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))"
        assert page.evaluate(asks) is False
        make(page, 2)
        expect(page.locator("#codes-made")).to_be_visible()
        assert page.evaluate(asks) is True
        saved(page)
        expect(page.locator("#codes-detail")).to_contain_text("hand each to one person")
        assert page.evaluate(asks) is False

    def test_codes_are_nowhere_in_the_browser_but_on_this_page(
        self, page: Page, admin: FakeAdmin, poll: PollV3
    ) -> None:
        make(page, 2)
        expect(page.locator("#codes-made")).to_be_visible()
        stored = page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}])")
        assert admin.minted[poll.poll_id][0] not in stored


class TestTheTable:
    def test_it_has_a_link_for_each_code(
        self, page: Page, admin: FakeAdmin, poll: PollV3, site_url: str
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

    @pytest.mark.parametrize(
        "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1", '=HYPERLINK("x")']
    )
    def test_nothing_in_a_table_is_run_as_a_formula(self, page: Page, poll: PollV3, text: str) -> None:
        script = "async (text) => (await import('/logic/csv.js')).csvOf([[text, 'plain']])"
        written = page.evaluate(script, text)
        [[field, plain]] = csv.reader(io.StringIO(written, newline=""))
        assert (field, plain) == (f"'{text}", "plain")


class TestTheSheets:
    def printed(self, page: Page, count: int) -> None:
        make(page, count)
        page.get_by_role("button", name="Print sheets").click()
        page.wait_for_function("() => window.printed === 1")
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 718, "height": 1047})  # A4 within its margins

    def test_every_card_has_a_qr_code_that_leads_to_its_own_vote(
        self, page: Page, admin: FakeAdmin, poll: PollV3, site_url: str, tmp_path: Path
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

    def test_nothing_else_is_on_the_paper(self, page: Page, poll: PollV3) -> None:
        self.printed(page, 2)
        expect(page.locator("#desk")).to_be_hidden()
        expect(page.locator(".top")).to_be_hidden()
        expect(page.locator("#sheet")).to_be_visible()

    def test_after_printing_the_page_is_as_before(self, page: Page, poll: PollV3) -> None:
        self.printed(page, 2)
        page.evaluate("() => dispatchEvent(new Event('afterprint'))")
        page.emulate_media(media="screen")
        expect(page.locator(".card")).to_have_count(0)
        expect(page.locator("#desk")).to_be_visible()
        expect(page.locator("#codes-detail")).to_contain_text("hand each to one person")

    @pytest.mark.parametrize("paper", ["A4", "Letter"])
    def test_a_page_of_paper_holds_twelve_whole_cards(self, page: Page, poll: PollV3, paper: str) -> None:
        self.printed(page, 25)
        assert page.pdf(format=paper).count(b"/Type /Page\n") == 3

    def test_a_long_question_leaves_room_for_the_code(
        self, page: Page, admin: FakeAdmin, poll: PollV3
    ) -> None:
        admin.polls[0] = poll.model_copy(update={"question": "Wherever " * 20, "revision": 3})
        page.reload()
        self.printed(page, 2)
        for card in page.locator(".card").all():
            whole, code = card.bounding_box(), card.locator(".card-how").bounding_box()
            assert whole is not None
            assert code is not None
            assert code["y"] + code["height"] <= whole["y"] + whole["height"]


def test_the_vendored_module_is_the_release_that_the_readme_names() -> None:
    assert hashlib.sha256(VENDORED.read_bytes()).hexdigest() == UQR_0_1_3
    assert VENDORED.with_name("uqr.LICENSE.txt").exists()
