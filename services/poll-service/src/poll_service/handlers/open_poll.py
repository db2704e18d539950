"""Open a draft: the one poll that takes votes, in three seconds."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from gateway.answer import json_answer
from gateway.entry_point import entry_point
from gateway.request import organiser, poll_in_path
from gateway.resolver import resolver

from poll_service.config import ClosingSettings
from poll_service.domain import lifecycle
from poll_service.domain.clock import now
from poll_service.http import OPEN_POLL, PROBLEMS
from poll_service.store.change_poll import change_poll
from poll_service.store.closing_schedule import ClosingSchedule
from poll_service.store.polls import PollsStore

logger = Logger()
settings = ClosingSettings.from_environment()
app = resolver(settings, PROBLEMS)
polls = PollsStore.at(settings.polls_table)
schedule = ClosingSchedule.of(settings)


@app.post("/admin/api/polls/<poll_id>/open")
@OPEN_POLL
def open_poll(poll_id: str) -> Response[str]:
    """Open the poll; 409 while another is active."""
    wanted, who, moment = OPEN_POLL.read(app), organiser(app), now()
    opened = change_poll(
        polls,
        schedule,
        poll_in_path(poll_id),
        lambda poll: lifecycle.open_poll(poll, wanted.closes_at, moment),
    )
    logger.info("opened", poll_id=opened.poll_id, organiser=who)
    return json_answer(opened.managed_at(moment))


handler = entry_point(app, "OpenPoll")
