"""Every state of the organiser's page, as data, like the states of the voter's page in `states`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from contracts.audit_log import AuditAction
from contracts.enums import VoterPolicy
from contracts.ids import PollId
from contracts.members import MemberStatus
from contracts.problem import ProblemType
from contracts.recount import Certificate, Recount, RecountState, VoteCounts
from contracts.roles import Role
from playwright.sync_api import Browser, FilePayload, Page

from .admin_routes import AdminApi
from .audit_log import entry
from .backend import Backend, now, two_options
from .routes import Answer, bare, problem, says
from .served_site import SERVICE
from .states import AT_REST, IMAGES, a_page, show_pictures


@dataclass(frozen=True, slots=True)
class DashboardState:
    """How to reach a state. By default: an owner, an open poll with 128 : 85 votes and two closed polls."""

    there: str
    """A selector that matches only when the page is in this state."""
    poll: Mapping[str, Any] | None = field(default_factory=dict)
    """The properties of the displayed poll; None: there are no polls."""
    sites: tuple[str, ...] = ()
    """The sites that may embed the poll."""
    certified: bool = False
    lost: int | None = None
    """How many votes the counters have lost, as a recount found."""
    runs: bool = False
    """Whether the poll is the third run of its question."""
    groups: tuple[str, ...] = ("owner",)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    signed_in: bool = True
    then: Callable[[Page], None] | None = None


def _click(*selectors: str) -> Callable[[Page], None]:
    def click(page: Page) -> None:
        for selector in selectors:
            page.locator(selector).click()

    return click


MORE: Final = "#more-actions-open"


def _write(page: Page) -> None:
    page.locator("#f-question").fill("Tea or coffee?")
    page.locator("#f-a").fill("Tea")
    page.locator("#f-b").fill("Coffee")
    page.locator("#create").click()


def _plan_the_past(page: Page) -> None:
    page.locator("#schedule").click()
    page.locator("#p-opens_at").fill("2001-01-01T10:00")
    page.locator("#plan-yes").click()


def _write_and_look_up(page: Page) -> None:
    """Scroll to the top, where the banner covers no content: axe cannot measure covered text."""
    _write(page)
    page.locator(":is(#expired, #alert):not([hidden])").wait_for()
    page.evaluate("() => scrollTo(0, 0)")


def _invite(page: Page) -> None:
    page.locator('a[href="#members"]').click()
    page.locator("#i-name").fill("eva")
    page.locator("#i-email").fill("eva@example.com")
    page.locator("#invite-send").click()


NO_OWNER: Final = "This needs the role owner, and yours is editor. An owner can change that under Members."


def _wrong(page: Page) -> None:
    page.locator("#f-image_a").set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    )
    page.locator("#f-opens_at").fill("2020-01-01T10:00")
    page.locator("#f-closes_at").fill("2020-01-01T09:00")
    page.locator("#more-settings > summary").click()
    page.locator("#f-embed_origins").fill("http://example.org/a/very/long/path/that/is/not/an/origin/at/all")
    page.locator("#create").click()


def _fill(page: Page) -> None:
    page.locator("#f-question").fill("Tea or coffee?")
    page.locator("#f-opens_at").fill("2099-03-28T02:30")
    page.locator("#f-image_a").set_input_files(PICTURE)
    page.locator("#p-image_a:not([hidden])").wait_for()
    page.locator("#f-image_b").set_input_files(PICTURE)
    page.locator("#more-settings > summary").click()


def _clash(page: Page) -> None:
    page.locator("#edit").click()
    page.locator("#cancel:not([hidden])").wait_for()
    page.locator("#f-a").fill("The lakes")
    page.locator("#create").click()


PICTURE: Final[FilePayload] = {
    "name": "icon.png",
    "mimeType": "image/png",
    "buffer": (SERVICE / "site/icon-192.png").read_bytes(),
}
CHANGED: Final = {
    "PATCH /admin/api/polls/{}": problem(
        ProblemType.REVISION_CONFLICT,
        detail="Changed by Kim at 2026-05-04T18:00:00.000Z: it is at revision 3 now",
    )
}
CODES: Final = {"policy": VoterPolicy.CODE}
CLOSED: Final[dict[str, Any]] = {"status": "closed"}
DRAFT: Final = {"status": "draft"}
TOMORROW: Final = {"opens_at": now() + timedelta(days=1), "closes_at": now() + timedelta(days=1, hours=1)}
TONIGHT: Final = {"closes_at": now() + timedelta(hours=3)}
OTHER_CHANGED: Final = problem(
    ProblemType.REVISION_CONFLICT, detail="Changed by anna at 2026-06-01T12:00:00Z: it is at revision 3 now"
)

DASHBOARD_STATES: Final[Mapping[str, DashboardState]] = {
    "signed-out": DashboardState("#welcome:not([hidden])", signed_in=False),
    "without-a-role": DashboardState("#roleless:not([hidden])", groups=()),
    "first-use": DashboardState("#dashboard:not([hidden])", poll=None),
    "draft": DashboardState("#open:not([hidden])", poll=DRAFT),
    "scheduled": DashboardState("#move:not([hidden])", poll=TOMORROW),
    "asked-when": DashboardState("dialog[open]", poll=DRAFT, then=_click("#schedule")),
    "asked-when-with-errors": DashboardState("#pe-opens_at:not(:empty)", poll=DRAFT, then=_plan_the_past),
    "taken-back": DashboardState("#undo:not([hidden])", poll=TOMORROW, then=_click(MORE, "#take-back")),
    "ends-later": DashboardState("#done:not([hidden])", poll=TONIGHT, then=_click("#later")),
    "revision-conflict": DashboardState(
        "#refusal:not([hidden])",
        poll=TONIGHT,
        answers={"PATCH /admin/api/polls/{}": OTHER_CHANGED},
        then=_click("#later"),
    ),
    "archived": DashboardState(
        "#poll-details[data-phase=archived]", poll=CLOSED, then=_click(MORE, "#archive", "#confirm-yes")
    ),
    "asked-before-deleting": DashboardState(
        "dialog[open]", poll=CLOSED, then=_click(MORE, "#archive", "#confirm-yes", MORE, "#delete")
    ),
    "open": DashboardState("body:has(#live[data-mode=live]) #details-total:not(:empty)"),
    "with-pictures": DashboardState(
        "#bars .picture >> nth=1", poll={"options": two_options("Mountains", "The sea", IMAGES)}
    ),
    "closed": DashboardState("#recount[data-state=certified]", poll=CLOSED, certified=True),
    "recount-differs": DashboardState("#recount[data-state=different]", poll=CLOSED, lost=2),
    "runs-side-by-side": DashboardState(
        ".run:nth-child(3) .percent:not(:empty)", poll=CLOSED, runs=True, certified=True
    ),
    "codes": DashboardState("#codes-made:not([hidden])", poll=CODES, then=_click("#codes-make")),
    "signs-of-abuse": DashboardState("#abuse-figures:not([hidden])", then=_click("#abuse-look")),
    "asked-before-closing": DashboardState("dialog[open]", then=_click("#close")),
    "asked-before-archiving": DashboardState("dialog[open]", poll=CLOSED, then=_click(MORE, "#archive")),
    "form-with-errors": DashboardState("#form .error:not(:empty)", then=_click("#create")),
    "form-with-every-error": DashboardState("#e-image_a:not(:empty)", then=_wrong),
    "form-filled": DashboardState("#p-image_b:not([hidden])", then=_fill),
    "edit-of-an-open-poll": DashboardState(
        "#cancel:not([hidden])", sites=("https://example.org",), then=_click("#edit")
    ),
    "edit-revision-conflict": DashboardState(
        "#clash:not([hidden])", poll=DRAFT, then=_clash, answers=CHANGED
    ),
    "run-again": DashboardState("#form-note:not(:empty)", poll=CLOSED, then=_click(MORE, "#again")),
    "refused": DashboardState(
        "#alert:not([hidden])",
        answers={"POST /admin/api/polls": problem(ProblemType.UNAVAILABLE)},
        then=_write_and_look_up,
    ),
    "session-over": DashboardState(
        "#expired:not([hidden])", answers={"POST /admin/api/polls": bare(401)}, then=_write_and_look_up
    ),
    "viewer": DashboardState("#dashboard:not([hidden])", groups=("viewer",)),
    "members": DashboardState("#members-list > li:nth-child(3)", then=_click('a[href="#members"]')),
    "members-refused": DashboardState(
        "#invite-trouble:not(:empty)",
        answers={"POST /admin/api/members": problem(ProblemType.INSUFFICIENT_ROLE, detail=NO_OWNER)},
        then=_invite,
    ),
    "invitation-with-errors": DashboardState(
        "#ie-name:not(:empty)", then=_click('a[href="#members"]', "#invite-send")
    ),
    "asked-before-removing": DashboardState(
        "dialog[open]", then=_click('a[href="#members"]', "[data-name=ben] .danger")
    ),
    "audit-log": DashboardState("#audit-log-list > li:nth-child(4)", then=_click('a[href="#audit-log"]')),
    "audit-log-empty": DashboardState(
        "#audit-log-empty:not([hidden])", poll=None, then=_click('a[href="#audit-log"]')
    ),
}


@contextmanager
def visit_dashboard(
    browser: Browser, backend: Backend, site_url: str, dashboard: DashboardState, **options: Any
) -> Iterator[Page]:
    """Open the organiser's page in a state."""
    with a_page(browser, site_url, **options) as page:
        backend.reset()
        admin = AdminApi(page, backend)
        show_pictures(page)
        _prepare(admin, dashboard)
        if dashboard.signed_in:
            admin.sign_in_tab(page)
        page.goto("/admin/")
        if dashboard.signed_in:
            page.locator(":is(#dashboard, #roleless):not([hidden])").wait_for()
        if dashboard.then:
            dashboard.then(page)
        page.locator(dashboard.there).first.wait_for()
        page.wait_for_function(AT_REST)
        yield page
        admin.leave()


