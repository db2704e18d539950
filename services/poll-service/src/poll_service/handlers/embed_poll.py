"""Embed page: the sites that a poll names show it inside their own pages."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from chassis.entry_point import entry_point
from chassis.request import NoSuchPoll, poll_in_path
from chassis.resolver import READ_METHODS, HttpApi, resolver
from contracts.problem import ProblemType

from poll_service.adapters.polls import PollsStore
from poll_service.config import PageSettings
from poll_service.domain.clock import now
from poll_service.domain.embed_page import embed_page_of, policy_for
from poll_service.domain.errors import PollNotFound
from poll_service.domain.link_preview import not_found_page
from poll_service.domain.link_preview_texts import MESSAGES
from poll_service.http import EMBED_POLL, PROBLEMS, error_page, page_answer

settings = PageSettings.from_environment()


def embed_error_page(app: HttpApi, kind: ProblemType) -> Response[str] | None:
    """Return the page that replaces a problem.

    After a failure the sites that may embed the poll are unknown; that page shows nothing of it, so any site
    may.
    """
    page = error_page(app, kind)
    if page is not None:
        origins = ("*",) if kind.status.is_server_error else ()
        page.headers["Content-Security-Policy"] = policy_for(settings.site_origin, origins)
    return page


app = resolver(settings, PROBLEMS, page_for=embed_error_page)
polls = PollsStore.at(settings.polls_table)


@app.route("/embed/<poll_id>", method=READ_METHODS)
@EMBED_POLL
def embed_poll(poll_id: str) -> Response[str]:
    """Return the page; its policy lets only the sites that the poll names embed it, by default none."""
    try:
        poll = polls.get(poll_in_path(poll_id))
        page, status, origins = embed_page_of(poll.require_public(now())), HTTPStatus.OK, poll.embed_origins
    except (PollNotFound, NoSuchPoll):
        page, status, origins = not_found_page(MESSAGES["en"]), HTTPStatus.NOT_FOUND, ()
    answer = page_answer(page, status)
    answer.headers["Content-Security-Policy"] = policy_for(settings.site_origin, origins)
    return answer


handler = entry_point(app, "EmbedPoll")
