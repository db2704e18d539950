"""Invite somebody to run polls: the pool sends them a first password by e-mail."""

from http import HTTPStatus

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from contracts.trail import Deed
from gateway.answer import json_answer
from gateway.entry_point import entry_point
from gateway.resolver import resolver
from gateway.trail import Done

from people.config import MembershipSettings
from people.http import INVITE_PERSON, PROBLEMS
from people.use_cases.change_membership import Membership

logger = Logger()
settings = MembershipSettings.from_environment()
membership = Membership.of(settings)
app = resolver(settings, PROBLEMS, current_role=membership.current_role)


@app.post("/admin/api/people")
@INVITE_PERSON
def invite_person() -> Response[str]:
    """Make the account with its role, 201; its first password is good for three days."""
    wanted = INVITE_PERSON.read(app)
    done = Done.by(app, Deed.PERSON_INVITED, f"{wanted.name}: {wanted.role}")
    invited = membership.invite(wanted, done)
    logger.info("person invited", person=invited.name, role=invited.role, organiser=done.who.subject)
    return json_answer(invited, HTTPStatus.CREATED)


handler = entry_point(app, "InvitePerson")
