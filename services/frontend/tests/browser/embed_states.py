"""Every state of an embedded poll, as data, like the states of the voter's page in `states`.

The embed page is poll-service's own, with the content security policy that poll-service sends.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from contracts.enums import PollStatus, ResultVisibility
from contracts.problem import ProblemType
from contracts.realtime import AudienceMessage
from playwright.sync_api import Browser, Page

from .backend import Backend
from .routes import Answer, Api, bare, no_network, problem
from .states import AT_REST, WITH_IMAGES, Facts, a_page, in_nine_minutes, poll, show_pictures, until_soon

EMBEDDING_SITE: Final = "https://news.example"
LIVE: Final = "body:has(#live[data-mode=live])"
SHOWN: Final = " .percent:not(:empty)"


@dataclass(frozen=True, slots=True)
class EmbedState:
    """How to reach a state. By default: an open poll with 128 : 85 votes."""

    there: str
    """A selector that matches only when the embed is in this state."""
    poll: Facts = field(default=poll())
    counts: tuple[int, int] = (128, 85)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """Every answer to a call; `{poll}` in its name is the poll's id."""
    sockets: bool = True
    then: Callable[[Page, Api], None] | None = None


def _audience(_page: Page, api: Api) -> None:
    api.plant(AudienceMessage(audience=12))


def _offline(page: Page, _api: Api) -> None:
    page.locator(LIVE + SHOWN).first.wait_for()
    page.context.set_offline(True)


UNTIL_CLOSED: Final = poll(result_visibility=ResultVisibility.AFTER_CLOSE, show_turnout=True)

EMBED_STATES: Final[Mapping[str, EmbedState]] = {
    "open": EmbedState(LIVE + SHOWN + " >> nth=1"),
    "with-images": EmbedState(LIVE + SHOWN, poll(options=WITH_IMAGES)),
    "audience": EmbedState("#beside:not(:empty)", then=_audience),
    "closes-soon": EmbedState(LIVE + " #ticker:not(:empty)", until_soon),
    "opens-soon": EmbedState("body[data-phase=soon] #ticker:not(:empty)", in_nine_minutes, counts=(0, 0)),
    "hidden-until-voted": EmbedState(
        LIVE + " #total:not(:empty)", poll(result_visibility=ResultVisibility.AFTER_VOTE)
    ),
    "hidden-until-closed": EmbedState(LIVE + " #total:has-text('213')", UNTIL_CLOSED),
    "closed": EmbedState("body[data-phase=closed] [data-won=true]", poll(status=PollStatus.CLOSED)),
    "gone": EmbedState(
        "body[data-phase=gone]", answers={"GET /polls/{poll}": problem(ProblemType.UNKNOWN_POLL)}
    ),
    "delayed": EmbedState("body:has(#live[data-mode=delayed])" + SHOWN, sockets=False),
    "offline": EmbedState("body:has(#live[data-mode=offline])" + SHOWN, then=_offline),
    "nothing-answers": EmbedState(
        "body:has(#live[data-mode=delayed])",
        answers={
            "GET /polls/{poll}": bare(503),
            "GET /results/{poll}": no_network,
            "POST /live/ticket": no_network,
        },
    ),
}


def reach_embed(page: Page, api: Api, embed: EmbedState, site_url: str, query: str = "") -> None:
    """Bring a blank page into a state."""
    api.sockets_work = embed.sockets
    shown = api.given(*embed.counts, **embed.poll())
    show_pictures(page)
    for call, answer in embed.answers.items():
        api.forever(call.format(poll=shown.poll_id), answer)
    page.goto(f"{site_url}/embed/{shown.poll_id}{query}")
    if embed.then:
        page.locator("#live[data-mode=live]").wait_for()
        embed.then(page, api)
    page.locator(embed.there).first.wait_for()
    page.wait_for_function(AT_REST)


@contextmanager
def visit_embed(
    browser: Browser, backend: Backend, site_url: str, embed: EmbedState, query: str = "", **options: Any
) -> Iterator[Page]:
    """Open an embedded poll in a state, without a page around it."""
    with a_page(browser, site_url, **options) as page:
        backend.reset()
        api = Api(page, backend)
        reach_embed(page, api, embed, site_url, query)
        yield page
        api.leave()
