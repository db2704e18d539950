"""The presenter's screen: content, layout and controls."""

import re
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from contracts.enums import PollStatus, ResultVisibility, VoterPolicy
from contracts.problem import ProblemType
from PIL import Image
from playwright.sync_api import Page, ViewportSize, expect

from .admin_routes import AdminApi
from .backend import now, two_options
from .fit import CRAMPED, moving
from .keyboard import close_dialog
from .markup import CORPUS, INJECTED
from .routes import bare, problem, results_of

pytestmark = pytest.mark.slow

PRESENTER: ViewportSize = {"width": 1920, "height": 1080}
SCREENS = [(1920, 1080), (1024, 768), (1280, 720), (844, 390)]
UNUSUAL_SCREENS = [(1080, 1920), (3840, 2160)]
FULL = "() => Boolean(document.fullscreenElement)"
FITS = "() => ((screen) => screen.scrollHeight <= screen.clientHeight)(document.getElementById('presenter'))"
SETTLED = """size => innerWidth === size[0] && innerHeight === size[1]
  && document.querySelector("#controls").getBoundingClientRect().bottom <= innerHeight"""
MID_LIFT = """() => {
  const lift = document.getAnimations().find(({ animationName }) => animationName === "lift");
  if (!lift) return false;
  lift.pause();
  lift.currentTime = 1_420;
  return true;
}"""
CONDENSED = """window.written = [];
const draw = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, x, y, room) {
  const size = Number.parseFloat(this.font.match(/([\\d.]+)px/)[1]);
  written.push({ text, room, width: this.measureText(text).width, size });
  draw.call(this, text, x, y, room);
}"""
OUTSIDE = """() => ["question", "winner", "bars", "turn", "veil", "qr", "link", "controls"]
  .map((id) => document.getElementById(id)).filter((part) => part.checkVisibility())
  .filter((part) => {
    const { left, top, right, bottom } = part.getBoundingClientRect();
    return left < 0 || top < 0 || right > innerWidth + 1 || bottom > innerHeight + 1;
  }).map(({ id }) => id)"""


def show(page: Page, admin: AdminApi, a: int = 128, b: int = 85, **facts: Any) -> None:
    """One open poll on the presenter's screen, in a signed-in tab."""
    poll = admin.given(a, b, **facts)
    page.set_viewport_size(PRESENTER)
    admin.sign_in_tab(page)
    page.goto("/present/")
    expect(page.locator("#question")).to_have_text(poll.question)
    expect(page.locator("#live-label")).to_have_text("Live")
    assert page.evaluate("() => document.body.dataset.session") == "in"


