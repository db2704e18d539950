"""Return one poll that has been opened to everyone."""

from aws_lambda_powertools.event_handler import Response
from chassis.entry_point import entry_point
from chassis.request import poll_in_path
from chassis.resolver import resolver
from chassis.response import SHARED_BRIEFLY, json_answer

from poll_service.adapters.polls import PollsStore
from poll_service.config import HttpSettings
from poll_service.domain.clock import now
from poll_service.http import GET_PUBLIC_POLL, PROBLEMS

settings = HttpSettings.from_environment()
app = resolver(settings, PROBLEMS)
polls = PollsStore.at(settings.polls_table)


@app.get("/polls/<poll_id>")
@GET_PUBLIC_POLL
def get_public_poll(poll_id: str) -> Response[str]:
    """Return the poll; a draft gets the response for an unknown poll."""
    poll = polls.get(poll_in_path(poll_id)).require_public(now())
    return json_answer(poll, cache=SHARED_BRIEFLY)


handler = entry_point(app, "GetPublicPoll")
