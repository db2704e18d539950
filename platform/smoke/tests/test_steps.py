"""Each step passes in a correct environment and names each planted fault with the next command."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from contracts.enums import Choice
from contracts.realtime import PollClosedMessage
from contracts.stack_exports import Service
from devkit.failure import Failure
from smoke.steps.alarms import ORIGIN_CHECK, alarms
from smoke.steps.close import close
from smoke.steps.counters import counters
from smoke.steps.pages import pages
from smoke.steps.permissions import permissions
from smoke.steps.poll import poll
from smoke.steps.preflight import preflight
from smoke.steps.redeployment import redeployment
from smoke.steps.sign_in import sign_in
from smoke.steps.socket import socket
from smoke.steps.stacks import stacks
from smoke.steps.vote import vote
from smoke.steps.voter_token import voter_token
from stacks.catalogue import load_stacks
from websockets.sync.server import Server, ServerConnection, serve


def failure_of(step: Any, evidence: Any) -> Failure:
    with pytest.raises(Failure) as caught:
        step(evidence)
    return caught.value


def opening(world: Any, fakes: Any) -> None:
    """Let the site show the poll as active once it was opened."""
    shown: list[None] = []
    site = dict(world.site)

    def active(_: Any) -> Any:
        shown.append(None)
        found = None if len(shown) == 1 else fakes.public_poll
        return fakes.answered(200, {"poll": found, "server_time": "2026-11-29T12:00:04Z"})

    world.site = site | {"GET /polls/active": active}


@pytest.mark.parametrize(
    "step", [preflight, stacks, pages, voter_token, vote, alarms, redeployment], ids=lambda one: one.__name__
)
def test_step_passes_in_a_correct_environment(step: Any, world: Any) -> None:
    evidence = world.evidence()
    assert step(evidence)
    assert [one.check for one in evidence.not_applicable if "deleted" not in one.check] == []


def test_stacks_of_two_releases_are_reported_and_pass(world: Any) -> None:
    """Between two releases an environment is complete with any mixture of them."""
    assert "7 stacks of release 1.0.0, 1.1.0" in stacks(world.evidence())


def test_poll_step_passes_once_both_copies_exist(world: Any, fakes: Any) -> None:
    opening(world, fakes)
    assert poll(world.evidence()).startswith("copies after")


def test_counters_step_passes_for_exact_counts(world: Any) -> None:
    evidence = world.evidence()
    evidence.votes = Counter({Choice.A: 1})
    assert counters(evidence).startswith("1 counted")


def test_permissions_step_passes_for_denied_roles(world: Any) -> None:
    evidence = world.evidence()
    evidence.owner = None
    assert permissions(evidence).startswith("1 roles")


def test_distribution_with_another_origin_secret_is_reported(world: Any, fakes: Any) -> None:
    world.aws["cloudfront.get_distribution_config"] = fakes.origin("old")
    failure = failure_of(stacks, world.evidence())
    assert "another secret than `current`" in str(failure)
    assert "./dev deploy frontend --env dev" in failure.advice


@pytest.mark.parametrize("state", ["missing", "Disabled"])
def test_missing_or_disabled_stream_mapping_is_reported(state: str, world: Any, fakes: Any) -> None:
    world.aws["lambda.get_event_source_mapping"] = (
        fakes.refused("ResourceNotFoundException", "") if state == "missing" else {"State": state}
    )
    failure = failure_of(stacks, world.evidence())
    assert f"mapping vote-service.TrackPollMapping is {state}" in str(failure)
    assert "--uuid m1 --enabled" in failure.advice


def test_missing_route_is_reported(world: Any) -> None:
    world.aws["apigatewayv2.get_routes"] = {"Items": []}
    failure = failure_of(stacks, world.evidence())
    assert "poll-service.GetActivePollRoute" in str(failure)
    assert failure.advice == "./dev deploy poll-service --env dev"


def test_closed_route_is_distinguished_from_a_problem_of_the_function(world: Any, fakes: Any) -> None:
    world.site["GET /polls/active"] = fakes.answered(404, {"message": "Not Found"})
    failure = failure_of(pages, world.evidence())
    assert "the route is missing or closed" in str(failure)
    assert "aws logs tail /aws/lambda/tot-dev-get-active-poll" in failure.advice


def test_stack_with_another_site_origin_is_reported(world: Any, fakes: Any) -> None:
    placeholder = {"ParameterKey": "SiteOrigin", "ParameterValue": "https://not-deployed-yet.invalid"}
    world.aws["cloudformation.describe_stacks"] = fakes.changed("vote-service", Parameters=[placeholder])
    failure = failure_of(stacks, world.evidence())
    assert "vote-service has SiteOrigin https://not-deployed-yet.invalid" in str(failure)
    assert failure.advice == "./dev deploy vote-service --env dev"


@pytest.mark.parametrize(
    ("change", "status", "command"),
    [
        ({"missing": True}, "missing", "./dev deploy poll-service"),
        (
            {"StackStatus": "UPDATE_ROLLBACK_COMPLETE"},
            "UPDATE_ROLLBACK_COMPLETE",
            "./dev deploy poll-service",
        ),
        ({"StackStatus": "UPDATE_ROLLBACK_FAILED"}, "UPDATE_ROLLBACK_FAILED", "continue-update-rollback"),
    ],
)
def test_incomplete_or_missing_stack_is_reported_with_the_next_command(
    change: Any, status: str, command: str, world: Any, fakes: Any
) -> None:
    world.aws["cloudformation.describe_stacks"] = fakes.changed("poll-service", **change)
    failure = failure_of(stacks, world.evidence())
    assert f"tot-dev-poll-service is {status}" in str(failure)
    assert command in failure.advice


@pytest.mark.parametrize("path", ["/", "/present/"])
def test_page_that_names_another_version_of_its_script_is_reported_as_stale(
    path: str, world: Any, fakes: Any
) -> None:
    old = fakes.page.replace(b"sha384-", b"sha384-old")
    world.site[f"GET {path}"] = fakes.answered(200, old, **{"Content-Security-Policy": fakes.policy})
    failure = failure_of(pages, world.evidence())
    assert f"{path} is stale" in str(failure)
    assert "create-invalidation --distribution-id D1" in failure.advice


def test_page_that_differs_from_the_bucket_is_reported_as_stale(world: Any, fakes: Any) -> None:
    old = fakes.page + b"<!-- of the last release -->"
    world.site["GET /"] = fakes.answered(200, old, **{"Content-Security-Policy": fakes.policy})
    assert "stale page: / differs from index.html" in str(failure_of(pages, world.evidence()))


@pytest.mark.parametrize(
    ("policy", "named"),
    [
        ("", "none was sent"),
        ("script-src 'self'|script-src 'self' 'unsafe-inline'", "script-src 'self'"),
        ("style-src 'self'|style-src *", "style-src 'self'"),
        ("wss://vote.example|wss://other.example", "lacks wss://vote.example"),
        ("connect-src 'self'|connect-src 'self' *", "allows more"),
    ],
)
def test_wrong_content_security_policy_is_reported(policy: str, named: str, world: Any, fakes: Any) -> None:
    before, _, after = policy.partition("|")
    sent = fakes.policy.replace(before, after) if before else ""
    world.site["GET /admin/"] = fakes.answered(200, fakes.page, **{"Content-Security-Policy": sent})
    failure = failure_of(pages, world.evidence())
    assert "content security policy of /admin/" in str(failure)
    assert named in str(failure)


def test_api_that_answers_without_the_distribution_is_reported(world: Any, fakes: Any) -> None:
    world.site["direct /polls/active"] = fakes.answered(200, {})
    assert "bypass the edge" in str(failure_of(pages, world.evidence()))


def test_client_address_that_did_not_arrive_is_reported(world: Any) -> None:
    world.aws["logs.filter_log_events"] = {"events": [{"message": '{"VoterTokensUncounted": [1]}'}]}
    failure = failure_of(voter_token, world.evidence())
    assert "client's address did not arrive" in str(failure)
    assert "CloudFront-Viewer-Address" in failure.advice


@pytest.mark.parametrize("copy", ["vote-service", "results-service"])
def test_missing_copy_of_the_poll_is_reported_with_its_function(copy: str, world: Any, fakes: Any) -> None:
    opening(world, fakes)
    if copy == "vote-service":
        world.aws["dynamodb.get_item"] = {}
    else:
        missing = fakes.answered(404, {"type": "/problems/unknown-poll"})
        world.site[f"GET /admin/api/results/{fakes.poll_id}"] = missing
    failure = failure_of(poll, world.evidence())
    assert f"{copy} has no copy of the opened poll" in str(failure)
    assert "aws logs tail /aws/lambda/tot-dev-track-poll" in failure.advice


def test_poll_of_an_organiser_is_never_interrupted(world: Any, fakes: Any) -> None:
    other = fakes.public_poll | {"question": "Mountains or the sea?"}
    body = {"poll": other, "server_time": "2026-11-29T12:00:04Z"}
    world.site["GET /polls/active"] = fakes.answered(200, body)
    del world.site[f"POST /admin/api/polls/{fakes.poll_id}/close"]
    failure = failure_of(poll, world.evidence(demo_question="Tea or coffee?"))
    assert "“Mountains or the sea?”" in str(failure)
    assert "./dev smoke --env dev --read-only" in failure.advice


def test_vote_that_is_denied_its_write_is_reported(world: Any, fakes: Any) -> None:
    world.site["POST /vote"] = fakes.answered(503, {"type": "/problems/not-confirmed"})
    failure = failure_of(vote, world.evidence())
    assert "The vote was not written" in str(failure)
    assert "VoteWorkflowFailedAlarm" in failure.advice


def test_repeated_vote_with_another_receipt_is_reported(world: Any, fakes: Any) -> None:
    receipts = iter(["0123-4567-89AB-CDEF", "0000-4567-89AB-CDEF"])
    first = world.site["POST /vote"]

    def answer(request: Any) -> Any:
        recorded = first(request)
        return fakes.answered(recorded.status_code, recorded.json() | {"receipt": next(receipts)})

    world.site["POST /vote"] = answer
    assert "another receipt" in str(failure_of(vote, world.evidence()))


@pytest.mark.parametrize("reason", ["allowed", "ConditionalCheckFailedException", "identity-based policy"])
def test_write_to_the_vote_log_without_a_denial_of_its_table_is_reported(
    reason: str, world: Any, fakes: Any
) -> None:
    world.aws["dynamodb.delete_item"] = {} if reason == "allowed" else fakes.refused("Refused", reason)
    failure = failure_of(vote, world.evidence())
    assert "does not deny DeleteItem to an administrator" in str(failure)
    assert reason in str(failure)


@pytest.mark.parametrize(("a", "b"), [(2, 0), (0, 0), (1, 1), (0, 1)])
def test_counters_that_are_off_by_one_vote_are_reported(a: int, b: int, world: Any, fakes: Any) -> None:
    world.aws["dynamodb.query"] = fakes.counted(a, b)
    evidence = world.evidence()
    evidence.votes = Counter({Choice.A: 1})
    failure = failure_of(counters, evidence)
    assert f"{{'a': {a}, 'b': {b}}}, but the votes cast are {{'a': 1, 'b': 0}}" in str(failure)
    assert "Rebuilding counters" in failure.advice


def test_message_in_a_dead_letter_queue_is_reported(world: Any) -> None:
    world.aws["sqs.get_queue_attributes"] = {"Attributes": {"ApproximateNumberOfMessages": "3"}}
    evidence = world.evidence()
    evidence.votes = Counter({Choice.A: 1})
    failure = failure_of(counters, evidence)
    assert "results-service.DeadLetterQueue has 3 messages" in str(failure)
    assert "receive-message --queue-url https://sqs.example/1/results-dead-letters" in failure.advice


@pytest.fixture
def refusing() -> Iterator[Server]:
    """A WebSocket server that refuses each handshake."""

    def refuse(connection: ServerConnection, request: Any) -> Any:
        return connection.respond(403, "Forbidden")

    with serve(lambda _: None, "127.0.0.1", 0, process_request=refuse) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_refused_socket_is_reported(refusing: Server, world: Any) -> None:
    world.on_aws = False
    evidence = world.evidence()
    evidence.environment.__dict__["site"] = f"http://127.0.0.1:{refusing.socket.getsockname()[1]}"
    failure = failure_of(socket, evidence)
    assert "the handshake was answered 403" in str(failure)
    assert "./dev logs authorize-connection" in failure.advice


def test_alarm_on_a_resource_that_does_not_exist_is_reported(world: Any, fakes: Any) -> None:
    world.aws["cloudwatch.describe_alarms"] = fakes.alarm(
        Dimensions=[{"Name": "FunctionName", "Value": "tot-dev-vote-wraper"}]
    )
    assert "tot-dev-vote-wraper, which does not exist" in str(failure_of(alarms, world.evidence()))


def test_alarm_on_an_expression_is_checked_by_each_of_its_metrics(world: Any) -> None:
    stat = {"Metric": {"Dimensions": [{"Name": "QueueName", "Value": "no-queue"}]}}
    found = {"AlarmName": "alarm-1", "AlarmActions": ["arn:topic"], "StateValue": "OK"}
    expression = [{"Id": "e", "Expression": "m / 2"}, {"Id": "m", "MetricStat": stat}]
    world.aws["cloudwatch.describe_alarms"] = {"MetricAlarms": [found | {"Metrics": expression}]}
    assert "QueueName no-queue, which does not exist" in str(failure_of(alarms, world.evidence()))


def test_services_in_the_dimensions_of_every_template_are_known() -> None:
    named = {
        dimension["Value"]
        for stack in load_stacks()
        for resource in stack.source["Resources"].values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
        for dimension in resource["Properties"].get("Dimensions", [])
        if dimension["Name"] == "service"
    }
    assert named
    assert named <= {*(service.value for service in Service), ORIGIN_CHECK}


def test_alarm_whose_metric_has_no_data_is_reported(world: Any) -> None:
    world.aws["cloudwatch.get_metric_data"] = {"MetricDataResults": [{"Values": []}]}
    failure = failure_of(alarms, world.evidence())
    assert "watches a metric without data" in str(failure)
    assert "aws cloudwatch list-metrics --namespace AWS/Lambda" in failure.advice


def test_access_log_of_votes_without_a_metric_is_reported(world: Any, fakes: Any) -> None:
    own = {"Namespace": "ThisOrThat/dev", "MetricName": "VoteLatency", "Dimensions": []}
    world.aws["cloudwatch.describe_alarms"] = fakes.alarm(**own)
    assert alarms(world.evidence()) == "1 alarms"
    world.aws["cloudwatch.get_metric_data"] = {"MetricDataResults": [{"Values": []}]}
    failure = failure_of(alarms, world.evidence())
    assert "watches a metric without data" in str(failure)
    assert "ThisOrThat/dev VoteLatency" in str(failure)


def test_alarm_with_dimensions_that_no_metric_has_is_reported(world: Any, fakes: Any) -> None:
    own = {"Namespace": "ThisOrThat", "MetricName": "VoterTokensUncounted"}
    published = [{"Name": "service", "Value": "vote-service"}]
    world.aws["cloudwatch.describe_alarms"] = fakes.alarm(**own, Dimensions=published)
    assert alarms(world.evidence()) == "1 alarms"
    world.aws["cloudwatch.list_metrics"] = {"Metrics": [{"Dimensions": []}]}
    assert "no metric of ThisOrThat has them" in str(failure_of(alarms, world.evidence()))


def test_missing_alarm_and_alarm_without_its_topic_are_reported(world: Any, fakes: Any) -> None:
    world.aws["cloudwatch.describe_alarms"] = fakes.alarm(AlarmActions=[])
    assert "notifies no one" in str(failure_of(alarms, world.evidence()))
    world.aws["cloudwatch.describe_alarms"] = {"MetricAlarms": []}
    assert "missing in CloudWatch" in str(failure_of(alarms, world.evidence()))


def test_called_function_without_log_entries_is_reported(world: Any) -> None:
    world.aws["logs.filter_log_events"] = {"events": []}
    assert "log groups have no entry: authorize-connection" in str(failure_of(alarms, world.evidence()))


def test_role_that_may_change_votes_is_reported(world: Any) -> None:
    allowed = {"EvalActionName": "dynamodb:DeleteItem", "EvalDecision": "allowed"}
    world.aws["iam.simulate_principal_policy"] = {"EvaluationResults": [allowed]}
    evidence = world.evidence()
    evidence.owner = None
    failure = failure_of(permissions, evidence)
    assert "vote-service.VoteWrapperRole is allowed dynamodb:DeleteItem" in str(failure)


def test_admin_api_that_answers_without_a_token_is_reported(world: Any, fakes: Any) -> None:
    world.site["GET /admin/api/polls"] = fakes.answered(200, {"polls": []})
    assert "GET /admin/api/polls answered 200, not 401" in str(failure_of(sign_in, world.evidence()))


@pytest.fixture
def closing(world: Any, fakes: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return evidence of one vote, in a world where a message announces the close."""
    state = {"poll_id": fakes.poll_id, "status": "closed", "version": 3}
    announced = PollClosedMessage.model_validate(state | {"type": "poll_closed"})
    connection = nullcontext(SimpleNamespace(send=lambda _: None))
    monkeypatch.setattr("smoke.steps.close.open_socket", lambda _: connection)
    monkeypatch.setattr("smoke.steps.close.messages", lambda *_: [announced])
    counts = {"counts": {"a": 1, "b": 0}, "total": 1, "updated_at": "2026-11-29T12:00:09Z"}
    world.site[f"GET /results/{fakes.poll_id}"] = fakes.answered(200, state | counts)
    world.site[f"GET /admin/api/results/{fakes.poll_id}/certificate"] = fakes.certificate("certified", 0)
    evidence = world.evidence()
    evidence.votes = Counter({Choice.A: 1})
    return evidence


