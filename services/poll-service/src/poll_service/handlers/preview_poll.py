"""Link preview: a page that chats and networks show as a card; it leads a person on to the poll."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from chassis.entry_point import entry_point
from chassis.request import NoSuchPoll, poll_in_path
from chassis.resolver import READ_METHODS, resolver

from poll_service.adapters.polls import PollsStore
from poll_service.config import PageSettings
from poll_service.domain.clock import now
from poll_service.domain.errors import PollNotFound
from poll_service.domain.link_preview import not_found_page, preview_of
from poll_service.domain.link_preview_texts import find_messages, messages_for
from poll_service.http import LANGUAGE, PREVIEW_POLL, PROBLEMS, error_page, page_answer

settings = PageSettings.from_environment()
app = resolver(settings, PROBLEMS, page_for=error_page)
polls = PollsStore.at(settings.polls_table)


@app.route("/p/<poll_id>", method=READ_METHODS)
@PREVIEW_POLL
def preview_poll(poll_id: str) -> Response[str]:
    """Return the preview page; a draft gets the response for an unknown poll."""
    event = app.current_event
    requested = event.query_string_parameters.get("lang", "")
    messages = messages_for(requested, event.headers.get(LANGUAGE.lower()))
    try:
        poll = polls.get(poll_in_path(poll_id)).require_public(now())
    except (PollNotFound, NoSuchPoll):
        return page_answer(not_found_page(messages), HTTPStatus.NOT_FOUND, vary=LANGUAGE)
    preview = preview_of(poll, settings.site_origin, messages, asked=find_messages(requested) is messages)
    return page_answer(preview, vary=LANGUAGE)


handler = entry_point(app, "PreviewPoll")
