"""Every state of the voter's page, as data: the services' answers, the voter's taps, and a selector.

A state is one entry of `STATES`; tests and screenshots iterate over all entries. The selector that recognises
a state contains no text, so that it is the same in every language.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from contracts.enums import Choice, PollStatus, ResultVisibility, VoterPolicy
from contracts.problem import ProblemType
from contracts.realtime import AudienceMessage, PollClosedMessage
from playwright.sync_api import Browser, Page, ViewportSize

from .backend import Backend, now, two_options
from .console_errors import page_errors
from .routes import Answer, Api, bare, never, no_network, problem
from .waits import until

CODE: Final = "3F7K2-9QXWM-4TZ0B-HN6RC-DV1GE"
PHONE: Final = ViewportSize(width=390, height=844)
TIMEOUT_MS: Final = 30_000
LANDSCAPE: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 60"><path fill="#9cc4e4" d="M0 0h80v60H0z"/>'
    '<path fill="#3a6b35" d="M0 60 28 18l20 26 10-12 22 28z"/></svg>'
)
AT_REST: Final = "() => document.getAnimations().every(({ playState }) => playState === 'finished')"

type Facts = Callable[[], dict[str, Any]]
type Moment = Callable[[Page, Api], None]


def poll(**facts: Any) -> Facts:
    """Return the properties of the state's poll."""
    return lambda: facts


@dataclass(frozen=True, slots=True)
class State:
    """How to reach a state. By default: an open poll with 128 : 85 votes, without a tap."""

    there: str
    """A selector that matches only when the page is in this state."""
    poll: Facts | None = field(default=poll())
    counts: tuple[int, int] = (128, 85)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """Every answer to a call, such as `POST /vote`."""
    address: str = "/"
    """The page's address; `{poll}` is replaced by the poll's id."""
    voted: Choice | None = None
    """The vote of this browser's voter token, which the page does not remember."""
    sockets: bool = True
    first: Moment | None = None
    """An action once the page is open, before the taps."""
    taps: str = ""
    then: Moment | None = None
    """An action after the taps."""
    asked: str = ""
    """A call that the page must have made to be in this state."""


def _go_offline(page: Page, _api: Api) -> None:
    for language in ("ar", page.locator("html").get_attribute("lang") or ""):
        read_in(page, language)  # Arabic is loaded so that it can be chosen while offline
    page.context.set_offline(True)


def _type(text: str) -> Moment:
    return lambda page, _api: page.locator("#code").fill(text)


def _type_a_good_code(page: Page, api: Api) -> None:
    page.locator("#code").fill(api.mint_codes(1)[0])


def _switch(page: Page, api: Api) -> None:
    page.locator(SENDING + COUNTED).wait_for()
    options = two_options("By train", "By bicycle")
    api.planned.clear()
    api.switch_poll(4, 7, question="And how do we get there?", options=options)


def _close(page: Page, api: Api) -> None:
    """Announce the close before the page receives the final counts."""
    page.locator(VOTED).wait_for()
    over = {"status": PollStatus.CLOSED, "version": api.version + 1, "closes_at": now()}
    api.plant(PollClosedMessage(poll_id=api.poll_id, **over))


def _close_counted(page: Page, api: Api) -> None:
    page.locator(VOTED).wait_for()
    api.close_poll(130, 84)


def _audience(_page: Page, api: Api) -> None:
    api.plant(AudienceMessage(audience=12))


def _share_without_a_clipboard(page: Page, _api: Api) -> None:
    page.evaluate(
        "() => { navigator.share = navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }"
    )
    page.locator("#share").click()


def in_nine_minutes() -> dict[str, Any]:
    return {"opens_at": now() + timedelta(minutes=9)}


def until_soon() -> dict[str, Any]:
    return {"closes_at": now() + timedelta(minutes=4)}