def test_close_step_passes_for_revealed_and_certified_counts(closing: Any) -> None:
    assert close(closing).endswith("revealed, certified")


def test_revealed_counts_that_are_off_by_one_are_reported(closing: Any) -> None:
    closing.votes[Choice.B] += 1
    assert "the votes cast are {'a': 1, 'b': 1}" in str(failure_of(close, closing))


@pytest.mark.parametrize(
    ("state", "said"), [("different", "differs by 1 votes"), ("provisional", "No recount has certified")]
)
def test_certificate_that_does_not_certify_is_reported(
    state: str, said: str, closing: Any, world: Any, fakes: Any
) -> None:
    answer = fakes.certificate(state, 1)
    world.site[f"GET /admin/api/results/{fakes.poll_id}/certificate"] = answer
    assert said in str(failure_of(close, closing))


def test_close_that_no_message_announces_is_reported(closing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smoke.steps.close.messages", lambda *_: [])
    assert "No message announced the close" in str(failure_of(close, closing))


def test_close_step_waits_as_long_as_a_schedule_may_be_late(
    closing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """EventBridge Scheduler runs within 60 seconds, and a poll closes three seconds after the request."""
    waits: list[float] = []

    def silence(_connection: object, seconds: float) -> list[object]:
        waits.append(seconds)
        return []

    monkeypatch.setattr("smoke.steps.close.messages", silence)
    failure_of(close, closing)
    assert waits[0] > 3 + 60


def test_api_that_rejects_the_current_origin_secret_is_reported(world: Any, fakes: Any) -> None:
    world.site["direct /polls/active"] = fakes.answered(403)
    assert "answers 403 to current of the origin secret" in str(failure_of(permissions, world.evidence()))


def test_canary_under_way_and_rolled_back_canary_are_reported(world: Any) -> None:
    world.aws["lambda.get_alias"] = {
        "FunctionVersion": "6", "RoutingConfig": {"AdditionalVersionWeights": {"7": 0.1}}
    }  # fmt: skip
    assert "A canary is under way" in str(failure_of(redeployment, world.evidence()))
    world.aws["lambda.get_alias"] = {"FunctionVersion": "6"}
    assert "rolled back" in str(failure_of(redeployment, world.evidence()))


def test_unchanged_redeployment_that_would_change_a_resource_is_reported(world: Any) -> None:
    change = {"ResourceChange": {"LogicalResourceId": "Distribution"}}
    world.aws["cloudformation.describe_change_set"] = {"Status": "CREATE_COMPLETE", "Changes": [change]}
    assert "would change Distribution" in str(failure_of(redeployment, world.evidence()))


def test_small_quota_of_a_new_account_is_named(world: Any) -> None:
    world.aws["lambda.get_account_settings"] = {"AccountLimit": {"ConcurrentExecutions": 10}}
    assert "quota of 10 concurrent executions" in preflight(world.evidence())


def test_laptop_notes_each_check_that_only_aws_shows(world: Any) -> None:
    world.on_aws = False
    evidence = world.evidence()
    for step in (preflight, pages, voter_token, vote, alarms, redeployment):
        step(evidence)
    assert len(evidence.not_applicable) == 7
    assert all(one.reason for one in evidence.not_applicable)
