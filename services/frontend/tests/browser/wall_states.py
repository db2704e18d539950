"""Every state of the presenter's screen, as data, beside those of the voter's page in `states`."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from contracts.ids import PollStatus, ResultVisibility
from playwright.sync_api import Browser, Page

from .fake_admin import ORGANISER, FakeAdmin
from .fake_api import a_poll, now, results_of
from .states import AT_REST, LIVE, Facts, a_page, poll

SESSION: Final = {"access_token": "token-0", "name": ORGANISER, "expires_at": 4_102_444_800_000}


@dataclass(frozen=True, slots=True)
class Wall:
    """How to get there. With no more said: an open poll with 128 : 85 votes, in a tab that is signed in."""

    there: str
    """A selector that matches only once the screen is in this state."""
    poll: Facts | None = field(default=poll())
    signed_in: bool = True
    then: Callable[[Page], None] | None = None


def until_soon() -> dict[str, Any]:
    return {"closes_at": now() + timedelta(minutes=4)}


SHOWN: Final = LIVE + "#poll:not([hidden]) .percent:not(:empty)"

WALLS: Final[Mapping[str, Wall]] = {
    "waiting": Wall(LIVE + "#waiting:not([hidden])", poll=None),
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
def visit_wall(browser: Browser, site_url: str, wall: Wall, **options: Any) -> Iterator[Page]:
    """Open the presenter's screen in a state."""
    with a_page(browser, site_url, **options) as page:
        admin = FakeAdmin(page)
        if wall.poll is not None:
            admin.poll = shown = a_poll(**wall.poll())
            admin.polls, admin.snapshot = [shown], results_of(shown, 128, 85)
        if wall.signed_in:
            page.add_init_script(
                f"sessionStorage['tot.signin.session'] ??= {json.dumps(json.dumps(SESSION))}"
            )
        page.goto(f"/present/?poll={admin.poll.poll_id}" if admin.poll else "/present/")
        page.locator("#live[data-mode=live]").wait_for()
        if wall.then:
            wall.then(page)
        page.locator(wall.there).first.wait_for()
        page.wait_for_function(AT_REST)
        yield page
