"""The dashboard: sign-in, the life of a poll, error messages and recounts."""

import base64
import hashlib
import re
from datetime import timedelta

import pytest
from contracts.abuse import RefusedVotes
from contracts.enums import ResultVisibility
from contracts.problem import ProblemType
from contracts.recount import Certificate, Recount, RecountProgress, RecountState, VoteCounts
from playwright.sync_api import Page, Request, Route, expect

from .abuse import abuse_in
from .admin_routes import ORGANISER, AdminApi
from .backend import now, two_options
from .fit import sideways
from .markup import CORPUS, INJECTED, as_asked_for
from .routes import bare, no_network, problem, says
from .waits import sign_in_again, until


def sign_in(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#who")).to_have_text(ORGANISER)


def write_poll(page: Page, question: str = "Tea or coffee?", a: str = "Tea", b: str = "Coffee") -> None:
    page.get_by_label("Question").fill(question)
    page.get_by_label("This", exact=True).fill(a)
    page.get_by_label("That", exact=True).fill(b)


@pytest.fixture
def running(page: Page, admin: AdminApi) -> AdminApi:
    """Signed in, with an open poll (128 : 85) and a closed one."""
    admin.given(1, 1, question="Old?", status="closed")
    admin.given(128, 85)
    admin.open_dashboard(page)
    expect(page.locator("#live-label")).to_have_text("Live")
    return admin


class TestSignIn:
    @pytest.mark.covers("T12")
    def test_sign_in_uses_the_code_flow_with_pkce(self, page: Page, admin: AdminApi, site_url: str) -> None:
        sign_in(page)
        [asked], [exchanged] = admin.signed_in, admin.tokens
        assert asked["response_type"] == ["code"]
        assert asked["scope"] == ["openid polls/admin"]
        assert asked["redirect_uri"] == exchanged["redirect_uri"] == [f"{site_url}/admin/"]
        digest = hashlib.sha256(exchanged["code_verifier"][0].encode()).digest()
        assert asked["code_challenge"] == [base64.urlsafe_b64encode(digest).decode().rstrip("=")]
        assert exchanged["code"] == ["code-1"]
        assert "client_secret" not in exchanged

    def test_code_is_removed_from_the_address_and_a_reload_stays_signed_in(
        self, page: Page, admin: AdminApi, site_url: str
    ) -> None:
        sign_in(page)
        expect(page).to_have_url(f"{site_url}/admin/")
        page.reload()
        expect(page.locator("#dashboard")).to_be_visible()
        assert len(admin.tokens) == 1

    def test_every_call_carries_the_access_token(self, page: Page, admin: AdminApi) -> None:
        admin.given(128, 85)
        sign_in(page)
        expect(page.locator("#live-label")).to_have_text("Live")
        assert set(admin.authorizations) == {"Bearer token-1"}

    @pytest.mark.covers("R26")
    def test_sign_in_started_elsewhere_is_rejected(self, page: Page, admin: AdminApi) -> None:
        page.goto("/admin/?code=stolen&state=foreign")
        expect(page.get_by_role("alert")).to_contain_text("not started in this tab")
        assert admin.tokens == []
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()

    def test_no_token_is_kept_beyond_the_tab(self, page: Page, admin: AdminApi) -> None:
        sign_in(page)
        assert page.evaluate("() => Object.keys(localStorage)") == []
        assert page.evaluate("() => document.cookie") == ""

    def test_signing_out_ends_the_session_of_page_and_user_pool(
        self, page: Page, admin: AdminApi, site_url: str
    ) -> None:
        sign_in(page)
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()
        [logout] = admin.logged_out
        assert "client_id=client-1" in logout
        assert page.evaluate("() => sessionStorage.getItem('tot.signin.session')") is None

    def test_typed_text_survives_an_expired_session(self, page: Page, admin: AdminApi) -> None:
        sign_in(page)
        write_poll(page, "Half typed?")
        admin.plan("POST /admin/api/polls", bare(401))
        page.get_by_role("button", name="Create draft").click()
        expect(page.get_by_role("alert")).to_contain_text("Your sign-in has expired.")
        sign_in_again(page)
        expect(page.get_by_label("Question")).to_have_value("Half typed?")
        expect(page.get_by_label("That", exact=True)).to_have_value("Coffee")
        page.get_by_role("button", name="Create draft").click()
        expect(page.get_by_role("heading", name="Half typed?")).to_be_visible()
        assert len(admin.tokens) == 2


class TestPolls:
    def test_empty_dashboard_explains_the_first_action(self, page: Page, admin: AdminApi) -> None:
        admin.open_dashboard(page)
        expect(page.get_by_text("Your first question")).to_be_visible()
        expect(page.get_by_text("No polls yet.")).to_be_visible()

    def test_a_poll_is_created_opened_and_closed(self, page: Page, admin: AdminApi) -> None:
        admin.open_dashboard(page)
        write_poll(page)
        page.get_by_label("Show results to voters").select_option("After they vote")
        page.get_by_role("button", name="Create draft").click()
        expect(page.locator("#details-status")).to_have_text("Draft")
        assert admin.polls[0].result_visibility is ResultVisibility.AFTER_VOTE
        expect(page.get_by_role("button", name="Open now")).to_be_focused()
        expect(page.get_by_label("Question")).to_have_value("")

        page.get_by_role("button", name="Open now").click()
        expect(page.locator("#said")).to_have_text("The poll opens in 3 seconds.")
        expect(page.locator("#details-status")).to_have_text("Open")
        expect(page.get_by_role("link", name="Voter page")).to_have_attribute("href", "/")

        page.get_by_role("button", name="Close now…").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("Tea or coffee?")
        dialog.get_by_role("button", name="Keep it open").click()
        assert admin.polls[0].closes_at is None
        page.get_by_role("button", name="Close now…").click()
        dialog.get_by_role("button", name="Close now").click()
        expect(page.locator("#said")).to_have_text("The poll closes in 3 seconds.")
        expect(page.locator("#details-status")).to_have_text("Closed")

    def test_closed_poll_is_archived_after_confirmation(self, page: Page, running: AdminApi) -> None:
        archive, menu = page.locator("#archive"), page.locator("#more-actions-open")
        expect(archive).to_have_count(0)
        page.get_by_role("button", name="Old?").click()
        menu.click()
        archive.click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("Old?")
        expect(dialog).to_contain_text("votes cannot be linked to voters")
        expect(dialog).to_contain_text("up to 35 days")
        expect(dialog).to_contain_text("cannot be undone")
        dialog.get_by_role("button", name="Not yet").click()
        expect(page.locator("#details-status")).to_have_text("Closed")
        assert running.count(f"POST /admin/api/polls/{running.polls[1].poll_id}/archive") == 0

        expect(menu).to_be_focused()
        menu.click()
        archive.click()
        dialog.get_by_role("button", name="Archive").click()
        expect(page.locator("#details-status")).to_have_text("Archived")
        expect(page.locator("#list button").nth(1)).to_contain_text("Archived")
        expect(page.locator("#details-hint")).to_contain_text("The result stays.")
        expect(archive).to_have_count(0)
        expect(page.locator("#said")).to_have_text("The poll is archived.")

    def test_late_message_does_not_change_an_archived_poll(self, page: Page, running: AdminApi) -> None:
        page.get_by_role("button", name="Old?").click()
        page.locator("#more-actions-open").click()
        page.get_by_role("button", name="Archive…").click()
        page.get_by_role("dialog").get_by_role("button", name="Archive").click()
        expect(page.locator("#details-status")).to_have_text("Archived")
        running.backend.count(running.polls[1].poll_id, 3, 4)
        expect(page.locator("#details-total")).to_have_text("7 votes")
        expect(page.locator("#details-status")).to_have_text("Archived")

    def test_failed_archiving_shows_the_reason(self, page: Page, running: AdminApi) -> None:
        poll_id = running.polls[1].poll_id
        refusal = problem(ProblemType.INVALID_STATE, detail="This poll is open: close it first")
        running.plan(f"POST /admin/api/polls/{poll_id}/archive", refusal)
        page.get_by_role("button", name="Old?").click()
        page.locator("#more-actions-open").click()
        page.get_by_role("button", name="Archive…").click()
        page.get_by_role("dialog").get_by_role("button", name="Archive").click()
        expect(page.get_by_role("alert")).to_contain_text("close it first")
        expect(page.locator("#details-status")).to_have_text("Closed")

    def test_closing_time_is_sent_in_utc_and_shown_in_both_zones(self, page: Page, admin: AdminApi) -> None:
        admin.open_dashboard(page)
        write_poll(page)
        end = (now() + timedelta(days=5)).strftime("%Y-%m-%dT18:30")
        page.get_by_label("Closes at").fill(end)
        expect(page.locator("#h-closes_at")).to_contain_text(" UTC")
        page.get_by_role("button", name="Create draft").click()
        expect(page.locator("#details-status")).to_have_text("Draft")
        closes_at = admin.polls[0].closes_at
        assert closes_at
        local = page.evaluate("text => new Date(text).toISOString()", end)
        assert closes_at.isoformat().startswith(local[:16])

    def test_bars_follow_live_messages(self, page: Page, running: AdminApi) -> None:
        bar = page.locator('.bar[data-choice="a"]')
        expect(bar).to_contain_text("60%")
        expect(bar).to_contain_text("128 votes")
        running.count_votes(300, 100)
        expect(bar).to_contain_text("75%")
        expect(page.locator("#details-total")).to_have_text("400 votes")

    def test_counts_are_polled_without_sockets(self, page: Page, admin: AdminApi) -> None:
        admin.sockets_work = False
        admin.given(1, 0)
        admin.open_dashboard(page)
        expect(page.locator("#live-label")).to_have_text("Delayed")
        admin.count_votes(5, 0)
        expect(page.locator("#details-total")).to_have_text("5 votes")

    def test_another_poll_can_be_selected(self, page: Page, running: AdminApi) -> None:
        page.get_by_role("button", name="Old?").click()
        expect(page.get_by_role("heading", name="Old?")).to_be_visible()
        expect(page.locator("#details-status")).to_have_text("Closed")
        expect(page.get_by_role("button", name="Open now")).to_be_hidden()

    def test_long_list_is_loaded_in_pages(self, page: Page, admin: AdminApi) -> None:
        admin.page_sizes["/admin/api/polls"] = 2
        for number in range(3):
            admin.given(question=f"Number {number}?", status="closed")
        admin.open_dashboard(page)
        expect(page.locator("#list button")).to_have_count(2)
        page.get_by_role("button", name="Load older polls").click()
        expect(page.locator("#list button")).to_have_count(3)
        expect(page.get_by_role("button", name="Load older polls")).to_be_hidden()

    def test_poll_opened_by_another_organiser_appears(self, page: Page, admin: AdminApi) -> None:
        admin.open_dashboard(page)
        expect(page.locator("#live-label")).to_have_text("Live")
        admin.given(question="From elsewhere?")
        expect(page.get_by_role("heading", name="From elsewhere?")).to_be_visible()


class TestErrors:
    def test_missing_texts_are_reported_before_a_request_is_sent(self, page: Page, admin: AdminApi) -> None:
        admin.open_dashboard(page)
        page.get_by_role("button", name="Create draft").click()
        expect(page.locator("#e-question")).to_have_text("Write a question.")
        expect(page.get_by_label("Question")).to_be_focused()
        expect(page.get_by_label("Question")).to_have_attribute("aria-invalid", "true")
        assert admin.count("POST /admin/api/polls") == 0

    def test_equal_options_are_reported(self, page: Page, admin: AdminApi) -> None:
        admin.open_dashboard(page)
        write_poll(page, a="Tea", b="TEA")
        page.get_by_role("button", name="Create draft").click()
        expect(page.locator("#e-b")).to_have_text("The two options must differ.")

    def test_api_validation_error_is_shown_at_its_field(self, page: Page, admin: AdminApi) -> None:
        admin.open_dashboard(page)
        write_poll(page, question="Right\u202eto left?")
        page.get_by_role("button", name="Create draft").click()
        expect(page.locator("#e-question")).to_contain_text("not allowed")
        expect(page.get_by_label("This", exact=True)).to_have_value("Tea")

    def test_conflict_with_another_active_poll_names_it(self, page: Page, admin: AdminApi) -> None:
        poll_id = admin.given(status="draft").poll_id
        admin.open_dashboard(page)
        refusal = problem(ProblemType.ANOTHER_POLL_ACTIVE, detail="“Lunch?” is open")
        admin.plan(f"POST /admin/api/polls/{poll_id}/open", refusal)
        page.get_by_role("button", name="Open now").click()
        expect(page.get_by_role("alert")).to_contain_text(
            "Another poll is open: close it first “Lunch?” is open"
        )
        page.get_by_role("button", name="OK").click()
        expect(page.get_by_role("alert")).to_have_count(0)

    def test_lost_answer_is_shown_as_uncertain(self, page: Page, admin: AdminApi) -> None:
        admin.open_dashboard(page)
        write_poll(page)
        admin.plan("POST /admin/api/polls", no_network)
        page.get_by_role("button", name="Create draft").click()
        expect(page.get_by_role("alert")).to_contain_text("Could not reach the server")
        expect(page.get_by_label("Question")).to_have_value("Tea or coffee?")

    @pytest.mark.covers("T13", "R28")
    def test_markup_is_shown_as_text(self, page: Page, admin: AdminApi) -> None:
        for wanted in map(as_asked_for, CORPUS.values()):
            options = two_options(wanted.options.a.label, wanted.options.b.label)
            admin.given(question=wanted.question, options=options, status="draft")
        admin.open_dashboard(page)
        begotten = []
        for name, poll in zip(reversed(CORPUS), admin.polls, strict=True):
            row = page.locator(f'#list [data-poll-id="{poll.poll_id}"]')
            expect(row).to_contain_text(CORPUS[name])
            row.click()
            expect(page.locator("#details-question")).to_have_text(CORPUS[name])
            if page.locator(INJECTED).count():
                begotten.append(name)
        assert begotten == []

    def test_dashboard_fits_every_screen_width(self, page: Page, running: AdminApi) -> None:
        assert sideways(page, (320, 390, 768, 1280)) == []


def certificate_of(poll_id: str, state: RecountState, difference: int = 0) -> Certificate:
    log, counters = VoteCounts(a=128, b=85, invalid=0), VoteCounts(a=128 - difference, b=85, invalid=0)
    return Certificate(
        poll_id=poll_id, recount_id="1-x", state=state, certified=state is RecountState.CERTIFIED,
        reason="Votes may still come in.", log=log, counters=counters, shown=counters,
        difference=difference, closes_at=None, started_at=now(), finished_at=now(),
    )  # fmt: skip


def certified(admin: AdminApi, found: Certificate) -> None:
    """Plan the result of a poll's last recount."""
    answer = says(Recount(poll_id=found.poll_id, running=None, certificate=found))
    admin.forever(f"GET /admin/api/results/{found.poll_id}/certificate", answer)


class TestRecount:
    def test_recount_is_requested_followed_and_its_result_shown(self, page: Page, running: AdminApi) -> None:
        poll_id = running.polls[0].poll_id
        expect(page.locator("#recount-title")).to_have_text("Not recounted yet")
        under_way = RecountProgress(
            recount_id="1-x", started_at=now(), votes_read=120, buckets_done=8, buckets=16
        )

        begun = says(Recount(poll_id=poll_id, running=under_way, certificate=None), 202)

        def begin(route: Route, request: Request) -> None:
            running.forever(f"GET /admin/api/results/{poll_id}/certificate", begun)
            begun(route, request)

        running.plan(f"POST /admin/api/results/{poll_id}/recount", begin)
        page.get_by_role("button", name="Recount").click()
        expect(page.locator("#recount-detail")).to_have_text("120 votes read")
        expect(page.locator("#recount-progress")).to_have_js_property("value", 0.5)
        expect(page.get_by_role("button", name="Recount")).to_be_disabled()
        certified(running, certificate_of(poll_id, RecountState.PROVISIONAL))
        expect(page.locator("#recount-title")).to_contain_text("counters and votes match so far")
        expect(page.locator("#recount-progress")).to_be_hidden()
        expect(page.get_by_role("button", name="Recount")).to_be_enabled()
        assert ("POST", f"/admin/api/results/{poll_id}/recount") in running.requests

    def test_page_waits_for_a_recount_that_has_not_started(self, page: Page, running: AdminApi) -> None:
        poll_id = running.polls[0].poll_id
        older = certificate_of(poll_id, RecountState.PROVISIONAL)
        ordered = RecountProgress(recount_id="2-x", started_at=now(), votes_read=0, buckets_done=0, buckets=0)
        certified(running, older)
        path = f"/admin/api/results/{poll_id}"
        shown = Recount(poll_id=poll_id, running=ordered, certificate=older)
        running.plan(f"POST {path}/recount", says(shown, 202))
        page.get_by_role("button", name="Recount").click()
        until(page, lambda: running.count(f"GET {path}/certificate") >= 3, "the page to look again")
        expect(page.locator("#recount-title")).to_have_text("Recounting")
        newer = older.model_copy(update={"recount_id": "2-x", "reason": "Counted a moment ago."})
        certified(running, newer)
        expect(page.locator("#recount-detail")).to_contain_text("Counted a moment ago.")
        expect(page.get_by_role("button", name="Recount")).to_be_enabled()

    @pytest.mark.parametrize(
        ("state", "difference", "title", "detail"),
        [
            (
                RecountState.CERTIFIED,
                0,
                re.compile(r"^Recounted .+: counters and votes match\.$"),
                "213 votes in the log, the same in the counters",
            ),
            (
                RecountState.DIFFERENT,
                1,
                re.compile(r"^Recounted .+: different by 1 vote\.$"),
                "the votes are safe in the log",
            ),
        ],
    )
    def test_a_closed_poll_shows_its_certificate(
        self,
        page: Page,
        admin: AdminApi,
        state: RecountState,
        difference: int,
        title: re.Pattern[str],
        detail: str,
    ) -> None:
        poll_id = admin.given(status="closed").poll_id
        certified(admin, certificate_of(poll_id, state, difference))
        admin.open_dashboard(page)
        expect(page.locator("#recount-title")).to_have_text(title)
        expect(page.locator("#recount-detail")).to_contain_text(detail)
        expect(page.locator("#recount")).to_have_attribute("data-state", state)
        link = page.get_by_role("link", name="Public certificate")
        expect(link).to_have_count(int(state is RecountState.CERTIFIED))

    def test_integrity_table_shows_counted_differing_and_rejected_votes(
        self, page: Page, admin: AdminApi
    ) -> None:
        poll_id = admin.given(status="closed").poll_id
        found = certificate_of(poll_id, RecountState.DIFFERENT, 3)
        found = found.model_copy(update={"log": VoteCounts(a=128, b=85, invalid=2)})
        certified(admin, found)
        report = abuse_in(poll_id, refused=RefusedVotes(already_voted=17, invalid_code=0))
        admin.plan(f"GET /admin/api/polls/{poll_id}/abuse", says(report))
        admin.open_dashboard(page)
        figures = page.locator("#integrity-figures")
        expect(figures).to_contain_text("certificate 1-x")
        page.locator("#abuse-look").click()
        expect(figures.locator("dd").last).to_have_text("17")
        names, texts = figures.locator("dt"), figures.locator("dd")
        shown = dict(zip(names.all_text_contents(), texts.all_text_contents(), strict=True))
        assert shown.pop("Last recount").endswith("certificate 1-x")
        assert shown == {
            "Counted": "210 by the counters, 213 in the log, 210 on the screens",
            "Difference": "3 votes",
            "Invalid records": "2, in the dead-letter queue: inform the operator of this site",
            "Duplicates refused": "17",
        }

    def test_rejected_recount_shows_the_reason_and_can_be_repeated(
        self, page: Page, running: AdminApi
    ) -> None:
        path = f"/admin/api/results/{running.polls[0].poll_id}/recount"
        running.plan(f"POST {path}", problem(ProblemType.UNAVAILABLE))
        page.get_by_role("button", name="Recount").click()
        expect(page.get_by_role("alert")).to_contain_text("Not available just now")
        expect(page.get_by_role("button", name="Recount")).to_be_enabled()

    def test_draft_offers_no_recount(self, page: Page, admin: AdminApi) -> None:
        admin.given(status="draft")
        admin.open_dashboard(page)
        expect(page.get_by_role("button", name="Open now")).to_be_visible()
        expect(page.locator("#recount")).to_be_hidden()
