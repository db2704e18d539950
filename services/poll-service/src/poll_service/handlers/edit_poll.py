"""Edit a poll: all of it until it opens, then the fields that may still change, such as its end."""

from datetime import datetime

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from chassis.entry_point import entry_point
from chassis.members import Members
from chassis.request import poll_in_path
from chassis.resolver import resolver
from chassis.response import json_answer
from contracts.polls import EditPoll, MoveEnd

from poll_service.adapters.close_scheduler import CloseScheduler
from poll_service.adapters.polls import PollsStore
from poll_service.config import ClosingSettings
from poll_service.domain.change import Transition
from poll_service.domain.clock import now
from poll_service.domain.lifecycle import edit_poll as edited
from poll_service.domain.lifecycle import move_end as end_moved
from poll_service.http import EDIT_POLL, MOVE_END, PROBLEMS, actor_of
from poll_service.use_cases.change_poll import change_poll
from poll_service.use_cases.check_lookalikes import check_distinct

logger = Logger()
settings = ClosingSettings.from_environment()
members = Members.at(settings.members_table)
app = resolver(settings, PROBLEMS, current_role=members.current_role, presenters=members)
polls, scheduler = PollsStore.at(settings.polls_table, settings.audit_log_table), CloseScheduler.of(settings)


@app.patch("/admin/api/polls/<poll_id>")
@EDIT_POLL
def edit_poll(poll_id: str) -> Response[str]:
    """Make all changes or none; 409 names each field that is fixed."""
    wanted, at = EDIT_POLL.read(app), now()
    check_distinct(wanted.options)
    return _changed(poll_id, wanted, lambda poll, schedule: edited(poll, schedule, wanted, at), at)


@app.patch("/admin/api/presenter/polls/<poll_id>")
@MOVE_END
def move_end(poll_id: str) -> Response[str]:
    """Move the end of an open poll, and nothing else: the timer of a presenter session."""
    wanted, at = MOVE_END.read(app), now()
    return _changed(poll_id, wanted, lambda poll, schedule: end_moved(poll, schedule, wanted, at), at)


def _changed(poll_id: str, wanted: EditPoll | MoveEnd, edit: Transition, at: datetime) -> Response[str]:
    name, actor = poll_in_path(poll_id), actor_of(app, at, wanted.revision)
    poll = change_poll(polls, scheduler, name, actor.once(edit), actor)
    logger.info(
        "edited", poll_id=poll.poll_id, organiser=actor.subject, fields=sorted(wanted.model_fields_set)
    )
    return json_answer(poll.to_admin(at))


handler = entry_point(app, "EditPoll")
