"""Take a new poll from an organiser: a draft, until it is opened."""

from http import HTTPStatus

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from contracts.ids import new_poll_id
from gateway.answer import json_answer
from gateway.entry_point import entry_point
from gateway.members import Members
from gateway.resolver import resolver

from poll_service.asking import asker_of
from poll_service.config import ChangingSettings
from poll_service.domain import lifecycle
from poll_service.domain.clock import now
from poll_service.http import CREATE_POLL, PROBLEMS
from poll_service.lookalikes import check_distinct
from poll_service.store.polls import PollsStore

logger = Logger()
settings = ChangingSettings.from_environment()
app = resolver(settings, PROBLEMS, current_role=Members.at(settings.members_table).current_role)
polls = PollsStore.at(settings.polls_table, settings.trail_table)


@app.post("/admin/api/polls")
@CREATE_POLL
def create_poll() -> Response[str]:
    """Write the draft; 201 with where it is."""
    wanted, asker = CREATE_POLL.read(app), asker_of(app, now())
    check_distinct(wanted.options)
    first = polls.first_run(wanted.rerun_of)
    created = lifecycle.create_poll(wanted, new_poll_id(), asker.who, asker.at, rerun_of=first)
    polls.save(asker.sign(created))
    logger.info("created", poll_id=(poll := created.poll.managed_at(asker.at)).poll_id, organiser=asker.who)
    return json_answer(poll, HTTPStatus.CREATED, headers={"Location": f"/admin/api/polls/{poll.poll_id}"})


handler = entry_point(app, "CreatePoll")
