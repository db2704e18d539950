"""List all members and their roles, for owners."""

import boto3
from aws_lambda_powertools.event_handler import Response
from chassis.aws import bounded
from chassis.entry_point import entry_point
from chassis.resolver import resolver
from chassis.response import json_answer
from contracts.members import Members

from members.adapters.aws import LONG_READ_CONFIG
from members.adapters.user_pool import UserPool
from members.config import ListMembersSettings
from members.http import LIST_MEMBERS, PROBLEMS

settings = ListMembersSettings.from_environment()
app = resolver(settings, PROBLEMS)
pool = UserPool(bounded(boto3.client("cognito-idp", config=LONG_READ_CONFIG)), settings.user_pool_id)


@app.get("/admin/api/members")
@LIST_MEMBERS
def list_members() -> Response[str]:
    """Return all members, sorted by name."""
    return json_answer(Members(members=tuple(pool.members())))


handler = entry_point(app, "ListMembers")
