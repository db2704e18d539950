"""Every state of the presenter's screen, as data, like the states of the voter's page in `states`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from contracts.enums import PollStatus, ResultVisibility
from playwright.sync_api import Browser, Page

from .admin_routes import AdminApi
from .backend import Backend, now, two_options
from .states import AT_REST, IMAGES, LIVE, Facts, a_page, poll, show_pictures


@dataclass(frozen=True, slots=True)
class PresenterState:
    """How to reach a state. By default: an open poll with 128 : 85 votes, in a signed-in tab."""

    there: str
    """A selector that matches only when the screen is in this state."""
    poll: Facts | None = field(default=poll())
    counts: tuple[int, int] = (128, 85)
    signed_in: bool = True
    then: Callable[[Page], None] | None = None
    wanted: str = ""
    """The poll id in the address, if it is not the open poll."""


def until_soon() -> dict[str, Any]:
    return {"closes_at": now() + timedelta(minutes=4)}


def opens_soon() -> dict[str, Any]:
    return {"opens_at": now() + timedelta(minutes=2)}


SHOWN: Final = LIVE + "#poll:not([hidden]) .percent:not(:empty)"

PRESENTER_STATES: Final[Mapping[str, PresenterState]] = {
    "waiting": PresenterState(LIVE + "#waiting:not([hidden])", poll=None),
    "no-such-poll": PresenterState(
        LIVE + "#waiting-way:not([hidden])", poll=None, wanted="0123456789abcdefghjkmnpqrs"
    ),
    "signed-out": PresenterState("#sign-in:not([hidden])", signed_in=False),
    "open": PresenterState(SHOWN),
    "with-pictures": PresenterState(
        "#bars .picture >> nth=1", poll=poll(options=two_options("Mountains", "The sea", IMAGES))
    ),
    "closes-soon": PresenterState(SHOWN, poll=until_soon),
    "results-hidden": PresenterState(
        LIVE + "#veil:not([hidden])", poll=poll(result_visibility=ResultVisibility.AFTER_CLOSE)
    ),
    "large-code": PresenterState(
        "#enlarge[aria-pressed=true]", then=lambda page: page.locator("#enlarge").click()
    ),
    "closed": PresenterState(SHOWN, poll=poll(status=PollStatus.CLOSED)),
    "opens-soon": PresenterState("body[data-phase=soon] #turn[data-counting=true]", poll=opens_soon),
    "tied": PresenterState("#winner:not([hidden])", poll=poll(status=PollStatus.CLOSED), counts=(64, 64)),
    "session-over": PresenterState(
        "#alert:not([hidden])", signed_in=False, then=lambda page: page.keyboard.press("c")
    ),
    "keys": PresenterState("dialog[open]", then=lambda page: page.locator("#help").click()),
    "asked-before-closing": PresenterState("dialog[open]", then=lambda page: page.locator("#close").click()),
}


@contextmanager
def visit_presenter(
    browser: Browser, backend: Backend, site_url: str, presenter: PresenterState, **options: Any
) -> Iterator[Page]:
    """Open the presenter's screen in a state."""
    with a_page(browser, site_url, **options) as page:
        backend.reset()
        admin = AdminApi(page, backend)
        show_pictures(page)
        if presenter.poll is not None:
            admin.given(*presenter.counts, **presenter.poll())
        if presenter.signed_in:
            admin.sign_in_tab(page)
        wanted = presenter.wanted or admin.poll_id
        page.goto(f"/present/?poll={wanted}" if wanted else "/present/")
        page.locator("#live[data-mode=live]").wait_for()
        if presenter.then:
            presenter.then(page)
        page.locator(presenter.there).first.wait_for()
        page.wait_for_function(AT_REST)
        yield page