LIVE: Final = "body:has(#live[data-mode=live]) "
SENDING: Final = "#message[data-tone=busy]"
COUNTED: Final = " #ticker:not(:empty)"
VOTED: Final = LIVE + '#screen-poll[data-settled=true]:has([aria-pressed="true"])'
ENDED: Final = LIVE + "[data-phase=closed] #message-title:not(:empty)"
FLAW: Final = "[data-tone=trouble] #message-title:not(:empty)"
CODES: Final = poll(policy=VoterPolicy.CODE)
CLOSED: Final = poll(status=PollStatus.CLOSED)
OLD: Final = "/?poll={poll}"
"""A link to a poll that is not the open one."""


IMAGES: Final = (f"/images/{'a' * 64}.webp", f"/images/{'b' * 64}.webp")
WITH_IMAGES: Final = two_options("Mountains", "The sea", IMAGES)

STATES: Final[Mapping[str, State]] = {
    "loading": State("#screen-loading:not([hidden])", answers={"GET /polls/active": never}),
    "no-connection": State("#loading-detail:not(:empty)", answers={"GET /polls/active": no_network}),
    "service-busy": State("#loading-detail:not(:empty)", answers={"GET /polls/active": bare(503)}),
    "no-poll": State(LIVE + "#screen-none:not([hidden])", poll=None),
    "unknown-poll": State("#screen-unknown:not([hidden])", address="/?poll=" + "0" * 26),
    "opens-soon": State(LIVE + "[data-phase=soon]" + COUNTED, poll=in_nine_minutes, counts=(0, 0)),
    "open": State(LIVE + "[data-phase=open] #total:not(:empty)"),
    "closes-soon": State(LIVE + "[data-phase=open]" + COUNTED, poll=until_soon),
    "with-images": State(LIVE + ".picture >> nth=1", poll=poll(options=WITH_IMAGES)),
    "images-voted": State(VOTED, poll=poll(options=WITH_IMAGES), taps="a"),
    "marked-by-a-link": State(LIVE + "[data-marked=true]", address="/?poll={poll}&choice=b"),
    "audience": State("#beside:not(:empty)", first=_audience),
    "shared-without-a-clipboard": State("#shared:not(:empty)", first=_share_without_a_clipboard),
    "delayed": State("body:has(#live[data-mode=delayed]) #total:not(:empty)", sockets=False),
    "hidden-until-voted": State(
        LIVE + "#total:not(:empty)", poll=poll(result_visibility=ResultVisibility.AFTER_VOTE)
    ),
    "hidden-until-closed": State(VOTED, poll=poll(result_visibility=ResultVisibility.AFTER_CLOSE), taps="a"),
    "turnout-while-hidden": State(
        LIVE + "#total:has-text('213')",
        poll=poll(result_visibility=ResultVisibility.AFTER_CLOSE, show_turnout=True),
    ),
    "never-shown": State(
        ENDED, poll=poll(result_visibility=ResultVisibility.NEVER, status=PollStatus.CLOSED), address=OLD
    ),
    "sending": State(SENDING, answers={"POST /vote": never}, taps="b", asked="POST /vote"),
    "busy": State(
        SENDING + COUNTED,
        answers={"POST /vote": problem(ProblemType.NOT_CONFIRMED, retry_after=300)},
        taps="b",
    ),
    "crowded": State(
        SENDING + COUNTED,
        answers={"POST /voter-token": problem(ProblemType.THROTTLED, retry_after=280)},
        taps="b",
    ),
    "unreachable": State(SENDING + COUNTED, answers={"POST /vote": no_network}, taps="b"),
    "offline": State(
        "body:has(#live[data-mode=offline]) " + SENDING,
        answers={"POST /voter-token": no_network},
        first=_go_offline,
        taps="b",
        asked="POST /voter-token",
    ),
    "proving": State(
        SENDING,
        answers={"POST /vote": problem(ProblemType.PROOF_NEEDED), "POST /voter-token/challenge": never},
        taps="b",
        asked="POST /voter-token/challenge",
    ),
    "recorded": State(VOTED + " [data-tone=good]", taps="b"),
    "recorded-again": State(VOTED + " [data-tone=good]", taps="bb"),
    "already-voted": State(VOTED + " [data-tone=firm]", taps="ba"),
    "already-voted-elsewhere": State("[data-settled=true] [data-tone=firm]", taps="a", voted=Choice.B),
    "network-has-voted": State(
        "[data-tone=firm]", poll=poll(policy=VoterPolicy.NETWORK), voted=Choice.B, taps="a"
    ),
    "too-late": State(FLAW, answers={"POST /vote": problem(ProblemType.CLOSED)}, taps="a"),
    "refused": State(FLAW, answers={"POST /vote": problem(ProblemType.CROSS_ORIGIN_FORBIDDEN)}, taps="a"),
    "code-needed": State(LIVE + "#code-form:not([hidden])", poll=CODES),
    "code-missing": State(FLAW, poll=CODES, taps="a"),
    "code-too-short": State(FLAW, poll=CODES, first=_type(CODE[:11]), taps="a"),
    "code-wrong": State(FLAW, poll=CODES, first=_type(CODE), taps="a"),
    "code-used": State(VOTED, poll=CODES, first=_type_a_good_code, taps="b"),
    "switched": State(
        LIVE + "#elsewhere:not(:empty)",
        answers={"POST /vote": problem(ProblemType.NOT_CONFIRMED, retry_after=2)},
        taps="a",
        then=_switch,
    ),
    "counting": State(ENDED, taps="a", then=_close),
    "closed-won": State(ENDED, poll=CLOSED, address=OLD),
    "closed-voted": State(VOTED + "[data-phase=closed]", taps="b", then=_close_counted),
    "closed-tie": State(ENDED, poll=CLOSED, counts=(64, 64), address=OLD),
    "closed-without-votes": State(ENDED, poll=CLOSED, counts=(0, 0), address=OLD),
}