def outside(page: Page, size: tuple[int, int]) -> list[str]:
    """Return the elements outside a screen of this size, once the layout is stable."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_function(SETTLED, arg=size)
    page.wait_for_function(FITS)
    parts: list[str] = page.evaluate(OUTSIDE) + page.evaluate(CRAMPED)
    return parts


class TestDisplay:
    def test_question_bars_link_and_code_are_shown_and_follow_live_messages(
        self, page: Page, admin: AdminApi, site_url: str
    ) -> None:
        show(page, admin)
        bar = page.locator('.bar[data-choice="a"]')
        expect(bar).to_contain_text("60%")
        expect(bar).to_contain_text("128 votes")
        expect(page.locator("#voters")).to_have_text("213 voted")
        expect(page.locator("#link")).to_have_text(site_url.removeprefix("http://"))
        expect(page.locator("#qr path")).to_have_attribute("d", re.compile(r"^M\d"))
        admin.count_votes(300, 100)
        expect(bar).to_contain_text("75%")
        expect(page.locator("#voters")).to_have_text("400 voted")

    def test_sign_in_returns_to_the_presenter(self, page: Page, admin: AdminApi, site_url: str) -> None:
        """The buttons appear once the poll is there, so no tap is lost to one that moves away."""
        poll = admin.given()
        page.goto(f"/present/?poll={poll.poll_id}")
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("body")).to_have_attribute("data-session", "in")
        expect(page).to_have_url(f"{site_url}/present/?poll={poll.poll_id}")
        expect(page.locator("#question")).to_have_text(poll.question)
        assert len(admin.tokens) == 1
        assert admin.count(f"GET /admin/api/polls/{poll.poll_id}") >= 1

    def test_dashboard_opens_the_presenter_signed_in(
        self, page: Page, admin: AdminApi, site_url: str
    ) -> None:
        """A tab's session is copied to the tab that it opens, and to no other."""
        poll = admin.given()
        page.goto("/admin/")
        page.get_by_role("button", name="Sign in").click()
        with page.expect_popup() as opened:
            page.get_by_role("link", name="Present").click()
        presenter = opened.value
        expect(presenter.locator("body")).to_have_attribute("data-session", "in")
        assert presenter.url == f"{site_url}/present/?poll={poll.poll_id}"
        presenter.close()

    def test_presenter_without_a_poll_waits_for_the_next_one(self, page: Page, admin: AdminApi) -> None:
        page.goto("/present/")
        expect(page.get_by_role("heading", name="The next question appears here by itself")).to_be_visible()
        expect(page.locator("#qr path")).to_have_count(1)
        expect(page.locator("#live-label")).to_have_text("Live")
        admin.given(question="First?")
        expect(page.get_by_role("heading", name="First?")).to_be_visible()

    def test_presenter_replaces_a_closed_poll_by_the_next_open_one(self, page: Page, admin: AdminApi) -> None:
        show(page, admin)
        admin.close_poll(130, 90)
        expect(page.locator("#turn")).to_have_text("Final result")
        closed, version = admin.poll, admin.version
        admin.given(question="And now?", opens_at=now())
        expect(page.get_by_role("heading", name="And now?")).to_be_visible()
        expect(page.locator("#join")).to_be_visible()
        admin.plant(results_of(closed, 131, 90, version=version + 1))
        expect(page.locator("#question")).to_have_text("And now?")

    def test_presenter_ignores_poll_opening_tomorrow(self, page: Page, admin: AdminApi) -> None:
        show(page, admin, closes_at=now() + timedelta(hours=2))
        first = admin.poll_id
        later = admin.given(question="Tomorrow?", opens_at=now() + timedelta(days=1))
        admin.backend.count(first, 129, 85)
        expect(page.locator("#voters")).to_have_text("214 voted")
        assert admin.count(f"GET /admin/api/polls/{later.poll_id}") == 0

    def test_final_result_names_the_winning_option(self, page: Page, admin: AdminApi) -> None:
        show(page, admin)
        admin.close_poll(128, 90)
        expect(page.locator("#winner")).to_have_text("Mountains wins · 59%")
        expect(page.locator("#said")).to_have_text(
            "Mountains wins · 59%. 218 votes: Mountains 59%, The sea 41%."
        )
        expect(page.locator("#join")).to_be_hidden()

    def test_winning_bar_stays_on_the_screen_while_it_is_lifted(self, page: Page, admin: AdminApi) -> None:
        show(page, admin)
        page.emulate_media(reduced_motion="no-preference")
        admin.close_poll(128, 90)
        page.wait_for_function(MID_LIFT)
        assert page.evaluate(CRAMPED) == []

    def test_presenter_counts_down_to_the_close(self, page: Page, admin: AdminApi) -> None:
        show(page, admin, closes_at=now() + timedelta(seconds=70))
        expect(page.locator("#turn")).to_contain_text("Closes in 1:0")
        soon = admin.poll.model_copy(update={"closes_at": now() + timedelta(seconds=8)})
        admin.plant(results_of(soon, 130, 90, version=admin.version + 1))
        expect(page.locator("#turn")).to_have_attribute("data-urgent", "true")

    def test_presenter_shows_that_a_poll_needs_a_code(self, page: Page, admin: AdminApi) -> None:
        show(page, admin, policy=VoterPolicy.CODE)
        expect(page.locator("#how")).to_have_text("Then type your code.")

    def test_markup_is_shown_as_text(self, page: Page, admin: AdminApi) -> None:
        text = CORPUS["an-image"]
        show(page, admin, question=text, options=two_options(text, f"not {text}"[:80]))
        expect(page.locator('.bar[data-choice="a"] .label')).to_have_text(text)
        assert page.locator(INJECTED).count() == 0

    def test_longest_texts_fit_every_screen_in_every_state(self, page: Page, admin: AdminApi) -> None:
        word = "Wettbewerbsfähigkeitsbeurteilung "
        options = two_options((word * 3)[:80], ("not " + word * 3)[:80])
        rule = ResultVisibility.AFTER_CLOSE
        show(page, admin, question=(word * 7)[:200], options=options, result_visibility=rule)
        stands, versions = admin.poll, count(admin.version + 1)

        def close_in(seconds: int, status: PollStatus = PollStatus.OPEN) -> None:
            changes = {"closes_at": now() + timedelta(seconds=seconds), "status": status}
            admin.plant(results_of(stands.model_copy(update=changes), 128, 85, version=next(versions)))

        expect(page.locator("#veil")).not_to_be_empty()
        for size in SCREENS:
            assert outside(page, size) == [], f"hidden, {size}"
        page.keyboard.press("r")
        expect(page.locator("#bars")).to_contain_text("60%")
        for size in SCREENS + UNUSUAL_SCREENS:
            assert outside(page, size) == [], f"shown, {size}"
        for size in SCREENS:
            close_in(
                9
            )  # the clock is set before each check, so that a slow machine also shows the last seconds
            expect(page.locator("#turn")).to_have_attribute("data-urgent", "true")
            assert outside(page, size) == [], f"counted down, {size}"
        close_in(-1, PollStatus.CLOSED)
        expect(page.locator("#turn")).to_have_text("Final result")
        assert moving(page) == []
        for size in SCREENS:
            assert outside(page, size) == [], f"final, {size}"

    def test_presenter_on_a_phone_stacks_its_content(self, page: Page, admin: AdminApi) -> None:
        word = "Wettbewerbsfähigkeitsbeurteilung "
        options = two_options((word * 3)[:80], ("not " + word * 3)[:80])
        show(page, admin, question=(word * 7)[:200], options=options, closes_at=now() + timedelta(minutes=4))
        page.set_viewport_size({"width": 390, "height": 844})
        page.wait_for_function("() => innerWidth === 390 && document.documentElement.scrollWidth === 390")
        expect(page.locator("#turn")).to_contain_text("Closes in")
        page.locator("#turn").scroll_into_view_if_needed()
        expect(page.locator("#turn")).to_be_in_viewport(ratio=1)
        assert page.evaluate(CRAMPED) == []


