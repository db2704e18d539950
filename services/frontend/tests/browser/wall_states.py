"""Every state of the presenter's screen, as data, beside those of the voter's page in `states`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from contracts.ids import PollStatus, ResultVisibility
from playwright.sync_api import Browser, Page

from .admin_routes import AdminApi
from .backend import Backend, now
from .states import AT_REST, LIVE, Facts, a_page, poll


@dataclass(frozen=True, slots=True)
class Wall:
    """How to get there. With no more said: an open poll with 128 : 85 votes, in a tab that is signed in."""

    there: str
    """A selector that matches only once the screen is in this state."""
    poll: Facts | None = field(default=poll())
    signed_in: bool = True
    then: Callable[[Page], None] | None = None
    wanted: str = ""
    """The poll of the address, if it is not the one that is open."""


def until_soon() -> dict[str, Any]:
    return {"closes_at": now() + timedelta(minutes=4)}


SHOWN: Final = LIVE + "#poll:not([hidden]) .percent:not(:empty)"

WALLS: Final[Mapping[str, Wall]] = {
    "waiting": Wall(LIVE + "#waiting:not([hidden])", poll=None),
    "no-such-poll": Wall(LIVE + "#waiting-way:not([hidden])", poll=None, wanted="0123456789abcdefghjkmnpqrs"),
    "signed-out": Wall("#sign-in:not([hidden])", signed_in=False),
    "open": Wall(SHOWN),
    "closes-soon": Wall(SHOWN, poll=until_soon),
    "results-hidden": Wall(
        LIVE + "#veil:not(:empty)", poll=poll(result_visibility=ResultVisibility.AFTER_CLOSE)
    ),
    "large-code": Wall("#enlarge[aria-pressed=true]", then=lambda page: page.locator("#enlarge").click()),
    "closed": Wall(SHOWN, poll=poll(status=PollStatus.CLOSED)),
    "keys": Wall("dialog[open]", then=lambda page: page.locator("#help").click()),
    "asked-before-closing": Wall("dialog[open]", then=lambda page: page.locator("#close").click()),
}


@contextmanager
def visit_wall(
    browser: Browser, backend: Backend, site_url: str, wall: Wall, **options: Any
) -> Iterator[Page]:
    """Open the presenter's screen in a state."""
    with a_page(browser, site_url, **options) as page:
        backend.reset()
        admin = AdminApi(page, backend)
        if wall.poll is not None:
            admin.given(128, 85, **wall.poll())
        if wall.signed_in:
            admin.sign_in_tab(page)
        wanted = wall.wanted or admin.poll_id
        page.goto(f"/present/?poll={wanted}" if wanted else "/present/")
        page.locator("#live[data-mode=live]").wait_for()
        if wall.then:
            wall.then(page)
        page.locator(wall.there).first.wait_for()
        page.wait_for_function(AT_REST)
        yield page
