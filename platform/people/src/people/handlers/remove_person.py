"""Remove somebody: their sessions end and the account is deleted. What they did stays in the trail."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from contracts.trail import Deed
from gateway.answer import json_answer
from gateway.entry_point import entry_point
from gateway.resolver import resolver
from gateway.trail import Done

from people.config import MembershipSettings
from people.http import PROBLEMS, REMOVE_PERSON
from people.use_cases.change_membership import Membership

logger = Logger()
settings = MembershipSettings.from_environment()
membership = Membership.of(settings)
app = resolver(settings, PROBLEMS, current_role=membership.current_role)


@app.delete("/admin/api/people/<person>")
@REMOVE_PERSON
def remove_person(person: str) -> Response[str]:
    """Delete the account and answer who it was; 409 for one's own."""
    done = Done.by(app, Deed.PERSON_REMOVED, person)
    removed = membership.remove(person, done)
    logger.info("person removed", person=removed.name, organiser=done.who.subject)
    return json_answer(removed)


handler = entry_point(app, "RemovePerson")