def _prepare(admin: AdminApi, dashboard: DashboardState) -> None:
    admin.groups = list(dashboard.groups)
    admin.backend.add_member("ben", Role.EDITOR)
    admin.backend.add_member("cleo", None, MemberStatus.INVITED)
    if dashboard.poll is None:
        return
    old = [admin.given(question=question, **CLOSED) for question in ("Cats or dogs?", "Tea or coffee?")]
    run: dict[str, Any] = {}
    if dashboard.runs:
        for days, b in ((18, 60), (9, 0)):
            admin.given(40, b, **CLOSED, opens_at=now() - timedelta(days=days), **run)
            run = run or {"rerun_of": admin.poll_id}
    poll = admin.given(128, 85, embed_origins=dashboard.sites, **dashboard.poll, **run).poll_id
    for call, answer in dashboard.answers.items():
        admin.forever(call.format(poll), answer)
    admin.backend.rewrite_audit_log(
        entry(AuditAction.MEMBER_INVITED, "cleo: editor", minute=4),
        entry(AuditAction.POLL_CHANGED, "question, closes_at", poll, "ben", minute=3),
        entry(AuditAction.POLL_DELETED, None, old[0].poll_id, minute=2),
        entry(AuditAction.RESULTS_EXPORTED, "vote-log, csv", old[1].poll_id, minute=1),
    )
    if dashboard.certified or dashboard.lost:
        found = says(_recounted(poll, dashboard.lost or 0))
        admin.forever(f"GET /admin/api/results/{poll}/certificate", found)


def _recounted(poll_id: PollId, lost: int) -> Recount:
    log, counters = VoteCounts(a=128, b=85, invalid=lost), VoteCounts(a=128 - lost, b=85, invalid=0)
    state = RecountState.DIFFERENT if lost else RecountState.CERTIFIED
    certificate = Certificate(
        poll_id=poll_id, recount_id="1-x", state=state, certified=not lost, reason="",
        log=log, counters=counters, shown=counters, difference=lost, closes_at=now(), started_at=now(),
        finished_at=now(),
    )  # fmt: skip
    return Recount(poll_id=poll_id, running=None, certificate=certificate)