class TestHiddenResults:
    @pytest.mark.covers("T23")
    def test_hidden_counts_are_not_in_the_page_until_the_presenter_shows_them(
        self, page: Page, admin: AdminApi
    ) -> None:
        show(page, admin, result_visibility=ResultVisibility.AFTER_VOTE)
        expect(page.locator("#reveal")).to_contain_text("Show results")
        text = page.locator("body").inner_text() + page.locator("#bars").evaluate("bars => bars.outerHTML")
        assert not [figure for figure in ("128", "213", "60%") if figure in text]
        assert page.locator(".bar").evaluate_all(
            "bars => bars.map((bar) => bar.style.getPropertyValue('--share'))"
        ) == ["0", "0"]

        page.keyboard.press("r")
        expect(page.locator('.bar[data-choice="a"]')).to_contain_text("60%")
        expect(page.locator("#said")).to_contain_text("213 votes: Mountains 60%")
        page.get_by_role("button", name="Hide results").click()
        expect(page.locator('.bar[data-choice="a"]')).not_to_contain_text("60%")
        expect(page.locator("#said")).to_have_text("Results are hidden")

    def test_public_results_appear_at_the_close(self, page: Page, admin: AdminApi) -> None:
        show(page, admin, result_visibility=ResultVisibility.AFTER_CLOSE)
        admin.close_poll(128, 90)
        expect(page.locator("#winner")).to_have_text("Mountains wins · 59%")

    def test_never_visible_results_stay_hidden_until_the_presenter_shows_them(
        self, page: Page, admin: AdminApi
    ) -> None:
        show(page, admin, result_visibility=ResultVisibility.NEVER)
        admin.close_poll(128, 90)
        expect(page.locator("#turn")).to_have_text("Voting has closed")
        expect(page.locator("#bars")).not_to_contain_text("128")
        page.keyboard.press("PageDown")
        expect(page.locator("#turn")).to_have_text("Final result")
        page.keyboard.press("PageUp")
        expect(page.locator("#bars")).not_to_contain_text("128")

    def test_presenter_without_sign_in_receives_public_results_only(
        self, page: Page, admin: AdminApi
    ) -> None:
        poll = admin.given(result_visibility=ResultVisibility.AFTER_CLOSE)
        page.goto("/present/")
        expect(page.locator("#question")).to_have_text(poll.question)
        expect(page.locator("#as")).to_contain_text("You are not signed in")
        page.keyboard.press("r")
        expect(page.get_by_role("alert")).to_contain_text("You are not signed in.")
        expect(page.get_by_role("button", name="Close now")).to_be_hidden()
        assert admin.count("POST /admin/api/live/ticket") == 0

    def test_presenter_keeps_updating_after_the_session_expires(self, page: Page, admin: AdminApi) -> None:
        admin.forever("POST /admin/api/presenter-session", bare(503))
        show(page, admin)
        admin.forever("POST /admin/api/live/ticket", bare(401))
        admin.cut_sockets()
        expect(page.locator("#as")).to_contain_text("Your sign-in has expired")
        expect(page.get_by_role("alert")).to_contain_text("Your sign-in has expired.")
        page.get_by_role("alert").get_by_role("button", name="OK").click()
        page.keyboard.press("c")
        expect(page.get_by_role("alert")).to_contain_text("Sign in to control the poll.")
        expect(page.locator("#live-label")).to_have_text("Live")
        admin.count_votes(300, 100)
        expect(page.locator("#voters")).to_have_text("400 voted")


