"""Tell owners who may sign in, and what each may do."""

import boto3
from aws_lambda_powertools.event_handler import Response
from contracts.people import People
from gateway.answer import json_answer
from gateway.aws import bounded
from gateway.entry_point import entry_point
from gateway.resolver import resolver

from people.adapters.aws import SDK
from people.adapters.user_pool import UserPool
from people.config import ListPeopleSettings
from people.http import LIST_PEOPLE, PROBLEMS

settings = ListPeopleSettings.from_environment()
app = resolver(settings, PROBLEMS)
pool = UserPool(bounded(boto3.client("cognito-idp", config=SDK)), settings.user_pool_id)


@app.get("/admin/api/people")
@LIST_PEOPLE
def list_people() -> Response[str]:
    """Answer everybody, by name."""
    return json_answer(People(people=tuple(pool.people())))


handler = entry_point(app, "ListPeople")
