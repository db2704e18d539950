"""The voter's page in a poll by code, and what it says of the strength of each policy."""

import pytest
from contracts.ids import Choice, PollStatus, VoterPolicy
from contracts.problem import ProblemType
from playwright.sync_api import BrowserContext, Locator, Page, expect

from .fake_api import FakeApi, a_poll, lost, no_network, problem, results_of

CODE = "3F7K2-9QXWM-4TZ0B-HN6RC-DV1GE"
OTHER_CODE = "K05JS-2MZYT-8QW3N-B7XHA-6C9RP"


def option(page: Page, choice: str) -> Locator:
    return page.locator(f'[data-choice="{choice}"]')


def title(page: Page) -> Locator:
    return page.locator("#message-title")


def detail(page: Page) -> Locator:
    return page.locator("#message-detail")


def field(page: Page) -> Locator:
    return page.get_by_label("Your code")


def link(api: FakeApi, code: str = CODE) -> str:
    assert api.poll
    return f"/#poll={api.poll.poll_id}&code={code}"


@pytest.fixture
def by_code(api: FakeApi) -> FakeApi:
    """A poll by code is open; two codes are this browser's to use."""
    api.poll = a_poll(policy=VoterPolicy.CODE)
    api.snapshot = results_of(api.poll, 128, 85)
    api.codes = {CODE, OTHER_CODE}
    return api


class TestTheLink:
    def test_its_code_stands_in_the_field_and_nowhere_in_the_address(
        self, page: Page, by_code: FakeApi, site_url: str
    ) -> None:
        page.goto(link(by_code))
        expect(field(page)).to_have_value(CODE)
        assert by_code.poll
        expect(page).to_have_url(f"{site_url}/?poll={by_code.poll.poll_id}")
        page.go_back()
        assert CODE not in page.url

    def test_one_tap_votes_with_it(self, page: Page, by_code: FakeApi) -> None:
        page.goto(link(by_code))
        expect(title(page)).to_have_text("Tap to vote")
        option(page, "b").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert [(vote.choice, vote.code) for vote in by_code.sent] == [(Choice.B, CODE)]

    def test_no_request_but_the_vote_itself_carries_the_code(self, page: Page, by_code: FakeApi) -> None:
        carried: list[str] = []
        page.on(
            "request",
            lambda request: (
                carried.append(request.url)
                if CODE in f"{request.url} {request.headers} {request.post_data}"
                else None
            ),
        )
        page.goto(link(by_code))
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert [url.rsplit("/", 1)[1] for url in carried] == ["vote"]

    def test_a_reload_still_has_the_code(self, page: Page, by_code: FakeApi) -> None:
        page.goto(link(by_code))
        expect(field(page)).to_have_value(CODE)
        page.reload()
        expect(field(page)).to_have_value(CODE)

    def test_another_voters_link_in_the_same_tab_is_taken_up(self, page: Page, by_code: FakeApi) -> None:
        page.goto("/")
        expect(field(page)).to_have_value("")
        page.evaluate("hash => { location.hash = hash }", link(by_code).removeprefix("/#"))
        expect(field(page)).to_have_value(CODE)

    def test_a_code_for_another_poll_is_not_offered_here(self, page: Page, by_code: FakeApi) -> None:
        page.goto(f"/#poll={'0' * 26}&code={CODE}")
        expect(page.get_by_text("We cannot find this poll")).to_be_visible()
        page.get_by_role("link", name="See what is open now").click()
        expect(field(page)).to_have_value("")

    def test_the_same_link_again_shows_the_vote_that_stands(self, page: Page, by_code: FakeApi) -> None:
        page.goto(link(by_code))
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        page.goto(link(by_code, CODE.lower()))
        expect(title(page)).to_have_text("Your vote is recorded")
        expect(field(page)).to_be_hidden()

    def test_the_next_voters_link_on_the_same_device_is_the_next_voter(
        self, page: Page, by_code: FakeApi
    ) -> None:
        page.goto(link(by_code))
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        page.goto(link(by_code, OTHER_CODE))
        expect(title(page)).to_have_text("Tap to vote")
        option(page, "b").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert by_code.votes == {CODE: Choice.A, OTHER_CODE: Choice.B}


