"""Open a poll, now or at a later time."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from chassis.entry_point import entry_point
from chassis.members import Members
from chassis.request import poll_in_path
from chassis.resolver import resolver
from chassis.response import json_answer

from poll_service.adapters.close_scheduler import CloseScheduler
from poll_service.adapters.polls import PollsStore
from poll_service.config import ClosingSettings
from poll_service.domain.clock import now
from poll_service.domain.lifecycle import open_poll as opened
from poll_service.http import OPEN_POLL, PROBLEMS, actor_of
from poll_service.use_cases.change_poll import change_poll

logger = Logger()
settings = ClosingSettings.from_environment()
app = resolver(settings, PROBLEMS, current_role=Members.at(settings.members_table).current_role)
polls, scheduler = PollsStore.at(settings.polls_table, settings.audit_log_table), CloseScheduler.of(settings)


@app.post("/admin/api/polls/<poll_id>/open")
@OPEN_POLL
def open_poll(poll_id: str) -> Response[str]:
    """Open the poll, or schedule it; 409 if another poll is open at the same time; repeatable."""
    wanted, name = OPEN_POLL.read(app), poll_in_path(poll_id)
    actor = actor_of(app, now(), wanted.revision)
    times = (wanted.closes_at, actor.at, wanted.opens_at)
    opening = actor.once(lambda poll, schedule: opened(poll, schedule, *times))
    poll = change_poll(polls, scheduler, name, opening, actor)
    logger.info("opened", poll_id=poll.poll_id, organiser=actor.subject)
    return json_answer(poll.to_admin(actor.at))


handler = entry_point(app, "OpenPoll")
