"""The voter's page in a poll by code, and what it says of the strength of each policy."""

from dataclasses import replace

import pytest
from contracts.ids import Choice, VoterPolicy
from contracts.problem import ProblemType
from playwright.sync_api import BrowserContext, Locator, Page, expect

from .routes import Api, lost, no_network, problem


def option(page: Page, choice: str) -> Locator:
    return page.locator(f'[data-choice="{choice}"]')


def title(page: Page) -> Locator:
    return page.locator("#message-title")


def detail(page: Page) -> Locator:
    return page.locator("#message-detail")


def field(page: Page) -> Locator:
    return page.get_by_label("Your code")


def link(api: Api, code: str = "") -> str:
    return f"/#poll={api.poll_id}&code={code or api.codes[0]}"


def wrong(code: str) -> str:
    """Return a code that is none, though nobody can see that."""
    return code[:-1] + ("9" if code[-1] != "9" else "8")


@pytest.fixture
def by_code(api: Api) -> Api:
    """A poll by code is open; two codes are this browser's to use."""
    api.given(128, 85, policy=VoterPolicy.CODE)
    api.codes = api.mint_codes(2)
    return api


def fill_the_network(api: Api, test: pytest.MonkeyPatch) -> None:
    """Let others of this network have used up its new voters of these minutes."""
    module = api.backend.world.handler("issue_voter_token")
    test.setattr(module, "voter_token_issuer", replace(module.voter_token_issuer, per_network=1))
    statuses = [api.backend.request("POST", "/voter-token", "{}").status for _ in range(2)]
    assert statuses == [200, 429]


