"""Content around the vote: images, turnout, audience, sharing and opening time, without layout shift."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from contracts.enums import ResultVisibility, VoterPolicy
from contracts.problem import ProblemType
from contracts.realtime import AudienceMessage
from playwright.sync_api import Page, Route, expect

from .backend import now, two_options
from .routes import Api, bare, no_network, problem
from .voter_page import option
from .waits import until

MOUNTAINS, SEA = (f"/images/{letter * 64}.webp" for letter in "ab")
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


class TestImages:
    @pytest.fixture
    def illustrated(self, api: Api) -> Api:
        api.given(128, 85, options=two_options("Mountains", "The sea", (MOUNTAINS, SEA)))
        return api

    @pytest.mark.parametrize("width", [390, 1280])
    def test_option_shows_its_image_without_layout_shift_and_is_named_by_its_label(
        self, page: Page, illustrated: Api, width: int
    ) -> None:
        waiting: list[Route] = []

        def hold(route: Route) -> None:
            waiting.append(route)

        page.route("**/images/*.webp", hold)
        page.set_viewport_size({"width": width, "height": 844})
        page.goto("/")
        expect(page.locator(".picture")).to_have_count(2)
        expect(option(page, "a").locator("img")).to_have_attribute("src", MOUNTAINS)
        expect(option(page, "b")).to_have_accessible_name("The sea")
        page.wait_for_function("() => document.readyState !== 'loading'")
        before = [option(page, choice).bounding_box() for choice in "ab"]
        until(page, lambda: len(waiting) == 2, "both images to be asked for")
        for route in waiting:
            route.fulfill(body=PIXEL, content_type="image/png")
        page.wait_for_function("() => [...document.images].every(image => image.naturalWidth > 0)")
        assert [option(page, choice).bounding_box() for choice in "ab"] == before
        option(page, "b").click()
        expect(option(page, "b")).to_contain_text("✓ Your vote")
        assert [option(page, choice).bounding_box() for choice in "ab"] == before

    def test_missing_image_leaves_label_and_vote_usable(self, page: Page, illustrated: Api) -> None:
        page.route("**/images/*.webp", lambda route: route.fulfill(status=404))
        page.goto("/")
        expect(page.locator("#question")).not_to_be_empty()
        expect(page.locator(".picture")).to_have_count(0)
        option(page, "a").click()
        expect(page.locator("#message-title")).to_have_text("Your vote is recorded")


class TestAudienceAndTurnout:
    def test_audience_is_shown_while_the_page_is_live(self, page: Page, open_poll: Api) -> None:
        open_poll.plant(AudienceMessage(audience=12))
        expect(page.locator("#beside")).to_have_text("12 watching")
        page.context.set_offline(True)
        expect(page.locator("#beside")).to_have_text("Nothing moves now")

    @pytest.mark.parametrize(
        "facts",
        [
            {"opens_at": now() + timedelta(minutes=9)},
            {"result_visibility": ResultVisibility.AFTER_CLOSE},
            {"result_visibility": ResultVisibility.AFTER_VOTE},
            {"result_visibility": ResultVisibility.NEVER},
        ],
        ids=["countdown", "until-closed", "until-voted", "never"],
    )
    def test_audience_is_shown_without_visible_results(
        self, page: Page, api: Api, facts: dict[str, Any]
    ) -> None:
        api.given(**facts)
        page.goto("/")
        expect(page.locator("#live-label")).to_have_text("Live")
        api.plant(AudienceMessage(audience=12))
        expect(page.locator("#beside")).to_have_text("12 watching")
        expect(option(page, "a")).not_to_contain_text("%")

    def test_delayed_mode_explains_the_interval(self, page: Page, api: Api) -> None:
        api.sockets_work = False
        api.given(1, 2)
        page.goto("/")
        expect(page.locator("#beside")).to_have_text("Every few seconds")

    def test_turnout_is_shown_while_results_are_hidden_if_the_poll_allows_it(
        self, page: Page, api: Api
    ) -> None:
        api.given(128, 85, result_visibility=ResultVisibility.AFTER_CLOSE, show_turnout=True)
        page.goto("/")
        expect(page.locator("#total")).to_have_text("213 votes so far · Results show when voting closes")
        api.count_votes(128, 86)
        expect(page.locator("#total")).to_contain_text("214 votes so far")
        expect(option(page, "a")).not_to_contain_text("%")

    def test_turnout_is_polled_without_sockets(self, page: Page, api: Api) -> None:
        api.sockets_work = False
        api.given(4, 3, result_visibility=ResultVisibility.NEVER, show_turnout=True)
        page.goto("/")
        expect(page.locator("#total")).to_have_text("7 votes so far · Results are not public")


class TestSharing:
    def test_poll_link_is_copied_and_confirmed(self, page: Page, open_poll: Api) -> None:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.get_by_role("button", name="Share this poll").click()
        expect(page.locator("#shared")).to_have_text("Link copied")
        link = page.evaluate("navigator.clipboard.readText()")
        assert link.endswith(f"/p/{open_poll.poll_id}")

    def test_share_sheet_gets_the_link_without_the_code(self, page: Page, api: Api) -> None:
        api.given(policy=VoterPolicy.CODE)
        page.add_init_script("navigator.share = async what => { window.handed = what; }")
        page.goto(f"/#poll={api.poll_id}&code=ABCD")
        page.get_by_role("button", name="Share this poll").click()
        handed = page.wait_for_function("window.handed").json_value()
        assert handed["title"] == api.poll.question
        assert handed["url"].endswith(f"/p/{api.poll_id}")
        expect(page.locator("#shared")).to_be_empty()

    def test_link_is_shown_for_copying_without_a_clipboard(self, page: Page, open_poll: Api) -> None:
        page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
        page.get_by_role("button", name="Share this poll").click()
        expect(page.locator("#shared")).to_contain_text(f"/p/{open_poll.poll_id}")


class TestOpeningAndClosingTime:
    def test_opening_time_is_shown_in_local_time_when_hours_away(self, page: Page, api: Api) -> None:
        api.given(opens_at=now() + timedelta(hours=3))
        page.goto("/")
        expect(page.locator("#message-title")).to_contain_text("Opens at")
        expect(page.locator("#message-title")).to_contain_text("UTC")
        expect(page.locator("#ticker")).to_contain_text("2:59:")

    def test_opening_date_is_shown_when_days_away(self, page: Page, api: Api) -> None:
        api.given(opens_at=now() + timedelta(days=3))
        page.goto("/")
        expect(page.locator("#message-title")).to_contain_text("Opens on")
        expect(page.locator("#ticker")).to_be_empty()

    def test_closing_time_is_shown_when_hours_away(self, page: Page, api: Api) -> None:
        api.given(closes_at=now() + timedelta(hours=3))
        page.goto("/")
        expect(page.locator("#ticker")).to_contain_text("closes at")


def test_new_question_is_announced_on_open_pages(page: Page, open_poll: Api) -> None:
    open_poll.switch_poll(question="And now?")
    expect(page.locator("#elsewhere")).to_contain_text("This is a new question")
    option(page, "a").click()
    expect(page.locator("#elsewhere")).to_be_empty()


@pytest.mark.parametrize("viewport", [(390, 844), (1280, 800)])
def test_options_keep_their_position_below_every_message(
    page: Page, open_poll: Api, viewport: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": viewport[0], "height": viewport[1]})
    page.wait_for_function("size => innerWidth === size[0] && innerHeight === size[1]", arg=list(viewport))
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    before = [option(page, choice).bounding_box() for choice in "ab"]
    for answer, words in (
        (problem(ProblemType.CROSS_ORIGIN_FORBIDDEN, detail="Why? " * 60), "Why?"),
        (no_network, "is kept"),
        (bare(503), "is kept"),
    ):
        open_poll.forever("POST /vote", answer)
        if option(page, "a").get_attribute("aria-disabled") == "false":
            option(page, "a").click()
        expect(page.locator("#message-detail")).to_contain_text(words)
        assert [option(page, choice).bounding_box() for choice in "ab"] == before
