"""Take a new poll from an organiser: a draft, until it is opened."""

from http import HTTPStatus

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from contracts.ids import new_poll_id
from gateway.answer import json_answer
from gateway.entry_point import entry_point
from gateway.request import organiser
from gateway.resolver import resolver

from poll_service.config import HttpSettings
from poll_service.domain import lifecycle
from poll_service.domain.clock import now
from poll_service.http import CREATE_POLL, PROBLEMS
from poll_service.store.polls import PollsStore

logger = Logger()
settings = HttpSettings.from_environment()
app = resolver(settings, PROBLEMS)
polls = PollsStore.at(settings.polls_table)


@app.post("/admin/api/polls")
@CREATE_POLL
def create_poll() -> Response[str]:
    """Write the draft; 201 with where it is."""
    wanted, who = CREATE_POLL.read(app), organiser(app)
    first = polls.first_run(wanted.rerun_of)
    created = lifecycle.create_poll(wanted, new_poll_id(), who, moment := now(), rerun_of=first)
    polls.save(created)
    poll = created.poll.managed_at(moment)
    logger.info("created", poll_id=poll.poll_id, organiser=who)
    return json_answer(poll, HTTPStatus.CREATED, headers={"Location": f"/admin/api/polls/{poll.poll_id}"})


handler = entry_point(app, "CreatePoll")
