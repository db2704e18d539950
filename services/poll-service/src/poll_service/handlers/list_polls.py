"""List all polls for an organiser, newest first, page by page."""

from aws_lambda_powertools.event_handler import Response
from chassis.entry_point import entry_point
from chassis.resolver import resolver
from chassis.response import json_answer
from contracts.polls import PollList

from poll_service.adapters.polls import PollsStore
from poll_service.config import HttpSettings
from poll_service.domain.clock import now
from poll_service.http import LIST_POLLS, PROBLEMS

settings = HttpSettings.from_environment()
app = resolver(settings, PROBLEMS)
polls = PollsStore.at(settings.polls_table)


@app.get("/admin/api/polls")
@LIST_POLLS
def list_polls() -> Response[str]:
    """Return one page of the list."""
    asked = LIST_POLLS.read(app)
    page, next_cursor = polls.page(asked.limit, asked.cursor)
    moment = now()
    listed = tuple(poll.to_summary(moment) for poll in page)
    return json_answer(PollList(polls=listed, next_cursor=next_cursor))


handler = entry_point(app, "ListPolls")