LANGUAGES = {
    "de": ("ltr", "Jetzt abstimmen", "Endergebnis", "Vollbild"),
    "ar": ("rtl", "صوّت الآن", "النتيجة النهائية", "ملء الشاشة"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_room_and_organiser_read_the_language_of_the_address(
    page: Page, admin: AdminApi, language: str
) -> None:
    direction, vote_now, final, full = LANGUAGES[language]
    admin.given(128, 85)
    page.set_viewport_size(PRESENTER)
    admin.sign_in_tab(page)
    page.goto(f"/present/?lang={language}")
    expect(page.locator("#join-title")).to_have_text(vote_now)
    expect(page.locator("html")).to_have_attribute("dir", direction)
    expect(page.get_by_role("button", name=full)).to_be_visible()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).not_to_be_empty()
    explained = " ".join(dialog.locator("dd").all_inner_texts())
    assert len(explained) > 200
    assert direction == "ltr" or not re.search("[a-z]{3}", explained)
    assert page.evaluate(CRAMPED) == []
    page.keyboard.press("Escape")
    assert page.evaluate(CRAMPED) == []
    admin.close_poll(128, 90)
    expect(page.locator("#turn")).to_have_text(final)


def test_presenter_speaks_the_language_of_the_shown_poll(page: Page, admin: AdminApi) -> None:
    """Texts, direction and numbers follow a change at once, and the next poll without a language."""
    admin.given(1_500, 500, presenter_language="de")
    page.set_viewport_size(PRESENTER)
    admin.sign_in_tab(page)
    page.goto("/present/")
    root, title, bar = (
        page.locator("html"),
        page.locator("#join-title"),
        page.locator('.bar[data-choice="a"]'),
    )
    expect(title).to_have_text(LANGUAGES["de"][1])
    expect(bar).to_contain_text("75\u00a0%")
    expect(bar).to_contain_text("1.500")
    admin.backend.step(admin.poll_id, "edit", {"presenter_language": "ar"})
    expect(title).to_have_text(LANGUAGES["ar"][1])
    expect(root).to_have_attribute("dir", "rtl")
    assert page.evaluate(CRAMPED) == []
    admin.switch_poll(1_500, 500, question="And now?")
    expect(page.get_by_role("heading", name="And now?")).to_be_visible()
    expect(title).to_have_text("Vote now")
    expect(root).to_have_attribute("dir", "ltr")
    expect(bar).to_contain_text("75%")


def test_language_of_the_address_overrides_that_of_the_poll(page: Page, admin: AdminApi) -> None:
    admin.given(128, 85, presenter_language="ar")
    page.goto("/present/?lang=de")
    expect(page.locator("#join-title")).to_have_text(LANGUAGES["de"][1])
    admin.backend.step(admin.poll_id, "edit", {"presenter_language": "he"})
    admin.count_votes(300, 100)
    expect(page.locator("#voters")).to_contain_text("400")
    expect(page.locator("html")).to_have_attribute("lang", "de")


def test_voters_page_keeps_the_language_of_the_device(page: Page, admin: AdminApi) -> None:
    admin.given(128, 85, presenter_language="ar")
    page.goto("/")
    expect(page.locator("#question")).to_be_visible()
    expect(page.locator("#live-label")).to_have_text("Live")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_overlay_shows_the_bars_alone_on_nothing(page: Page, admin: AdminApi) -> None:
    admin.given(128, 85)
    page.set_viewport_size(PRESENTER)
    page.goto("/present/?overlay=1")
    expect(page.locator("#bars")).to_contain_text("60%")
    for part in ("#question", "#join", "#controls", "#turn", ".head"):
        expect(page.locator(part)).to_be_hidden()
    parts = "['html', 'body'].map((part) => document.querySelector(part))"
    colours = page.evaluate(f"() => {parts}.map((part) => getComputedStyle(part).backgroundColor)")
    assert set(colours) == {"rgba(0, 0, 0, 0)"}


def test_key_d_switches_between_dark_and_light(page: Page, admin: AdminApi) -> None:
    show(page, admin)
    root, light, dark = page.locator("html"), "rgb(250, 247, 242)", "rgb(16, 16, 25)"
    expect(root).to_have_css("background-color", light)
    page.keyboard.press("d")
    expect(root).to_have_css("background-color", dark)
    page.emulate_media(color_scheme="dark")
    page.keyboard.press("d")
    expect(root).to_have_css("background-color", light)


def test_timer_keys_set_the_end_and_bring_it_forward(page: Page, admin: AdminApi) -> None:
    show(page, admin)
    page.keyboard.press("5")
    expect(page.locator("#turn")).to_contain_text(re.compile(r"Closes in (5:00|4:5\d)"))
    for key in "12t":
        page.keyboard.press(key)
    expect(page.locator("#turn")).to_contain_text("Closes in 0:")
    assert admin.poll.closes_at
    assert admin.poll.closes_at - now() <= timedelta(seconds=30)


def test_opening_can_be_cancelled_while_it_is_counted_down(page: Page, admin: AdminApi) -> None:
    show(page, admin, opens_at=now() + timedelta(seconds=50))
    expect(page.locator("#turn")).to_contain_text("Opens in")
    page.get_by_role("button", name="Cancel the opening").click()
    expect(page.locator("#said")).to_have_text("The opening is cancelled: the poll is a draft again.")
    expect(page.locator("body")).to_have_attribute("data-phase", "draft")
    assert admin.backend.poll(admin.poll_id).status == "draft"


def test_question_of_the_other_direction_begins_where_the_lines_begin(page: Page, admin: AdminApi) -> None:
    admin.given(128, 85)
    page.goto("/present/?lang=he")
    expect(page.locator("#question")).to_have_css("text-align", "right")
    expect(page.locator("#question")).to_have_css("direction", "ltr")


class TestPictures:
    def test_final_result_is_saved_as_a_picture_for_slides(
        self, page: Page, admin: AdminApi, tmp_path: Path
    ) -> None:
        show(page, admin)
        admin.close_poll(128, 90)
        expect(page.locator("#picture")).to_be_visible()
        with page.expect_download() as download:
            page.keyboard.press("s")
        assert download.value.suggested_filename == "where-shall-the-team-go-this-summer.png"
        download.value.save_as(tmp_path / "result.png")
        with Image.open(tmp_path / "result.png").convert("RGB") as picture:
            assert picture.size == (1200, 630)
            bar_of_a, bar_of_b = picture.getpixel((100, 330)), picture.getpixel((100, 470))
        assert bar_of_a == (51, 80, 221)
        assert bar_of_b == (245, 154, 46)

    def test_longest_texts_of_the_picture_are_not_condensed(self, page: Page, admin: AdminApi) -> None:
        """A canvas condenses a text that is wider than its place."""
        page.add_init_script(CONDENSED)
        options = two_options(
            "An option with a label of eighty characters, which is " + "long " * 5, "W" * 80
        )
        show(page, admin, question="A question that goes on and on " * 6 + "to its end", options=options)
        admin.close_poll(1_500_000, 500_000)
        expect(page.locator("#picture")).to_be_visible()
        with page.expect_download():
            page.keyboard.press("s")
        assert page.evaluate("() => written.length") > 6
        assert page.evaluate("() => written.filter(({ width, room }) => width > room)") == []
        assert page.evaluate("() => Math.min(...written.map(({ size }) => size))") >= 20

    def test_hidden_result_is_not_saved(self, page: Page, admin: AdminApi) -> None:
        show(page, admin, result_visibility=ResultVisibility.NEVER)
        admin.close_poll(128, 90)
        expect(page.locator("#turn")).to_have_text("Voting has closed")
        page.keyboard.press("s")
        expect(page.get_by_role("alert")).to_contain_text("There is no result to save.")

    def test_result_is_copied_as_a_picture(self, page: Page, admin: AdminApi) -> None:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        show(page, admin)
        admin.close_poll(128, 90)
        page.locator("#help").click()
        page.get_by_role("button", name="Copy result as picture").click()
        expect(page.locator("#said")).to_have_text("The picture is copied.")
        kinds = "async () => (await navigator.clipboard.read()).flatMap(({ types }) => types)"
        assert page.evaluate(kinds) == ["image/png"]

    def test_saved_code_is_black_on_white_with_its_margin(
        self, page: Page, admin: AdminApi, tmp_path: Path
    ) -> None:
        show(page, admin)
        page.locator("#help").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Save QR code").click()
        download.value.save_as(tmp_path / "code.png")
        with Image.open(tmp_path / "code.png").convert("L") as picture:
            width, height = picture.size
            assert width == height > 900
            assert {colour for _, colour in picture.getcolors() or ()} == {0, 255}
            dark = picture.point(lambda value: 255 - value).getbbox()
        margin = width // 10
        assert dark
        assert dark[0] == dark[1] > margin


NEXT: Final = "Next: Tea or coffee?"


class TestNextQuestion:
    def test_one_key_opens_the_next_draft_after_a_result(self, page: Page, admin: AdminApi) -> None:
        """The oldest draft is the next one: questions are written in the order of an event."""
        for question in ("Tea or coffee?", "Third?"):
            admin.backend.given(status="draft", question=question)
        show(page, admin)
        admin.close_poll(128, 90)
        expect(page.locator("#winner")).to_be_visible()
        expect(page.locator("#next")).to_contain_text(NEXT)
        page.keyboard.press("n")
        expect(page.locator("#question")).to_have_text("Tea or coffee?")
        expect(page.locator("#next")).to_contain_text("Next: Third?")

    def test_key_n_and_again_closes_the_open_poll_and_opens_the_next(
        self, page: Page, admin: AdminApi
    ) -> None:
        following = admin.backend.given(status="draft", question="Tea or coffee?")
        show(page, admin)
        expect(page.locator("#next")).to_contain_text(NEXT)  # before, the key finds no draft
        page.keyboard.press("n")
        expect(page.get_by_role("dialog")).to_contain_text(NEXT)
        page.keyboard.press("n")
        expect(page.locator("#question")).to_have_text("Tea or coffee?")
        closed, opened = admin.poll, admin.backend.poll(following.poll_id)
        assert closed.closes_at
        assert opened.opens_at
        assert closed.closes_at <= opened.opens_at

    def test_second_organiser_who_presses_it_too_changes_nothing(self, page: Page, admin: AdminApi) -> None:
        following = admin.backend.given(status="draft", question="Tea or coffee?")
        show(page, admin)
        expect(page.locator("#next")).to_contain_text(NEXT)  # before, the key finds no draft
        page.keyboard.press("n")
        expect(page.get_by_role("dialog")).to_be_visible()
        changed = problem(ProblemType.REVISION_CONFLICT, detail="Changed by 7b1c: it is at revision 3 now")
        admin.plan(f"POST /admin/api/polls/{admin.poll_id}/close", changed)
        page.keyboard.press("n")
        expect(page.get_by_role("alert")).to_contain_text("Another organiser has changed this poll.")
        expect(page.get_by_role("alert")).not_to_contain_text("revision")
        assert admin.count(f"POST /admin/api/polls/{following.poll_id}/open") == 0

    def test_refused_opening_says_that_the_open_poll_closes_all_the_same(
        self, page: Page, admin: AdminApi
    ) -> None:
        following = admin.backend.given(status="draft", question="Tea or coffee?")
        show(page, admin)
        expect(page.locator("#next")).to_contain_text(NEXT)  # before, the key finds no draft
        page.keyboard.press("n")
        expect(page.get_by_role("dialog")).to_be_visible()
        admin.plan(f"POST /admin/api/polls/{following.poll_id}/open", problem(ProblemType.UNAVAILABLE))
        page.keyboard.press("n")
        expect(page.get_by_role("alert")).to_contain_text("closes, but “Tea or coffee?” was not opened.")

    def test_key_n_without_a_draft_says_so(self, page: Page, admin: AdminApi) -> None:
        show(page, admin)
        page.keyboard.press("n")
        expect(page.get_by_role("alert")).to_contain_text("No draft is up next.")


class TestControls:
    def test_closing_requires_confirmation(self, page: Page, admin: AdminApi) -> None:
        show(page, admin)
        page.keyboard.press("c")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text(admin.poll.question)
        page.keyboard.press("c")
        close_dialog(page)
        page.keyboard.press("c")
        dialog.get_by_role("button", name="Close now").click()
        expect(page.locator("#said")).to_have_text("The poll closes in 3 seconds.")
        expect(page.locator("#turn")).to_have_text("Counting the last votes…")
        expect(page.get_by_role("button", name="Close now")).to_be_hidden()

    def test_dialog_opens_again_in_the_frame_in_which_it_closed(self, page: Page, admin: AdminApi) -> None:
        show(page, admin)
        page.keyboard.press("c")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        page.evaluate("""async () => {
          const dialog = document.querySelector("#confirm");
          const closed = new Promise((done) => dialog.addEventListener("close", done, { once: true }));
          dialog.requestClose(); // as Escape does
          await closed;
          dispatchEvent(new KeyboardEvent("keydown", { key: "c" }));
        }""")
        expect(dialog).to_contain_text(admin.poll.question)

    def test_rejected_close_is_shown_on_the_presenter(self, page: Page, admin: AdminApi) -> None:
        show(page, admin)
        refusal = problem(ProblemType.INVALID_STATE, detail="This poll is closed already")
        admin.plan(f"POST /admin/api/polls/{admin.poll_id}/close", refusal)
        page.keyboard.press("c")
        page.get_by_role("dialog").get_by_role("button", name="Close now").click()
        expect(page.get_by_role("alert")).to_contain_text("closed already")
        page.get_by_role("alert").get_by_role("button", name="OK").click()
        expect(page.get_by_role("alert")).to_have_count(0)

    def test_keyboard_shortcuts_are_listed_and_can_be_turned_off(self, page: Page, admin: AdminApi) -> None:
        show(page, admin)
        page.keyboard.press("?")
        dialog = page.get_by_role("dialog", name="Keys")
        expect(dialog).to_contain_text("Large QR code")
        dialog.get_by_role("checkbox").uncheck()
        close_dialog(page)
        page.keyboard.press("q")
        expect(page.locator("#enlarge")).to_have_attribute("aria-pressed", "false")
        page.locator("#enlarge").click()
        expect(page.locator("#question")).to_be_hidden()
        page.locator("#help").click()
        dialog.get_by_role("checkbox").check()
        dialog.get_by_role("button", name="Close").click()
        expect(page.locator("#help")).to_be_focused()
        page.keyboard.press("q")
        expect(page.locator("#question")).to_be_visible()

    def test_key_f_toggles_full_screen(self, page: Page, admin: AdminApi) -> None:
        show(page, admin)
        page.keyboard.press("f")
        page.wait_for_function(FULL)
        expect(page.locator("#full")).to_have_attribute("aria-pressed", "true")
        page.keyboard.press("f")
        page.wait_for_function(f"() => !({FULL})()")

    def test_cursor_and_buttons_hide_while_idle(self, page: Page, admin: AdminApi) -> None:
        show(page, admin)
        body = page.locator("body")
        page.evaluate("() => document.activeElement.blur()")
        expect(body).to_have_attribute("data-idle", "true")
        expect(body).to_have_css("cursor", "none")
        expect(page.locator("#controls")).to_have_css("opacity", "0")
        page.mouse.move(200, 200)
        expect(page.locator("#controls")).to_have_css("opacity", "1")
        page.locator("#help").focus()
        expect(body).to_have_attribute("data-idle", "true")
        expect(page.locator("#controls")).to_have_css("opacity", "1")

    def test_presenter_keeps_the_screen_awake(self, page: Page, admin: AdminApi) -> None:
        page.add_init_script(
            "window.asked = []; Object.defineProperty(navigator, 'wakeLock',"
            " {value: {request: async (kind) => window.asked.push(kind)}})"
        )
        show(page, admin)
        assert page.evaluate("() => window.asked") == ["screen"]