@contextmanager
def visit(
    browser: Browser, backend: Backend, site_url: str, state: State, *, locale: str = "en", **options: Any
) -> Iterator[Page]:
    """Open the voter's page in a state."""
    with a_page(browser, site_url, locale=locale, **options) as page:
        backend.reset()
        api = Api(page, backend)
        reach(page, api, state)
        page.wait_for_function(AT_REST)
        yield page
        api.leave()


@contextmanager
def a_page(browser: Browser, site_url: str, **options: Any) -> Iterator[Page]:
    """Open a tab, by default of a phone; fail if the page reports an error."""
    settings: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "reduced_motion": "reduce"}
    context = browser.new_context(base_url=site_url, **(settings | options))
    context.set_default_timeout(TIMEOUT_MS)
    page = context.new_page()
    errors = page_errors(page)
    yield page
    context.close()
    assert errors == []


def show_pictures(page: Page) -> None:
    """Serve every option's image as one two-colour landscape, distinct from the page's colours."""
    page.route("**/images/*.webp", lambda route: route.fulfill(content_type="image/svg+xml", body=LANDSCAPE))


def read_in(page: Page, language: str) -> None:
    """Choose a language, as a voter does."""
    page.locator("#language").select_option(language)
    page.locator(f"html[lang={language}]").wait_for()
    page.wait_for_function(AT_REST)


def reach(page: Page, api: Api, state: State) -> None:
    """Bring a blank page into a state."""
    api.sockets_work = state.sockets
    if state.poll is not None:
        api.given(*state.counts, **state.poll())
        if state.voted:
            api.has_voted(state.voted)
    for call, answer in state.answers.items():
        api.forever(call, answer)
    show_pictures(page)
    page.goto(state.address.format(poll=api.poll_id))
    if state.first or state.taps:
        page.locator("[data-phase=open] #total:not(:empty)").wait_for()
        page.locator("#live[data-mode=live]").wait_for()
    if state.first:
        state.first(page, api)
    for choice in state.taps:
        page.locator(f'[data-choice="{choice}"][aria-disabled=false]').click()
    if state.then:
        state.then(page, api)
    if state.asked:
        until(page, lambda: api.count(state.asked), state.asked)
    page.locator(state.there).first.wait_for()
