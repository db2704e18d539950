"""The voter's page in a poll with codes, and its explanation of each policy."""

from dataclasses import replace

import pytest
from contracts.enums import Choice, VoterPolicy
from contracts.problem import ProblemType
from playwright.sync_api import BrowserContext, Locator, Page, expect

from .backend import two_options
from .fit import broken_words, sideways
from .routes import Api, lost, no_network, problem
from .states import IMAGES, show_pictures
from .voter_page import detail, option, title


def field(page: Page) -> Locator:
    return page.get_by_label("Your code")


def link(api: Api, code: str = "") -> str:
    return f"/#poll={api.poll_id}&code={code or api.codes[0]}"


def wrong(code: str) -> str:
    """Return an unknown code in a valid format."""
    return code[:-1] + ("9" if code[-1] != "9" else "8")


@pytest.fixture
def by_code(api: Api) -> Api:
    """A poll with policy `code` is open; this browser has two codes."""
    api.given(128, 85, policy=VoterPolicy.CODE)
    api.codes = api.mint_codes(2)
    return api


def fill_the_network(api: Api, test: pytest.MonkeyPatch) -> None:
    """Use up the rate limit of new voters in this network."""
    module = api.backend.world.handler("issue_voter_token")
    test.setattr(module, "voter_token_issuer", replace(module.voter_token_issuer, per_network=1))
    statuses = [api.backend.request("POST", "/voter-token", "{}").status for _ in range(2)]
    assert statuses == [200, 429]


