"""Delete a draft or an archived poll: its texts are deleted here and in every copy."""

from http import HTTPStatus

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from chassis.entry_point import entry_point
from chassis.members import Members
from chassis.request import poll_in_path
from chassis.resolver import resolver
from chassis.response import PRIVATE

from poll_service.adapters.polls import PollsStore
from poll_service.config import ChangingSettings
from poll_service.domain import lifecycle
from poll_service.domain.clock import now
from poll_service.domain.errors import PollNotFound
from poll_service.http import DELETE_POLL, PROBLEMS, actor_of
from poll_service.use_cases.change_poll import apply_transition

logger = Logger()
settings = ChangingSettings.from_environment()
app = resolver(settings, PROBLEMS, current_role=Members.at(settings.members_table).current_role)
polls = PollsStore.at(settings.polls_table, settings.audit_log_table)


@app.delete("/admin/api/polls/<poll_id>")
@DELETE_POLL
def delete_poll(poll_id: str) -> Response[str]:
    """Delete the poll, for good; a poll that is deleted already stays so, and the response is the same."""
    wanted, name = DELETE_POLL.read(app), poll_in_path(poll_id)
    actor = actor_of(app, now(), wanted.revision)
    try:
        apply_transition(polls, name, lambda poll, _: lifecycle.delete_poll(poll, actor.at), actor)
    except PollNotFound:
        polls.get_unless_deleted(name)  # raises it for a poll that never existed
    logger.info("deleted", poll_id=name, organiser=actor.subject)
    return Response(HTTPStatus.NO_CONTENT, headers={"Cache-Control": PRIVATE}, body="")


handler = entry_point(app, "DeletePoll")
