"""Archive a closed poll: from then on its votes cannot be traced to voters."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from chassis.entry_point import entry_point
from chassis.members import Members
from chassis.request import poll_in_path
from chassis.resolver import resolver
from chassis.response import json_answer

from poll_service.adapters.polls import PollsStore
from poll_service.config import ChangingSettings
from poll_service.domain import lifecycle
from poll_service.domain.clock import now
from poll_service.http import ARCHIVE_POLL, PROBLEMS, actor_of
from poll_service.use_cases.change_poll import apply_transition

logger = Logger()
settings = ChangingSettings.from_environment()
app = resolver(settings, PROBLEMS, current_role=Members.at(settings.members_table).current_role)
polls = PollsStore.at(settings.polls_table, settings.audit_log_table)


@app.post("/admin/api/polls/<poll_id>/archive")
@ARCHIVE_POLL
def archive_poll(poll_id: str) -> Response[str]:
    """Archive the poll; if its close has not been announced yet, announce it first."""
    wanted, name = ARCHIVE_POLL.read(app), poll_in_path(poll_id)
    actor = actor_of(app, moment := now(), wanted.revision)
    apply_transition(polls, name, lambda poll, _: lifecycle.finish_poll(poll, moment, moment))
    archived = apply_transition(polls, name, lambda poll, _: lifecycle.archive_poll(poll, moment), actor)
    logger.info("archived", poll_id=archived.poll_id, organiser=actor.subject)
    return json_answer(archived.to_admin(moment))


handler = entry_point(app, "ArchivePoll")
