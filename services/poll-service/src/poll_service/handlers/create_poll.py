"""Create a poll: a draft, until it is opened."""

from http import HTTPStatus

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from chassis.entry_point import entry_point
from chassis.members import Members
from chassis.resolver import resolver
from chassis.response import json_answer

from poll_service.adapters.polls import PollsStore
from poll_service.config import ChangingSettings
from poll_service.domain import lifecycle
from poll_service.domain.clock import now
from poll_service.domain.idempotent_creation import poll_id_of
from poll_service.http import CREATE_POLL, PROBLEMS, actor_of
from poll_service.use_cases.check_lookalikes import check_distinct

logger = Logger()
settings = ChangingSettings.from_environment()
app = resolver(settings, PROBLEMS, current_role=Members.at(settings.members_table).current_role)
polls = PollsStore.at(settings.polls_table, settings.audit_log_table)


@app.post("/admin/api/polls")
@CREATE_POLL
def create_poll() -> Response[str]:
    """Create the draft; 201 with its location, 200 if the same submission created it before."""
    wanted, actor = CREATE_POLL.read(app), actor_of(app, now())
    check_distinct(wanted.options)
    poll_id, first = poll_id_of(actor.subject, CREATE_POLL.read_key(app)), polls.first_run(wanted.rerun_of)
    draft = lifecycle.create_poll(wanted, poll_id, actor.subject, actor.at, rerun_of=first)
    poll, new = polls.create(actor.stamp(draft))
    logger.info("created", poll_id=poll_id, organiser=actor.subject, again=not new)
    status = HTTPStatus.CREATED if new else HTTPStatus.OK
    headers = {"Location": f"/admin/api/polls/{poll_id}"}
    return json_answer(poll.to_admin(actor.at), status, headers=headers)


handler = entry_point(app, "CreatePoll")
