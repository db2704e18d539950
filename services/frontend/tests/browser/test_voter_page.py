"""Every state of the voter's page, reached as a voter reaches it."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from contracts.enums import PollStatus, ResultVisibility
from contracts.problem import ProblemType
from contracts.realtime import PollClosedMessage
from playwright.sync_api import BrowserContext, Page, expect

from .backend import now, two_options
from .routes import (
    Api,
    bare,
    body_of,
    lost,
    never,
    no_network,
    problem,
    results_of,
)
from .voter_page import detail, option, title
from .waits import skip, until

pytestmark = pytest.mark.slow


class TestBeforeTheVote:
    def test_loading_state_is_shown(self, page: Page, api: Api) -> None:
        api.forever("GET /polls/active", never)
        page.goto("/")
        expect(page.get_by_role("heading", name="Looking for the question…")).to_be_visible()

    def test_network_failure_is_shown_and_retried(self, page: Page, api: Api) -> None:
        api.plan("GET /polls/active", no_network)
        page.goto("/")
        expect(page.get_by_text("no connection")).to_be_visible()
        expect(page.get_by_text("No vote is open right now")).to_be_visible()

    def test_busy_service_is_shown_and_retried(self, page: Page, api: Api) -> None:
        api.plan("GET /polls/active", bare(503))
        page.goto("/")
        expect(page.get_by_text("It is busy just now.")).to_be_visible()
        expect(page.get_by_text("No vote is open right now")).to_be_visible()

    def test_page_without_an_open_poll_waits_for_the_next_one(self, page: Page, api: Api) -> None:
        page.goto("/")
        expect(page.get_by_text("No vote is open right now")).to_be_visible()
        expect(page.locator("#live-label")).to_have_text("Live")
        poll = api.given()
        expect(page.get_by_role("heading", name=poll.question)).to_be_visible()

    def test_poll_link_shows_that_poll(self, page: Page, api: Api) -> None:
        api.given(question="Tea?")
        page.goto(f"/?poll={api.poll.poll_id}")
        expect(page.get_by_role("heading", name="Tea?")).to_be_visible()
        assert api.count("GET /polls/active") == 1, "the document's preload, which no link can switch off"

    def test_unknown_poll_link_explains_itself_and_links_to_the_active_poll(
        self, page: Page, api: Api
    ) -> None:
        page.goto("/?poll=00000000000000000000000000")
        expect(page.get_by_text("We cannot find this poll")).to_be_visible()
        expect(page.get_by_role("link", name="See what is open now")).to_have_attribute("href", "/")

    def test_scheduled_poll_counts_down_and_takes_no_vote(self, page: Page, api: Api) -> None:
        poll = api.given(opens_at=now() + timedelta(minutes=9))
        page.clock.install()
        page.goto("/")
        expect(title(page)).to_contain_text("Opens at")
        assert poll.opens_at
        skip(page, api, poll.opens_at - now() - timedelta(seconds=89))
        expect(title(page)).to_have_text("Opens in a moment")
        expect(page.locator("#ticker")).to_contain_text(re.compile(r"[01]:\d\d"))
        option(page, "a").click(force=True)
        assert api.count("POST /vote") == 0

    def test_scheduled_poll_opens_by_itself(self, page: Page, api: Api) -> None:
        page.clock.install()
        api.given(opens_at=now() + timedelta(minutes=5))
        page.goto("/")
        expect(option(page, "a")).to_have_attribute("aria-disabled", "true")
        skip(page, api, timedelta(minutes=5))
        expect(title(page)).to_have_text("Tap to vote")
        expect(option(page, "a")).to_have_attribute("aria-disabled", "false")

    def test_countdown_ignores_the_device_clock(self, page: Page, api: Api) -> None:
        page.clock.install(time=now() - timedelta(hours=3))
        api.given()
        page.goto("/")
        page.clock.run_for(1_000)
        expect(title(page)).to_have_text("Tap to vote")

    def test_open_poll_explains_the_voting_rule(self, page: Page, open_poll: Api) -> None:
        expect(title(page)).to_have_text("Tap to vote")
        expect(detail(page)).to_contain_text("One vote per browser")
        expect(page.locator("#total")).to_have_text("213 votes so far")
        expect(option(page, "a")).to_have_accessible_name("Mountains")


class TestVoting:
    def test_pending_vote_is_shown_and_takes_no_second_tap(self, page: Page, open_poll: Api) -> None:
        open_poll.forever("POST /vote", never)
        option(page, "b").click()
        expect(title(page)).to_have_text("Sending your vote…")
        expect(detail(page)).to_contain_text("The sea")
        option(page, "b").click(force=True)
        option(page, "a").click(force=True)
        assert open_poll.count("POST /vote") == 1

    def test_recorded_vote_shows_its_receipt(self, page: Page, open_poll: Api) -> None:
        option(page, "b").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        expect(page.locator("#receipt-code")).not_to_be_empty()
        expect(page.locator("#receipt-code")).to_have_text(open_poll.receipt)
        expect(option(page, "b")).to_have_attribute("aria-pressed", "true")
        expect(option(page, "b")).to_contain_text("✓ Your vote")
        expect(option(page, "b")).to_contain_text("40%")
        assert open_poll.requests.index(("POST", "/voter-token")) < open_poll.requests.index(
            ("POST", "/vote")
        )

    def test_keyboard_vote_keeps_the_focus(self, page: Page, open_poll: Api) -> None:
        page.get_by_role("button", name="Mountains").focus()
        page.keyboard.press("Enter")
        expect(title(page)).to_have_text("Your vote is recorded")
        expect(option(page, "a")).to_be_focused()

    def test_vote_result_is_announced_in_a_live_region(self, page: Page, open_poll: Api) -> None:
        option(page, "a").click()
        region = page.get_by_role("status").filter(has_text="Your vote is recorded")
        expect(region).to_contain_text("You voted for “Mountains”")

    def test_recorded_vote_is_remembered_after_a_reload(self, page: Page, open_poll: Api) -> None:
        option(page, "b").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        page.reload()
        expect(title(page)).to_have_text("Your vote is recorded")
        expect(page.locator("#receipt-code")).not_to_be_empty()
        expect(page.locator("#receipt-code")).to_have_text(open_poll.receipt)
        assert open_poll.count("POST /vote") == 1

    def test_repeated_vote_is_recorded_once(self, page: Page, open_poll: Api) -> None:
        option(page, "b").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        option(page, "b").click()
        expect(title(page)).to_have_text("Already recorded, once")
        expect(page.locator("#receipt-code")).not_to_be_empty()
        expect(page.locator("#receipt-code")).to_have_text(open_poll.receipt)

    def test_vote_for_the_other_option_is_rejected(self, page: Page, open_poll: Api) -> None:
        option(page, "b").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        option(page, "a").click()
        expect(title(page)).to_have_text("You have already voted")
        expect(detail(page)).to_contain_text("On this device you chose “The sea”")
        expect(option(page, "b")).to_contain_text("✓ Your vote")
        expect(option(page, "a")).not_to_contain_text("Your vote")

    def test_vote_forgotten_by_the_page_is_still_counted_once(self, page: Page, open_poll: Api) -> None:
        open_poll.has_voted("b")
        option(page, "a").click()
        expect(title(page)).to_have_text("You have already voted")
        expect(detail(page)).not_to_contain_text("you chose")

    def test_vote_after_the_close_is_shown_as_not_counted(self, page: Page, open_poll: Api) -> None:
        open_poll.plan("POST /vote", problem(ProblemType.CLOSED))
        option(page, "a").click()
        expect(title(page)).to_have_text("Too late, voting had closed")
        expect(option(page, "a")).to_have_attribute("aria-disabled", "true")

    def test_rejected_vote_shows_the_reason(self, page: Page, open_poll: Api) -> None:
        open_poll.plan(
            "POST /vote", problem(ProblemType.CROSS_ORIGIN_FORBIDDEN, detail="Open the page itself.")
        )
        option(page, "a").click()
        expect(title(page)).to_have_text("Votes are taken from our own page only")
        expect(detail(page)).to_have_text("Open the page itself.")
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")


class TestProofOfWork:
    @pytest.fixture
    def open_poll(self, page: Page, api: Api) -> Api:
        api.given(128, 85, proof_of_work=True)
        page.goto("/")
        expect(page.locator("#live-label")).to_have_text("Live")
        return api

    def test_required_proof_of_work_is_solved_automatically(self, page: Page, open_poll: Api) -> None:
        option(page, "b").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        calls = [call for call in open_poll.requests if call[0] == "POST" and call[1] != "/live/ticket"]
        assert [path for _, path in calls] == ["/voter-token", "/vote", "/voter-token/challenge", "/vote"]

    def test_proof_of_work_in_progress_is_shown_and_takes_no_second_tap(
        self, page: Page, open_poll: Api
    ) -> None:
        open_poll.plan("POST /voter-token/challenge", never)
        option(page, "b").click()
        expect(title(page)).to_have_text("Checking that you are not a robot…")
        expect(detail(page)).to_contain_text("Then your vote for “The sea” goes out by itself")
        option(page, "a").click(force=True)
        assert open_poll.count("POST /vote") == 1

    def test_page_stays_responsive_during_proof_of_work(
        self, page: Page, open_poll: Api, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            "vote_service.use_cases.prove_work.secrets", SimpleNamespace(randbelow=lambda _: 1_000)
        )
        option(page, "b").click()
        expect(title(page)).to_have_text("Checking that you are not a robot…")
        assert open_poll.poll is not None
        open_poll.count_votes(130, 85)
        expect(page.locator("#total")).to_have_text("215 votes so far")
        expect(title(page)).to_have_text("Your vote is recorded", timeout=60_000)

    def test_retry_after_a_lost_answer_sends_the_same_proof(self, page: Page, open_poll: Api) -> None:
        open_poll.plan("POST /vote", problem(ProblemType.PROOF_NEEDED), lost(open_poll))
        option(page, "b").click()
        expect(title(page)).to_have_text("Your vote is recorded", timeout=15_000)
        assert (open_poll.count("POST /voter-token/challenge"), open_poll.count("POST /vote")) == (1, 3)

    def test_expired_proof_is_replaced_by_a_new_one(self, page: Page, open_poll: Api) -> None:
        open_poll.plan("POST /vote", problem(ProblemType.PROOF_NEEDED), problem(ProblemType.PROOF_NEEDED))
        option(page, "b").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert open_poll.count("POST /voter-token/challenge") == 2

    def test_challenge_request_is_retried_after_a_network_failure(self, page: Page, open_poll: Api) -> None:
        open_poll.plan("POST /voter-token/challenge", no_network, bare(503))
        option(page, "b").click()
        expect(title(page)).to_have_text("Your vote is recorded", timeout=15_000)
        assert open_poll.count("POST /voter-token/challenge") == 3

    def test_repeatedly_rejected_proof_is_shown_as_an_error(self, page: Page, open_poll: Api) -> None:
        refused = problem(ProblemType.PROOF_NEEDED, detail="The challenge has expired")
        open_poll.forever("POST /vote", refused)
        option(page, "b").click()
        expect(detail(page)).to_have_text("The challenge has expired")
        assert (open_poll.count("POST /voter-token/challenge"), open_poll.count("POST /vote")) == (3, 4)


class TestRetries:
    def test_busy_service_is_shown_and_the_same_vote_is_sent_again(self, page: Page, open_poll: Api) -> None:
        open_poll.plan("POST /vote", problem(ProblemType.NOT_CONFIRMED), bare(429), bare(502))
        option(page, "b").click()
        expect(title(page)).to_have_text("It is busy just now")
        expect(detail(page)).to_contain_text("is kept")
        expect(title(page)).to_have_text("Your vote is recorded", timeout=15_000)
        assert (open_poll.count("POST /vote"), open_poll.count("POST /voter-token")) == (4, 1)

    def test_rate_limited_network_is_shown_and_the_vote_waits(self, page: Page, open_poll: Api) -> None:
        open_poll.plan("POST /voter-token", problem(ProblemType.THROTTLED, retry_after=280))
        page.clock.install()
        option(page, "b").click()
        expect(title(page)).to_have_text("Very many people at once")
        expect(detail(page)).to_contain_text("“The sea” is kept and goes out in turn")
        expect(page.locator("#ticker")).to_contain_text(re.compile(r"trying again in [45]:\d\d"))
        assert open_poll.count("POST /vote") == 0
        page.clock.fast_forward(6 * 60_000)
        expect(title(page)).to_have_text("Your vote is recorded")
        assert (open_poll.count("POST /voter-token"), open_poll.count("POST /vote")) == (2, 1)

    def test_retry_after_is_counted_down(self, page: Page, open_poll: Api) -> None:
        open_poll.forever("POST /vote", problem(ProblemType.NOT_CONFIRMED, retry_after=30))
        option(page, "b").click()
        expect(page.locator("#ticker")).to_contain_text("trying again in 3")

    def test_retry_after_a_lost_answer_shows_the_recorded_vote(self, page: Page, open_poll: Api) -> None:
        open_poll.plan("POST /vote", lost(open_poll))
        option(page, "b").click()
        expect(title(page)).to_have_text("No connection")
        expect(title(page)).to_have_text("Your vote is recorded")
        expect(page.locator("#receipt-code")).not_to_be_empty()
        expect(page.locator("#receipt-code")).to_have_text(open_poll.receipt)

    def test_vote_made_offline_is_sent_when_back_online(
        self, page: Page, open_poll: Api, context: BrowserContext
    ) -> None:
        open_poll.forever("POST /voter-token", no_network)
        context.set_offline(True)
        option(page, "b").click()
        expect(title(page)).to_have_text("You are offline")
        expect(page.locator("#live-label")).to_have_text("Offline")
        open_poll.planned.clear()
        context.set_offline(False)
        expect(title(page)).to_have_text("Your vote is recorded")

    def test_vote_of_a_closed_tab_is_sent_when_it_reopens(self, page: Page, open_poll: Api) -> None:
        open_poll.forever("POST /vote", lost(open_poll))
        option(page, "b").click()
        expect(title(page)).to_have_text("No connection")
        open_poll.planned.clear()
        page.reload()
        expect(title(page)).to_have_text("Your vote is recorded")
        expect(option(page, "b")).to_contain_text("✓ Your vote")

    @pytest.mark.parametrize(
        "kind", [ProblemType.VOTER_TOKEN_EXPIRED, ProblemType.NO_VOTER_TOKEN, ProblemType.INVALID_VOTER_TOKEN]
    )
    def test_invalid_voter_token_is_replaced_silently(
        self, page: Page, open_poll: Api, kind: ProblemType
    ) -> None:
        open_poll.plan("POST /vote", problem(kind))
        option(page, "b").click()
        expect(page.locator("#receipt-code")).not_to_be_empty()
        expect(page.locator("#receipt-code")).to_have_text(open_poll.receipt)
        assert open_poll.count("POST /voter-token") == 2

    def test_repeatedly_invalid_voter_token_is_shown_as_an_error(self, page: Page, open_poll: Api) -> None:
        open_poll.forever("POST /vote", problem(ProblemType.INVALID_VOTER_TOKEN))
        option(page, "b").click()
        expect(title(page)).to_have_text("The voter token is not valid: get a new one")
        assert open_poll.count("POST /voter-token") == 3

    def test_vote_before_the_opening_by_server_time_waits_for_it(self, page: Page, open_poll: Api) -> None:
        open_poll.plan(
            "POST /vote",
            problem(ProblemType.NOT_OPEN_YET, retry_after=1, opens_at=now() + timedelta(seconds=1)),
        )
        option(page, "b").click()
        expect(title(page)).to_have_text("Not open yet")
        expect(title(page)).to_have_text("Your vote is recorded")


class TestLive:
    @pytest.mark.covers("R5")
    def test_bars_follow_votes_and_never_show_an_older_version(self, page: Page, open_poll: Api) -> None:
        option(page, "a").click()
        expect(option(page, "a")).to_contain_text("60%")
        open_poll.count_votes(300, 100)
        expect(option(page, "a")).to_contain_text("75%")
        open_poll.plant(results_of(open_poll.poll, 200, 100))
        expect(option(page, "a")).to_contain_text("75%")
        open_poll.count_votes(302, 100)
        expect(page.locator("#total")).to_have_text("403 votes so far")

    def test_snapshot_is_requested_at_once_with_the_known_version(self, page: Page, open_poll: Api) -> None:
        assert open_poll.pings[0] == {"action": "ping", "poll_id": open_poll.poll_id, "version": 0}
        open_poll.cut_sockets()
        expect(page.locator("#live-label")).to_have_text("Connecting")
        expect(page.locator("#live-label")).to_have_text("Live")
        assert open_poll.pings[-1]["version"] == open_poll.version

    def test_each_connection_uses_its_own_ticket(self, page: Page, open_poll: Api) -> None:
        before = open_poll.count("POST /live/ticket")
        open_poll.cut_sockets()
        expect(page.locator("#live-label")).to_have_text("Connecting")
        expect(page.locator("#live-label")).to_have_text("Live")
        assert open_poll.count("POST /live/ticket") == before + 1
        assert len({socket.url for socket in open_poll.sockets}) == len(open_poll.sockets)

    def test_results_without_sockets_are_polled_and_marked_delayed(self, page: Page, api: Api) -> None:
        api.sockets_work = False
        api.given(1, 2)
        page.goto("/")
        expect(page.locator("#live-label")).to_have_text("Delayed")
        expect(page.locator("#total")).to_have_text("3 votes so far")
        api.count_votes(2, 2)
        expect(page.locator("#total")).to_have_text("4 votes so far", timeout=10_000)

    def test_closing_poll_shows_the_final_result(self, page: Page, open_poll: Api) -> None:
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        version = open_poll.version + 1
        over = PollClosedMessage(
            poll_id=open_poll.poll_id, status=PollStatus.CLOSED, version=version, closes_at=now()
        )
        open_poll.plant(over)
        expect(title(page)).to_have_text("Voting has closed")
        expect(detail(page)).to_contain_text("Counting the last votes…")
        open_poll.close_poll(129, 85)
        expect(title(page)).to_have_text("Final result: Mountains")
        expect(detail(page)).to_contain_text("60% to 40%, 215 votes. You voted for “Mountains”.")
        expect(option(page, "a")).to_contain_text("★ Most votes")

    def test_tie_is_shown_as_a_tie(self, page: Page, api: Api) -> None:
        poll = api.given(2, 2, status="closed")
        page.goto(f"/?poll={poll.poll_id}")
        expect(title(page)).to_have_text("Final result: a tie")

    def test_page_follows_a_switch_to_another_poll(self, page: Page, open_poll: Api) -> None:
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        second = open_poll.switch_poll(question="And now?")
        expect(page.get_by_role("heading", name="And now?")).to_be_visible()
        assert open_poll.count(f"GET /polls/{second.poll_id}") == 1
        expect(title(page)).to_have_text("Tap to vote")
        expect(option(page, "a")).to_have_attribute("aria-pressed", "false")
        option(page, "b").click()
        expect(title(page)).to_have_text("Your vote is recorded")

    def test_pending_vote_at_a_poll_switch_is_reported(self, page: Page, open_poll: Api) -> None:
        open_poll.plan("POST /vote", lost(open_poll), lost(open_poll))  # also the first retry
        with page.expect_event("requestfailed"):
            option(page, "a").click()
        open_poll.switch_poll(question="And now?")
        expect(page.get_by_role("heading", name="And now?")).to_be_visible()
        expect(page.locator("#elsewhere")).to_have_text("Your vote on the previous question is recorded.")
        expect(title(page)).to_have_text("Tap to vote")

    def test_malformed_socket_messages_are_ignored(self, page: Page, open_poll: Api) -> None:
        for socket in open_poll.sockets:
            for text in ("", "null", "[1]", '"x"', "{", '{"type":"error","title":"?"}', '{"poll_id":1}'):
                socket.send(text)
        open_poll.count_votes(200, 100)
        expect(page.locator("#total")).to_have_text("300 votes so far")


class TestHiddenResults:
    @pytest.mark.parametrize(
        ("visibility", "words"),
        [
            (ResultVisibility.AFTER_VOTE, "Results show once you have voted"),
            (ResultVisibility.AFTER_CLOSE, "Results show when voting closes"),
            (ResultVisibility.NEVER, "Results are not public"),
        ],
    )
    def test_hidden_results_show_when_they_become_visible(
        self, page: Page, api: Api, visibility: ResultVisibility, words: str
    ) -> None:
        api.given(result_visibility=visibility)
        page.goto("/")
        expect(page.locator("#total")).to_have_text(words)
        expect(option(page, "a")).not_to_contain_text("%")

    def test_vote_reveals_results_by_its_results_pass(self, page: Page, api: Api) -> None:
        api.given(result_visibility=ResultVisibility.AFTER_VOTE)
        tickets: list[dict[str, str]] = []
        page.on("request", lambda r: tickets.append(body_of(r)) if "/live/ticket" in r.url else None)
        page.goto("/")
        expect(page.locator("#total")).to_have_text("Results show once you have voted")
        api.count_votes(2, 1)
        option(page, "a").click()
        expect(option(page, "a")).to_contain_text("75%")
        assert tickets[0] == {}
        assert tickets[-1] == {"results_pass": api.recorded[-1].results_pass}


class TestLongTexts:
    @pytest.mark.parametrize("viewport", [(320, 640), (390, 844), (844, 390), (1280, 800), (1920, 1080)])
    def test_long_words_and_mixed_directions_never_cause_horizontal_scrolling(
        self, page: Page, api: Api, viewport: tuple[int, int]
    ) -> None:
        page.set_viewport_size({"width": viewport[0], "height": viewport[1]})
        options = two_options("W" * 80, "مرحبا abc שלום 🎉")
        api.given(1_234_567, 7_654_321, question="Donaudampfschifffahrtsgesellschaft" * 5, options=options)
        page.goto("/")
        option(page, "a").click()
        expect(option(page, "a")).to_contain_text("14%")
        assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0

    def test_options_keep_their_position_after_the_vote(self, page: Page, open_poll: Api) -> None:
        before = option(page, "a").bounding_box()
        option(page, "a").click()
        expect(title(page)).to_have_text("Your vote is recorded")
        assert option(page, "a").bounding_box() == before


def test_voter_token_is_requested_before_the_first_touch_on_a_slow_network(page: Page, api: Api) -> None:
    api.given(128, 85)
    slow = "performance.getEntriesByType = () => [{ responseEnd: 2_000 }]"
    page.add_init_script(slow)
    page.goto("/")
    until(page, lambda: api.count("POST /voter-token") == 1, "a voter token")
    option(page, "a").click()
    expect(title(page)).to_have_text("Your vote is recorded")
    assert api.count("POST /voter-token") == 1


def test_voter_token_is_requested_at_the_first_touch_and_once(page: Page, open_poll: Api) -> None:
    """A page that is only looked at requests none: new voters of a network are limited."""
    assert open_poll.count("POST /voter-token") == 0
    assert open_poll.count("GET /polls/active") == 1, "the preloaded answer is the one that is used"
    page.locator("#question").tap()
    until(page, lambda: open_poll.count("POST /voter-token") == 1, "a voter token")
    option(page, "a").click()
    expect(title(page)).to_have_text("Your vote is recorded")
    assert open_poll.count("POST /voter-token") == 1
