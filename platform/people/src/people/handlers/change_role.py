"""Change what somebody may do: their sessions end, and the next sign-in has the new role."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from contracts.trail import Deed
from gateway.answer import json_answer
from gateway.entry_point import entry_point
from gateway.resolver import resolver
from gateway.trail import Done

from people.config import MembershipSettings
from people.http import CHANGE_ROLE, PROBLEMS
from people.use_cases.change_membership import Membership

logger = Logger()
settings = MembershipSettings.from_environment()
membership = Membership.of(settings)
app = resolver(settings, PROBLEMS, current_role=membership.current_role)


@app.put("/admin/api/people/<person>")
@CHANGE_ROLE
def change_role(person: str) -> Response[str]:
    """Give the role in place of the one before; 409 for one's own."""
    role = CHANGE_ROLE.read(app).role
    done = Done.by(app, Deed.ROLE_CHANGED, f"{person}: {role}")
    changed = membership.change(person, role, done)
    logger.info("role changed", person=changed.name, role=role, organiser=done.who.subject)
    return json_answer(changed)


handler = entry_point(app, "ChangeRole")
