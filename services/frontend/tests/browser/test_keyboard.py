"""Keyboard and screen reader: voting without a pointer, focus order and announcements."""

import pytest
from contracts.enums import VoterPolicy
from contracts.problem import ProblemType
from playwright.sync_api import Page, expect

from .routes import Api, problem, results_of
from .states import LIVE, VOTED
from .voter_page import option

FOCUSED = "() => document.activeElement.id || document.activeElement.dataset.choice"
OUTLINE = "() => getComputedStyle(document.activeElement).outlineStyle"


@pytest.fixture
def by_code(page: Page, api: Api) -> Api:
    api.given(128, 85, policy=VoterPolicy.CODE)
    api.codes = api.mint_codes(1)
    page.goto("/")
    page.locator(LIVE + "#code-form:not([hidden])").wait_for()
    return api


def switch(api: Api) -> None:
    api.switch_poll(question="And how do we get there?")


def close(api: Api) -> None:
    api.close_poll(130, 85)


class TestTabOrder:
    def test_tab_reaches_both_options_with_a_visible_focus(self, page: Page, open_poll: Api) -> None:
        way: list[str] = []
        while len(way) < 12 and "b" not in way:
            page.keyboard.press("Tab")
            way.append(page.evaluate(FOCUSED))
            assert page.evaluate(OUTLINE) == "solid"
        assert way[-2:] == ["a", "b"]

    @pytest.mark.parametrize("key", ["Enter", "Space"])
    def test_enter_and_space_cast_a_vote(self, page: Page, open_poll: Api, key: str) -> None:
        while page.evaluate(FOCUSED) != "b":
            page.keyboard.press("Tab")
        page.keyboard.press(key)
        page.locator(VOTED).wait_for()
        expect(option(page, "b")).to_be_focused()

    def test_code_is_typed_and_used_by_keyboard(self, page: Page, by_code: Api) -> None:
        while page.evaluate(FOCUSED) != "code":
            page.keyboard.press("Tab")
        page.keyboard.type(by_code.codes[0])
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        page.locator(VOTED).wait_for()
        assert [vote.code for vote in by_code.sent] == by_code.codes


class TestFocus:
    """Focus stays on its element or moves to the next useful one; it is never lost."""

    def test_focus_stays_on_the_option_after_a_rejection(self, page: Page, open_poll: Api) -> None:
        open_poll.plan("POST /vote", problem(ProblemType.CROSS_ORIGIN_FORBIDDEN))
        option(page, "a").focus()
        page.keyboard.press("Enter")
        page.locator("[data-tone=trouble]").wait_for()
        expect(option(page, "a")).to_be_focused()

    def test_focus_stays_on_the_option_after_a_poll_switch(self, page: Page, open_poll: Api) -> None:
        option(page, "b").focus()
        switch(open_poll)
        expect(page.locator("#question")).to_have_text("And how do we get there?")
        expect(option(page, "b")).to_be_focused()

    def test_focus_stays_on_the_option_when_the_poll_closes(self, page: Page, open_poll: Api) -> None:
        option(page, "b").focus()
        close(open_poll)
        page.locator("[data-phase=closed]").wait_for()
        expect(option(page, "b")).to_be_focused()

    def test_focus_moves_to_the_question_when_the_code_field_disappears(
        self, page: Page, by_code: Api
    ) -> None:
        page.locator("#code").focus()
        close(by_code)
        expect(page.locator("#code")).to_be_hidden()
        expect(page.locator("#question")).to_be_focused()

    def test_focus_moves_to_the_code_field_for_another_code(self, page: Page, by_code: Api) -> None:
        page.locator("#code").fill(by_code.codes[0])
        option(page, "a").click()
        page.locator(VOTED).wait_for()
        page.locator("#another-code").press("Enter")
        expect(page.locator("#code")).to_be_focused()

    def test_focus_moves_to_the_question_when_the_code_button_disappears(
        self, page: Page, by_code: Api
    ) -> None:
        page.locator("#code").fill(by_code.codes[0])
        option(page, "a").click()
        page.locator(VOTED).wait_for()
        page.locator("#another-code").focus()
        close(by_code)
        expect(page.locator("#another-code")).to_be_hidden()
        expect(page.locator("#question")).to_be_focused()


# Collect screen reader announcements: one entry for each change of a live region's text.
LISTEN = """() => {
  window.heard = [];
  const regions = document.querySelectorAll("[role=status], [role=alert], [aria-live]");
  const said = new Map([...regions].map((region) => [region, region.innerText.trim()]));
  new MutationObserver(() => {
    for (const region of regions) {
      const text = region.innerText.trim();
      if (text && text !== said.get(region)) window.heard.push(text);
      said.set(region, text);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
HEARD = "() => window.heard"


class TestAnnouncements:
    def test_recorded_vote_is_announced_with_at_most_two_messages(self, page: Page, open_poll: Api) -> None:
        page.evaluate(LISTEN)
        option(page, "b").click()
        page.locator(VOTED).wait_for()
        heard = page.evaluate(HEARD)
        assert len(heard) <= 2  # one for sending, one for the recorded vote
        assert "Your vote is recorded" in heard[-1]
        assert "The sea" in heard[-1]

    def test_fifty_result_messages_are_announced_in_one_sentence(self, page: Page, api: Api) -> None:
        page.clock.install()
        api.given(0, 0)
        page.goto("/")
        page.locator(LIVE + "[data-phase=open]").wait_for()
        page.clock.pause_at(page.evaluate("() => Date.now() / 1000 + 1"))
        page.evaluate(LISTEN)
        poll, version = api.poll, api.version
        for votes in range(1, 51):
            api.plant(results_of(poll, 2 * votes, votes, version=version + votes))
        expect(page.locator("#total")).to_contain_text("150")
        assert page.evaluate(HEARD) == []
        page.clock.run_for(16_000)
        assert page.evaluate(HEARD) == ["150 votes: Mountains 67%, The sea 33%."]

    def test_next_question_is_announced(self, page: Page, open_poll: Api) -> None:
        page.evaluate(LISTEN)
        switch(open_poll)
        expect(page.locator("#question")).to_have_text("And how do we get there?")
        page.wait_for_function("() => window.heard.some((text) => text.includes('And how do we get there?'))")

    def test_final_result_is_announced(self, page: Page, open_poll: Api) -> None:
        page.evaluate(LISTEN)
        close(open_poll)
        page.wait_for_function("() => window.heard.some((text) => text.includes('Final result: Mountains'))")


class TestAriaRoles:
    def test_open_poll_has_a_heading_and_two_unpressed_buttons(self, page: Page, open_poll: Api) -> None:
        expect(page.locator("main")).to_match_aria_snapshot("""
            - region "Where shall the team go this summer?":
              - heading "Where shall the team go this summer?" [level=1]
              - group "Where shall the team go this summer?":
                - button "Mountains"
                - button "The sea"
              - paragraph: 213 votes so far
              - status:
                - paragraph: Tap to vote
        """)

    def test_voted_option_is_pressed_and_both_name_their_share(self, page: Page, open_poll: Api) -> None:
        option(page, "b").click()
        page.locator(VOTED).wait_for()
        expect(page.locator("main")).to_match_aria_snapshot("""
            - group "Where shall the team go this summer?":
              - button /Mountains 60.?% 128 votes/
              - button /The sea 40.?% 86 votes ✓ Your vote/ [pressed]
        """)
