"""Edit a poll: all of it until it opens, then the fields that may still change, such as its end."""

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
from poll_service.domain.lifecycle import edit_poll as edited
from poll_service.http import EDIT_POLL, PROBLEMS, actor_of
from poll_service.use_cases.change_poll import change_poll
from poll_service.use_cases.check_lookalikes import check_distinct

logger = Logger()
settings = ClosingSettings.from_environment()
app = resolver(settings, PROBLEMS, current_role=Members.at(settings.members_table).current_role)
polls, scheduler = PollsStore.at(settings.polls_table, settings.audit_log_table), CloseScheduler.of(settings)


@app.patch("/admin/api/polls/<poll_id>")
@EDIT_POLL
def edit_poll(poll_id: str) -> Response[str]:
    """Make all changes or none; 409 names each field that is fixed."""
    wanted, name = EDIT_POLL.read(app), poll_in_path(poll_id)
    check_distinct(wanted.options)
    actor = actor_of(app, now(), wanted.revision)
    edit = actor.once(lambda poll, schedule: edited(poll, schedule, wanted, actor.at))
    poll = change_poll(polls, scheduler, name, edit, actor)
    logger.info(
        "edited", poll_id=poll.poll_id, organiser=actor.subject, fields=sorted(wanted.model_fields_set)
    )
    return json_answer(poll.to_admin(actor.at))


handler = entry_point(app, "EditPoll")