class TestLink:
    @pytest.mark.covers("T26")
    def test_code_of_a_link_is_in_the_field_and_not_in_the_address(
        self, page: Page, by_code: Api, site_url: str
    ) -> None:
        page.goto(link(by_code))
        expect(field(page)).to_have_value(by_code.codes[0])
        expect(page).to_have_url(f"{site_url}/?poll={by_code.poll_id}")
        page.go_back()
        assert by_code.codes[0] not in page.url

    def test_one_tap_votes_with_the_code_of_the_link(self, page: Page, by_code: Api) -> None:
        page.goto(link(by_code))
        expect(title(page)).to_have_text("Tap to vote")
        option(page, "b").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert [(vote.choice, vote.code) for vote in by_code.sent] == [(Choice.B, by_code.codes[0])]

    def test_code_votes_from_a_rate_limited_network(
        self, page: Page, by_code: Api, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fill_the_network(by_code, monkeypatch)
        page.goto(link(by_code))
        option(page, "b").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert by_code.count("POST /voter-token") == 2

    @pytest.mark.covers("T26")
    def test_only_the_vote_request_carries_the_code(self, page: Page, by_code: Api) -> None:
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

    def test_code_survives_a_reload(self, page: Page, by_code: Api) -> None:
        page.goto(link(by_code))
        expect(field(page)).to_have_value(by_code.codes[0])
        page.reload()
        expect(field(page)).to_have_value(by_code.codes[0])

    def test_second_link_in_the_same_tab_replaces_the_code(self, page: Page, by_code: Api) -> None:
        page.goto("/")
        expect(field(page)).to_have_value("")
        page.evaluate("hash => { location.hash = hash }", link(by_code).removeprefix("/#"))
        expect(field(page)).to_have_value(by_code.codes[0])

    def test_code_of_another_poll_is_not_offered(self, page: Page, by_code: Api) -> None:
        page.goto(f"/#poll={'0' * 26}&code={by_code.codes[0]}")
        expect(page.get_by_text("We cannot find this poll")).to_be_visible()
        page.get_by_role("link", name="See what is open now").click()
        expect(field(page)).to_have_value("")

    def test_reopened_link_shows_the_recorded_vote(self, page: Page, by_code: Api) -> None:
        page.goto(link(by_code))
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        page.goto(link(by_code, by_code.codes[0].lower()))
        expect(title(page)).to_have_text("Your vote is recorded")
        expect(field(page)).to_be_hidden()

    def test_link_of_the_next_voter_allows_another_vote_on_the_same_device(
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


class TestField:
    def test_code_field_assists_typing_and_disables_autofill(self, page: Page, by_code: Api) -> None:
        page.goto("/")
        expect(title(page)).to_have_text("Type your code, then tap")
        for attribute, value in [
            ("autocomplete", "off"),
            ("autocapitalize", "characters"),
            ("spellcheck", "false"),
            ("inputmode", "text"),
        ]:
            expect(field(page)).to_have_attribute(attribute, value)

    def test_tap_without_a_code_asks_for_one(self, page: Page, by_code: Api) -> None:
        page.goto("/")
        option(page, "a").click()
        expect(title(page)).to_have_text("Enter your code first")
        expect(field(page)).to_be_focused()
        expect(field(page)).to_have_attribute("aria-invalid", "true")
        assert by_code.sent == []

    def test_incomplete_code_is_reported(self, page: Page, by_code: Api) -> None:
        page.goto("/")
        field(page).fill(by_code.codes[0][:11])
        option(page, "a").click()
        expect(detail(page)).to_have_text("A code has 25 letters and digits; this has 10.")
        field(page).press_sequentially("x")
        expect(title(page)).to_have_text("Tap to vote")
        assert by_code.sent == []

    def test_typed_code_is_sent_unchanged(self, page: Page, by_code: Api) -> None:
        typed = by_code.codes[0].lower().replace("-", " ")
        page.goto("/")
        field(page).fill(typed)
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert [vote.code for vote in by_code.sent] == [typed]

    def test_rejected_code_can_be_corrected(self, page: Page, by_code: Api) -> None:
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

    def test_enter_moves_from_the_field_to_the_options(self, page: Page, by_code: Api) -> None:
        page.goto("/")
        field(page).fill(by_code.codes[0])
        field(page).press("Enter")
        expect(option(page, "a")).to_be_focused()
        assert by_code.sent == []

    def test_next_voter_may_use_the_device_after_a_vote(self, page: Page, by_code: Api) -> None:
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

    def test_closed_poll_asks_for_no_code(self, page: Page, by_code: Api) -> None:
        by_code.close_poll()
        page.goto(f"/?poll={by_code.poll_id}")
        expect(title(page)).to_have_text("Voting has closed")
        expect(field(page)).to_be_hidden()

    def test_options_keep_their_position_after_the_vote(self, page: Page, by_code: Api) -> None:
        page.goto(link(by_code))
        expect(page.locator("#total")).to_have_text("213 votes so far")
        before = [option(page, choice).bounding_box() for choice in "ab"]
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert [option(page, choice).bounding_box() for choice in "ab"] == before

    @pytest.mark.parametrize("width", [320, 390, 1280])
    def test_code_form_fits_every_screen_width(self, page: Page, by_code: Api, width: int) -> None:
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(link(by_code))
        expect(field(page)).to_be_visible()
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


class TestRetries:
    def test_retry_with_the_same_code_shows_the_recorded_vote(self, page: Page, by_code: Api) -> None:
        by_code.plan("POST /vote", lost(by_code), problem(ProblemType.NOT_CONFIRMED))
        page.goto(link(by_code))
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert by_code.votes == ["a"]

    def test_vote_and_code_of_a_closed_tab_are_sent_when_it_reopens(
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
    def test_invalid_voter_token_is_replaced_and_the_code_kept(
        self, page: Page, by_code: Api, kind: ProblemType
    ) -> None:
        by_code.plan("POST /vote", problem(kind))
        page.goto(link(by_code))
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert by_code.count("POST /voter-token") == 2
        assert [vote.code for vote in by_code.sent] == [by_code.codes[0]]


class TestExplanations:
    @pytest.mark.parametrize(
        ("policy", "strength", "detail_text"),
        [
            (VoterPolicy.DEVICE, "checked per browser", "One vote per browser"),
            (VoterPolicy.CODE, "as strong as the codes are kept", "One vote per code"),
            (VoterPolicy.NETWORK, "all who share a connection share it", "One vote per network"),
        ],
    )
    def test_page_explains_the_strength_of_the_policy(
        self, page: Page, api: Api, policy: VoterPolicy, strength: str, detail_text: str
    ) -> None:
        api.given(policy=policy)
        page.goto("/")
        expect(page.locator("#strength")).to_contain_text(strength)
        expect(detail(page)).to_contain_text(detail_text)
        option(page, "a")
        expect(page.locator("#code-form")).to_be_visible(visible=policy is VoterPolicy.CODE)

    def test_second_voter_of_a_network_sees_that_the_network_has_voted(self, page: Page, api: Api) -> None:
        api.given(policy=VoterPolicy.NETWORK)
        api.backend.vote(api.poll_id, "b")
        page.goto("/")
        option(page, "a").click()
        expect(title(page)).to_have_text("Someone on your network has already voted")
        expect(detail(page)).to_contain_text("it has been cast")

    def test_same_voter_of_a_network_sees_the_recorded_vote(self, page: Page, api: Api) -> None:
        api.given(policy=VoterPolicy.NETWORK)
        page.goto("/")
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        option(page, "b").click()
        expect(title(page)).to_have_text("You have already voted")

    def test_poll_by_device_sends_no_code(self, page: Page, api: Api) -> None:
        api.given()
        page.goto(link(api, "3F7K2-9QXWM-4TZ0B-HN6RC-DV1GE"))
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert [vote.code for vote in api.sent] == [None]


def test_poll_with_codes_and_pictures_is_readable_at_200_percent_on_a_phone(page: Page, api: Api) -> None:
    show_pictures(page)
    api.given(128, 85, policy=VoterPolicy.CODE, options=two_options("Mountains", "The sea", IMAGES))
    [code] = api.mint_codes(1)
    page.goto(f"/#poll={api.poll_id}&code={code}")
    expect(option(page, "a")).to_be_enabled()
    narrow = (195,)
    wrong = [f"before the vote: {width} px" for width in sideways(page, narrow)]
    wrong += [f"before the vote: {word}" for word in broken_words(page, ".label, .message p")]
    option(page, "a").click()
    expect(title(page)).to_have_text("Your vote is recorded")
    wrong += [f"after the vote: {width} px" for width in sideways(page, narrow)]
    wrong += [f"after the vote: {word}" for word in broken_words(page, ".label, .message p, #code-used *")]
    assert wrong == []
