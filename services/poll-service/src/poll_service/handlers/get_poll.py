"""Return one poll to an organiser, drafts included."""

from aws_lambda_powertools.event_handler import Response
from chassis.entry_point import entry_point
from chassis.request import poll_in_path
from chassis.resolver import resolver
from chassis.response import json_answer

from poll_service.adapters.polls import PollsStore
from poll_service.config import HttpSettings
from poll_service.domain.clock import now
from poll_service.http import GET_POLL, PROBLEMS

settings = HttpSettings.from_environment()
app = resolver(settings, PROBLEMS)
polls = PollsStore.at(settings.polls_table)


@app.get("/admin/api/polls/<poll_id>")
@GET_POLL
def get_poll(poll_id: str) -> Response[str]:
    """Return the poll as it is now."""
    poll = polls.get(poll_in_path(poll_id))
    return json_answer(poll.to_admin(now()))


handler = entry_point(app, "GetPoll")
