"""Close the open poll after the countdown; a repeated request is safe."""

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
from poll_service.domain.lifecycle import close_poll as closed
from poll_service.http import CLOSE_POLL, PROBLEMS, actor_of
from poll_service.use_cases.change_poll import change_poll

logger = Logger()
settings = ClosingSettings.from_environment()
members = Members.at(settings.members_table)
app = resolver(settings, PROBLEMS, current_role=members.current_role, presenters=members)
polls, scheduler = PollsStore.at(settings.polls_table, settings.audit_log_table), CloseScheduler.of(settings)


@app.post("/admin/api/polls/<poll_id>/close")
@CLOSE_POLL
def close_poll(poll_id: str) -> Response[str]:
    """Set the closing time and schedule the announcement."""
    return _closing(poll_id)


@app.post("/admin/api/presenter/polls/<poll_id>/close")
@CLOSE_POLL
def close_poll_by_presenter(poll_id: str) -> Response[str]:
    """Do the same for a presenter session."""
    return _closing(poll_id)


def _closing(poll_id: str) -> Response[str]:
    wanted, name = CLOSE_POLL.read(app), poll_in_path(poll_id)
    actor = actor_of(app, now(), wanted.revision)
    poll = change_poll(polls, scheduler, name, lambda poll, schedule: closed(poll, schedule, actor.at), actor)
    logger.info("closing", poll_id=poll.poll_id, organiser=actor.subject)
    return json_answer(poll.to_admin(actor.at))


handler = entry_point(app, "ClosePoll")
