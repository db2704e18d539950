"""Return the active poll to everyone: the open one, otherwise the next, if there is one."""

from aws_lambda_powertools.event_handler import Response
from chassis.entry_point import entry_point
from chassis.resolver import resolver
from chassis.response import SHARED_BRIEFLY, json_answer
from contracts.polls import ActivePoll

from poll_service.adapters.polls import PollsStore
from poll_service.config import HttpSettings
from poll_service.domain.clock import now
from poll_service.domain.poll import active_at
from poll_service.http import GET_ACTIVE_POLL, PROBLEMS

settings = HttpSettings.from_environment()
app = resolver(settings, PROBLEMS)
polls = PollsStore.at(settings.polls_table)


@app.get("/polls/active")
@GET_ACTIVE_POLL
def get_active_poll() -> Response[str]:
    """Return the active poll or `null`, and the server's time for countdowns."""
    moment = now()
    active = active_at(polls.shown_at(moment), moment)
    return json_answer(ActivePoll(poll=active, server_time=moment), cache=SHARED_BRIEFLY)


handler = entry_point(app, "GetActivePoll")