class TestTheField:
    def test_it_helps_whoever_types_and_remembers_nothing(self, page: Page, by_code: FakeApi) -> None:
        page.goto("/")
        expect(title(page)).to_have_text("Type your code, then tap")
        for attribute, value in [
            ("autocomplete", "off"),
            ("autocapitalize", "characters"),
            ("spellcheck", "false"),
            ("inputmode", "text"),
        ]:
            expect(field(page)).to_have_attribute(attribute, value)

    def test_a_tap_without_a_code_asks_for_it(self, page: Page, by_code: FakeApi) -> None:
        page.goto("/")
        option(page, "a").click()
        expect(title(page)).to_have_text("Type your code first")
        expect(field(page)).to_be_focused()
        expect(field(page)).to_have_attribute("aria-invalid", "true")
        assert by_code.sent == []

    def test_half_a_code_is_said_to_be_that(self, page: Page, by_code: FakeApi) -> None:
        page.goto("/")
        field(page).fill(CODE[:11])
        option(page, "a").click()
        expect(detail(page)).to_have_text("A code has 25 letters and digits; this has 10.")
        field(page).press_sequentially("x")
        expect(title(page)).to_have_text("Tap to vote")
        assert by_code.sent == []

    def test_a_typed_code_goes_out_as_it_was_typed(self, page: Page, by_code: FakeApi) -> None:
        typed = CODE.lower().replace("-", " ")
        by_code.codes.add(typed)
        page.goto("/")
        field(page).fill(typed)
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert [vote.code for vote in by_code.sent] == [typed]

    def test_a_code_that_is_refused_can_be_mended(self, page: Page, by_code: FakeApi) -> None:
        page.goto("/")
        field(page).fill(CODE[:-1] + "9")
        option(page, "a").click()
        expect(title(page)).to_have_text("This code is not valid here, or has been used")
        expect(field(page)).to_have_value(CODE[:-1] + "9")
        expect(field(page)).to_have_attribute("aria-invalid", "true")
        field(page).fill(CODE)
        expect(title(page)).to_have_text("Tap to vote")
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")

    def test_enter_leads_from_the_field_to_the_options(self, page: Page, by_code: FakeApi) -> None:
        page.goto("/")
        field(page).fill(CODE)
        field(page).press("Enter")
        expect(option(page, "a")).to_be_focused()
        assert by_code.sent == []

    def test_after_the_vote_the_next_voter_may_use_this_device(self, page: Page, by_code: FakeApi) -> None:
        page.goto(link(by_code))
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        page.get_by_role("button", name="Use another code").click()
        expect(field(page)).to_be_focused()
        expect(field(page)).to_have_value("")
        page.reload()
        field(page).fill(OTHER_CODE)
        option(page, "b").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert by_code.votes == {CODE: Choice.A, OTHER_CODE: Choice.B}

    def test_a_closed_poll_asks_for_no_code(self, page: Page, by_code: FakeApi) -> None:
        assert by_code.poll
        by_code.poll = by_code.poll.model_copy(update={"status": PollStatus.CLOSED})
        page.goto(f"/?poll={by_code.poll.poll_id}")
        expect(title(page)).to_have_text("Voting has closed")
        expect(field(page)).to_be_hidden()

    def test_the_options_stay_where_they_are_when_the_vote_is_in(self, page: Page, by_code: FakeApi) -> None:
        page.goto(link(by_code))
        expect(page.locator("#total")).to_have_text("213 votes so far")
        before = [option(page, choice).bounding_box() for choice in "ab"]
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert [option(page, choice).bounding_box() for choice in "ab"] == before

    @pytest.mark.parametrize("width", [320, 390, 1280])
    def test_it_fits_any_screen(self, page: Page, by_code: FakeApi, width: int) -> None:
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(link(by_code))
        expect(field(page)).to_be_visible()
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


class TestALostAnswer:
    def test_the_same_vote_with_the_same_code_finds_out(self, page: Page, by_code: FakeApi) -> None:
        by_code.plan("POST /vote", lost(by_code), problem(ProblemType.NOT_CONFIRMED))
        page.goto(link(by_code))
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert by_code.votes == {CODE: Choice.A}

    def test_a_tab_closed_too_soon_sends_the_vote_with_its_code_when_it_is_back(
        self, page: Page, context: BrowserContext, by_code: FakeApi
    ) -> None:
        by_code.forever("POST /vote", no_network)
        page.goto(link(by_code))
        option(page, "b").click()
        expect(title(page)).to_have_text("No connection")
        page.close()
        back = context.new_page()
        api = FakeApi(back)
        api.poll, api.snapshot, api.codes = by_code.poll, by_code.snapshot, by_code.codes
        back.goto("/")
        expect(title(back)).to_have_text("Your vote is recorded")
        assert [(vote.choice, vote.code) for vote in api.sent] == [(Choice.B, CODE)]

    @pytest.mark.parametrize("kind", [ProblemType.BALLOT_EXPIRED, ProblemType.BAD_BALLOT])
    def test_a_ballot_that_is_not_good_is_replaced_and_the_code_kept(
        self, page: Page, by_code: FakeApi, kind: ProblemType
    ) -> None:
        by_code.plan("POST /vote", problem(kind))
        page.goto(link(by_code))
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert by_code.count("POST /ballot") == 2
        assert [vote.code for vote in by_code.sent] == [CODE]


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
        self, page: Page, api: FakeApi, policy: VoterPolicy, strength: str, detail_text: str
    ) -> None:
        api.poll = a_poll(policy=policy)
        page.goto("/")
        expect(page.locator("#strength")).to_contain_text(strength)
        expect(detail(page)).to_contain_text(detail_text)
        option(page, "a")
        expect(page.locator("#code-form")).to_be_visible(visible=policy is VoterPolicy.CODE)

    def test_to_the_second_voter_of_a_network(self, page: Page, api: FakeApi) -> None:
        api.poll = a_poll(policy=VoterPolicy.NETWORK)
        api.plan("POST /vote", problem(ProblemType.ALREADY_VOTED))
        page.goto("/")
        option(page, "a").click()
        expect(title(page)).to_have_text("Your network has voted")
        expect(detail(page)).to_contain_text("somebody has cast it")

    def test_to_a_network_that_comes_back_with_another_choice(self, page: Page, api: FakeApi) -> None:
        api.poll = a_poll(policy=VoterPolicy.NETWORK)
        page.goto("/")
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        option(page, "b").click()
        expect(title(page)).to_have_text("You have already voted")

    def test_a_poll_by_device_sends_no_code(self, page: Page, api: FakeApi) -> None:
        api.poll = a_poll()
        page.goto(link(api))
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert [vote.code for vote in api.sent] == [None]