class TestTheLink:
    def test_its_code_stands_in_the_field_and_nowhere_in_the_address(
        self, page: Page, by_code: Api, site_url: str
    ) -> None:
        page.goto(link(by_code))
        expect(field(page)).to_have_value(by_code.codes[0])
        expect(page).to_have_url(f"{site_url}/?poll={by_code.poll_id}")
        page.go_back()
        assert by_code.codes[0] not in page.url

    def test_one_tap_votes_with_it(self, page: Page, by_code: Api) -> None:
        page.goto(link(by_code))
        expect(title(page)).to_have_text("Tap to vote")
        option(page, "b").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert [(vote.choice, vote.code) for vote in by_code.sent] == [(Choice.B, by_code.codes[0])]

    def test_one_tap_votes_with_it_from_a_network_that_others_have_filled(
        self, page: Page, by_code: Api, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fill_the_network(by_code, monkeypatch)
        page.goto(link(by_code))
        option(page, "b").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert by_code.count("POST /voter-token") == 2

    def test_no_request_but_the_vote_itself_carries_the_code(self, page: Page, by_code: Api) -> None:
        carried: list[str] = []
        page.on(
            "request",
            lambda request: (
                carried.append(request.url)
                if by_code.codes[0] in f"{request.url} {request.headers} {request.post_data}"
                else None
            ),
        )
        page.goto(link(by_code))
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert [url.rsplit("/", 1)[1] for url in carried] == ["vote"]

    def test_a_reload_still_has_the_code(self, page: Page, by_code: Api) -> None:
        page.goto(link(by_code))
        expect(field(page)).to_have_value(by_code.codes[0])
        page.reload()
        expect(field(page)).to_have_value(by_code.codes[0])

    def test_another_voters_link_in_the_same_tab_is_taken_up(self, page: Page, by_code: Api) -> None:
        page.goto("/")
        expect(field(page)).to_have_value("")
        page.evaluate("hash => { location.hash = hash }", link(by_code).removeprefix("/#"))
        expect(field(page)).to_have_value(by_code.codes[0])

    def test_a_code_for_another_poll_is_not_offered_here(self, page: Page, by_code: Api) -> None:
        page.goto(f"/#poll={'0' * 26}&code={by_code.codes[0]}")
        expect(page.get_by_text("We cannot find this poll")).to_be_visible()
        page.get_by_role("link", name="See what is open now").click()
        expect(field(page)).to_have_value("")

    def test_the_same_link_again_shows_the_vote_that_stands(self, page: Page, by_code: Api) -> None:
        page.goto(link(by_code))
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        page.goto(link(by_code, by_code.codes[0].lower()))
        expect(title(page)).to_have_text("Your vote is recorded")
        expect(field(page)).to_be_hidden()

    def test_the_next_voters_link_on_the_same_device_is_the_next_voter(
        self, page: Page, by_code: Api
    ) -> None:
        page.goto(link(by_code))
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        page.goto(link(by_code, by_code.codes[1]))
        expect(title(page)).to_have_text("Tap to vote")
        option(page, "b").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert by_code.votes == ["a", "b"]
        assert [vote.code for vote in by_code.sent] == by_code.codes


class TestTheField:
    def test_it_helps_whoever_types_and_remembers_nothing(self, page: Page, by_code: Api) -> None:
        page.goto("/")
        expect(title(page)).to_have_text("Type your code, then tap")
        for attribute, value in [
            ("autocomplete", "off"),
            ("autocapitalize", "characters"),
            ("spellcheck", "false"),
            ("inputmode", "text"),
        ]:
            expect(field(page)).to_have_attribute(attribute, value)

    def test_a_tap_without_a_code_asks_for_it(self, page: Page, by_code: Api) -> None:
        page.goto("/")
        option(page, "a").click()
        expect(title(page)).to_have_text("Type your code first")
        expect(field(page)).to_be_focused()
        expect(field(page)).to_have_attribute("aria-invalid", "true")
        assert by_code.sent == []

    def test_half_a_code_is_said_to_be_that(self, page: Page, by_code: Api) -> None:
        page.goto("/")
        field(page).fill(by_code.codes[0][:11])
        option(page, "a").click()
        expect(detail(page)).to_have_text("A code has 25 letters and digits; this has 10.")
        field(page).press_sequentially("x")
        expect(title(page)).to_have_text("Tap to vote")
        assert by_code.sent == []

    def test_a_typed_code_goes_out_as_it_was_typed(self, page: Page, by_code: Api) -> None:
        typed = by_code.codes[0].lower().replace("-", " ")
        page.goto("/")
        field(page).fill(typed)
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert [vote.code for vote in by_code.sent] == [typed]

    def test_a_code_that_is_refused_can_be_mended(self, page: Page, by_code: Api) -> None:
        page.goto("/")
        field(page).fill(wrong(by_code.codes[0]))
        option(page, "a").click()
        expect(title(page)).to_have_text("This code is not valid here, or has been used")
        expect(field(page)).to_have_value(wrong(by_code.codes[0]))
        expect(field(page)).to_have_attribute("aria-invalid", "true")
        field(page).fill(by_code.codes[0])
        expect(title(page)).to_have_text("Tap to vote")
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")

    def test_enter_leads_from_the_field_to_the_options(self, page: Page, by_code: Api) -> None:
        page.goto("/")
        field(page).fill(by_code.codes[0])
        field(page).press("Enter")
        expect(option(page, "a")).to_be_focused()
        assert by_code.sent == []

    def test_after_the_vote_the_next_voter_may_use_this_device(self, page: Page, by_code: Api) -> None:
        page.goto(link(by_code))
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        page.get_by_role("button", name="Use another code").click()
        expect(field(page)).to_be_focused()
        expect(field(page)).to_have_value("")
        page.reload()
        field(page).fill(by_code.codes[1])
        option(page, "b").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert by_code.votes == ["a", "b"]
        assert [vote.code for vote in by_code.sent] == by_code.codes

    def test_a_closed_poll_asks_for_no_code(self, page: Page, by_code: Api) -> None:
        by_code.close_poll()
        page.goto(f"/?poll={by_code.poll_id}")
        expect(title(page)).to_have_text("Voting has closed")
        expect(field(page)).to_be_hidden()

    def test_the_options_stay_where_they_are_when_the_vote_is_in(self, page: Page, by_code: Api) -> None:
        page.goto(link(by_code))
        expect(page.locator("#total")).to_have_text("213 votes so far")
        before = [option(page, choice).bounding_box() for choice in "ab"]
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert [option(page, choice).bounding_box() for choice in "ab"] == before

    @pytest.mark.parametrize("width", [320, 390, 1280])
    def test_it_fits_any_screen(self, page: Page, by_code: Api, width: int) -> None:
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(link(by_code))
        expect(field(page)).to_be_visible()
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


class TestALostAnswer:
    def test_the_same_vote_with_the_same_code_finds_out(self, page: Page, by_code: Api) -> None:
        by_code.plan("POST /vote", lost(by_code), problem(ProblemType.NOT_CONFIRMED))
        page.goto(link(by_code))
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert by_code.votes == ["a"]

    def test_a_tab_closed_too_soon_sends_the_vote_with_its_code_when_it_is_back(
        self, page: Page, context: BrowserContext, by_code: Api
    ) -> None:
        by_code.forever("POST /vote", no_network)
        page.goto(link(by_code))
        option(page, "b").click()
        expect(title(page)).to_have_text("No connection")
        page.close()
        back = context.new_page()
        api = Api(back, by_code.backend)
        back.goto("/")
        expect(title(back)).to_have_text("Your vote is recorded")
        assert [(vote.choice, vote.code) for vote in api.sent] == [(Choice.B, by_code.codes[0])]

    @pytest.mark.parametrize("kind", [ProblemType.VOTER_TOKEN_EXPIRED, ProblemType.INVALID_VOTER_TOKEN])
    def test_a_voter_token_that_is_not_good_is_replaced_and_the_code_kept(
        self, page: Page, by_code: Api, kind: ProblemType
    ) -> None:
        by_code.plan("POST /vote", problem(kind))
        page.goto(link(by_code))
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert by_code.count("POST /voter-token") == 2
        assert [vote.code for vote in by_code.sent] == [by_code.codes[0]]


class TestWhatThePageSays:
    @pytest.mark.parametrize(
        ("policy", "strength", "detail_text"),
        [
            (VoterPolicy.DEVICE, "whoever uses another one can vote again", "One vote per browser"),
            (VoterPolicy.CODE, "as strong as the codes are kept", "One vote per code"),
            (VoterPolicy.NETWORK, "all who share a connection share it", "One vote per network"),
        ],
    )
    def test_of_how_strong_one_vote_each_is(
        self, page: Page, api: Api, policy: VoterPolicy, strength: str, detail_text: str
    ) -> None:
        api.given(policy=policy)
        page.goto("/")
        expect(page.locator("#strength")).to_contain_text(strength)
        expect(detail(page)).to_contain_text(detail_text)
        option(page, "a")
        expect(page.locator("#code-form")).to_be_visible(visible=policy is VoterPolicy.CODE)

    def test_to_the_second_voter_of_a_network(self, page: Page, api: Api) -> None:
        api.given(policy=VoterPolicy.NETWORK)
        api.backend.vote(api.poll_id, "b")
        page.goto("/")
        option(page, "a").click()
        expect(title(page)).to_have_text("Your network has voted")
        expect(detail(page)).to_contain_text("somebody has cast it")

    def test_to_a_network_that_comes_back_with_another_choice(self, page: Page, api: Api) -> None:
        api.given(policy=VoterPolicy.NETWORK)
        page.goto("/")
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        option(page, "b").click()
        expect(title(page)).to_have_text("You have already voted")

    def test_a_poll_by_device_sends_no_code(self, page: Page, api: Api) -> None:
        api.given()
        page.goto(link(api, "3F7K2-9QXWM-4TZ0B-HN6RC-DV1GE"))
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert [vote.code for vote in api.sent] == [None]
