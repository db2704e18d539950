"""The World delivers like AWS, and `reset` removes all state between tests."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from testkit.aws import emulated_aws
from testkit.world import Response, World

PAGE = {"sec-fetch-site": "same-origin", "origin": "https://vote.example", "content-type": "application/json"}
QUESTION = {"question": "Tea or coffee?", "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}}


def ask(world: World, method: str, path: str, body: object = None, **more: Any) -> Response:
    return world.request(method, path, PAGE | more.pop("headers", {}), body, **more)


def created(world: World) -> str:
    answer = ask(world, "POST", "/admin/api/polls", QUESTION, organiser="ada")
    assert answer.status == 201, answer.body
    return str(answer.json["poll_id"])


def opened(world: World) -> str:
    poll_id = created(world)
    assert ask(world, "POST", f"/admin/api/polls/{poll_id}/open", {}, organiser="ada").status == 200
    world.pass_time(timedelta(seconds=10))
    world.pump_all()
    return poll_id


def test_a_vote_reaches_the_results_and_the_websockets(world: World) -> None:
    world.connect("page")
    poll_id = opened(world)
    voter_token = ask(world, "POST", "/voter-token", {})
    (cookie,) = voter_token.cookies
    headers = {"cookie": cookie.partition(";")[0]}
    voted = ask(world, "POST", "/vote", {"poll_id": poll_id, "choice": "b"}, headers=headers)
    assert voted.status == 201, voted.body
    world.pump_all()
    assert ask(world, "GET", f"/results/{poll_id}").json["counts"] == {"a": 0, "b": 1}
    assert world.sockets.messages("page")[-1].model_dump()["total"] == 1


def test_the_gateway_answers_unknown_routes_and_missing_tokens(world: World) -> None:
    assert ask(world, "GET", "/nothing").status == 404
    assert ask(world, "POST", "/admin/api/polls", QUESTION).status == 401
    assert ask(world, "OPTIONS", "/admin/api/polls").status == 204


def test_the_edge_replaces_forged_edge_headers(world: World) -> None:
    forged = {"X-Origin-Verify": "guess"}
    assert ask(world, "GET", "/polls/active", headers=forged).status == 200


def test_a_schedule_runs_when_it_is_due(world: World) -> None:
    poll_id = opened(world)
    assert ask(world, "POST", f"/admin/api/polls/{poll_id}/close", {}, organiser="ada").status == 200
    assert world.fire_schedules(due=True) == 0
    world.pass_time(timedelta(seconds=10))
    assert world.fire_schedules(due=True) == 1
    assert world.fire_schedules() == 0
    poll = ask(world, "GET", f"/admin/api/polls/{poll_id}", organiser="ada").json
    assert poll["status"] == "closed"


def test_a_reset_removes_all_state(world: World) -> None:
    """`reset` clears moto's internal structures; a moto version that changes them fails here."""
    dynamodb, sqs, s3 = boto3.client("dynamodb"), boto3.client("sqs"), boto3.client("s3")
    scheduler, cognito = boto3.client("scheduler"), boto3.client("cognito-idp")
    poll_id = opened(world)
    ask(world, "POST", f"/admin/api/polls/{poll_id}/close", {}, organiser="ada")
    ask(world, "POST", "/voter-token", {})
    queue = world.resolver.name("RecountQueue")
    bucket, pool = world.resolver.name("ImagesBucket"), world.resolver.name("UserPool")
    sqs.send_message(QueueUrl=queue, MessageBody="{}")
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    cognito.admin_create_user(UserPoolId=pool, Username="ada")
    cognito.admin_add_user_to_group(UserPoolId=pool, Username="ada", GroupName="owner")
    secrets, arn = boto3.client("secretsmanager"), world.resolver.name("OriginSecret")
    secrets.put_secret_value(SecretId=arn, SecretString=json.dumps({"current": "another", "previous": ""}))

    def found() -> dict[str, int]:
        tables = dynamodb.list_tables()["TableNames"]
        return {
            "items": sum(dynamodb.scan(TableName=table)["Count"] for table in tables),
            "messages": len(sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0).get("Messages", [])),
            "objects": s3.list_objects_v2(Bucket=bucket)["KeyCount"],
            "schedules": len(scheduler.list_schedules()["Schedules"]),
            "users": len(cognito.list_users(UserPoolId=pool)["Users"]),
            "owners": len(cognito.list_users_in_group(UserPoolId=pool, GroupName="owner")["Users"]),
        }

    assert all(found().values()), found()
    world.reset()
    assert not any(found().values()), found()
    assert (
        json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])["current"] == world.origin_secret
    )
    world.pump_all()
    assert found()["items"] == 0
    assert created(world)


def test_a_reset_restores_the_state_of_handlers(world: World) -> None:
    for _ in range(3):
        ask(world, "POST", "/voter-token", {})
    state = world._states["issue_voter_token"]
    assert any(container != content for container, content in state.containers)
    world.reset()
    assert all(container == content for container, content in state.containers)


def test_the_clock_moves_for_the_handlers_and_is_restored(world: World) -> None:
    before = datetime.now(UTC)
    world.pass_time(timedelta(days=2))
    server_time = ask(world, "GET", "/polls/active").json["server_time"]
    assert datetime.fromisoformat(server_time) >= before + timedelta(days=2) - timedelta(seconds=1)
    world.reset()
    assert datetime.now(UTC) < before + timedelta(days=1)


def test_handlers_with_an_event_loop_work_inside_a_running_loop(world: World) -> None:
    """As with Playwright, which runs its event loop in the test's thread."""

    async def vote_while_a_loop_runs() -> str:
        world.connect("page")
        return opened(world)

    poll_id = asyncio.run(vote_while_a_loop_runs())
    assert {message.model_dump().get("poll_id") for message in world.sockets.messages("page")} >= {poll_id}


def test_a_record_that_its_function_rejects_fails_the_test(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = {"batchItemFailures": [{"itemIdentifier": "1"}]}
    monkeypatch.setattr(world.handler("track_poll"), "handler", lambda *_: refused)
    created(world)
    with pytest.raises(AssertionError):
        world.pump("track_poll")


def test_an_account_ends_with_its_block(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with emulated_aws() as variables:
        variables.setenv("SOME_TABLE", "t")
        inside = boto3._get_default_session()
    assert boto3._get_default_session() is not inside
