"""Every rule lets the sound stack pass and finds the one thing that is then broken in it."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from contracts.exports import Service
from template_lint.findings import find
from template_lint.rulebook import RULES, RULES_OVER_ALL
from template_lint.stack import Json, Stack, read_stack

SOUND = Path(__file__).parent / "sound"

IMPORTED_POLLS_STREAM = {"Fn::ImportValue": {"Fn::Sub": "tot-${Environment}:PollsStreamArn"}}

POLL_EVENT_TYPES = (
    "poll_created", "poll_opened", "poll_closing", "poll_closed", "poll_archived",
    "poll_changed", "poll_deleted",
)  # fmt: skip

type Break = Callable[[Json, Json], Any]


@cache
def _sound_text() -> str:
    stack = read_stack(Service.RESULTS, SOUND, (SOUND / "template.yaml").read_text())
    return json.dumps([stack.source, stack.plain, stack.workflows])


def sound_stack() -> Stack:
    """Return a stack of its own for each caller, with the vote service's package for the handlers' names."""
    source, plain, workflows = json.loads(_sound_text())
    stack = Stack(Service.RESULTS, SOUND, source, plain, workflows)
    stack.__dict__["package"] = "vote_service"
    return stack


def found(*stacks: Stack) -> list[tuple[str, str, str]]:
    return [
        (finding.rule, finding.resource, finding.message) for finding in find(stacks, RULES, RULES_OVER_ALL)
    ]


def properties(resources: Json, name: str) -> Json:
    body: Json = resources[name]["Properties"]
    return body


def policy(resources: Json, role: str) -> list[Json]:
    statements: list[Json] = properties(resources, role)["Policies"][0]["PolicyDocument"]["Statement"]
    return statements


def test_the_sound_stack_breaks_no_rule() -> None:
    assert found(sound_stack()) == []


def set_in(name: str, setting: str, value: Any) -> Break:
    return lambda resources, _: properties(resources, name).update({setting: value})


def poll_events_only(*types: str) -> Break:
    """Read the polls' stream with a filter that names these types."""
    event = {"M": {"type": {"S": list(types)}}}
    pattern = json.dumps({"dynamodb": {"NewImage": {"event": event}}})

    def read_polls(resources: Json, _: Json) -> None:
        mapping = properties(resources, "CountVotesMapping")
        mapping |= {
            "EventSourceArn": IMPORTED_POLLS_STREAM,
            "FilterCriteria": {"Filters": [{"Pattern": pattern}]},
        }

    return read_polls


def access_log(variable: str) -> Break:
    text = f"$context.requestId {variable}"
    return lambda resources, _: properties(resources, "HttpStage")["AccessLogSettings"].update(Format=text)


def added(kind: str, name: str = "Added", **settings: Any) -> Break:
    return lambda resources, _: resources.update({name: {"Type": kind, "Properties": settings}})


def without(name: str) -> Break:
    return lambda resources, _: resources.pop(name)


def lacking(name: str, setting: str) -> Break:
    return lambda resources, _: properties(resources, name).pop(setting)


def allowing(role: str, action: str, resource: Any) -> Break:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return lambda resources, _: policy(resources, role).append(statement)


def with_state(**states: Json) -> Break:
    return lambda _, workflow: workflow["States"].update(states)


BREAKS: list[tuple[str, Break]] = [
    ("each_function_has_one_name",
     set_in("TakeVoteFunction", "Handler", "vote_service.handlers.vote.handler")),
    ("each_function_has_one_name", set_in("TakeVoteFunction", "FunctionName", "take-vote")),
    ("each_function_has_its_own_role",
     set_in("TakeVoteFunction", "Role", {"Fn::GetAtt": ["CountVotesRole", "Arn"]})),
    ("each_function_has_its_own_role", set_in("TakeVoteFunction", "Role", "arn:aws:iam::1:role/anything")),
    ("each_function_has_its_own_role",
     set_in("TakeVoteRole", "ManagedPolicyArns", ["arn:aws:iam::aws:policy/x"])),
    ("each_function_has_its_own_role",
     lambda resources, _: properties(
         resources, "TakeVoteRole")["AssumeRolePolicyDocument"]["Statement"].append(
         {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}})),
    ("each_function_logs_to_its_own_group", lacking("TakeVoteFunction", "LoggingConfig")),
    ("each_function_logs_to_its_own_group", lacking("TakeVoteLogGroup", "RetentionInDays")),
    ("each_function_logs_to_its_own_group", set_in("TakeVoteLogGroup", "LogGroupName", "/aws/lambda/other")),
    ("each_function_logs_to_its_own_group",
     allowing("TakeVoteRole", "logs:PutLogEvents", {"Ref": "CountVotesLogGroup"})),
    ("each_function_alarms_on_errors", without("TakeVoteErrorsAlarm")),
    ("each_function_alarms_on_errors", set_in("TakeVoteErrorsAlarm", "AlarmActions", [])),
    ("each_function_has_a_time_limit", lacking("TakeVoteFunction", "Timeout")),
    ("each_queue_is_worked_off_safely", set_in("OrdersMapping", "BatchSize", 10)),
    ("each_queue_is_worked_off_safely", lacking("OrdersMapping", "FunctionResponseTypes")),
    ("each_queue_is_worked_off_safely", set_in("OrdersQueue", "VisibilityTimeout", 3)),
    ("each_queue_is_worked_off_safely", lacking("OrdersQueue", "RedrivePolicy")),
    ("each_queue_is_worked_off_safely", lambda resources, _: policy(resources, "TakeVoteRole").pop()),
    ("each_mapping_loses_no_record", set_in("CountVotesMapping", "StartingPosition", "LATEST")),
    ("each_mapping_loses_no_record", lacking("CountVotesMapping", "FunctionResponseTypes")),
    ("each_mapping_loses_no_record", lacking("CountVotesMapping", "BisectBatchOnFunctionError")),
    ("each_mapping_loses_no_record", lacking("CountVotesMapping", "DestinationConfig")),
    ("each_mapping_loses_no_record", lambda resources, _: policy(resources, "CountVotesRole").pop(1)),
    ("each_mapping_may_read_its_stream", lambda resources, _: policy(resources, "CountVotesRole").pop(2)),
    ("each_mapping_may_read_its_stream", allowing("CountVotesRole", "dynamodb:GetRecords", {"Ref": "Other"})),
    ("each_mapping_alarms_on_its_age", without("CountVotesAgeAlarm")),
    ("each_mapping_alarms_on_its_age", without("AsideAlarm")),
    ("each_mapping_but_the_count_filters_by_type",
     set_in("CountVotesMapping", "FilterCriteria", {"Filters": [{"Pattern": '{"event": "type"}'}]})),
    ("each_mapping_but_the_count_filters_by_type",
     set_in("CountVotesMapping", "EventSourceArn", IMPORTED_POLLS_STREAM)),
    ("each_mapping_but_the_count_filters_by_type", poll_events_only("poll_opened")),
    ("each_mapping_but_the_count_filters_by_type", poll_events_only(*POLL_EVENT_TYPES, "vote_cast")),
    ("the_count_is_set_up_to_be_exact", set_in("CountVotesMapping", "TumblingWindowInSeconds", 30)),
    ("the_count_is_set_up_to_be_exact", lacking("CountVotesMapping", "TumblingWindowInSeconds")),
    ("the_count_is_set_up_to_be_exact", set_in("CountVotesMapping", "ParallelizationFactor", 2)),
    ("the_count_is_set_up_to_be_exact", set_in("CountVotesMapping", "MaximumRetryAttempts", 5)),
    ("the_count_is_set_up_to_be_exact", set_in("CountVotesMapping", "MaximumRecordAgeInSeconds", 3600)),
    ("the_count_is_set_up_to_be_exact", lacking("CountVotesMapping", "MaximumBatchingWindowInSeconds")),
    ("each_role_names_actions_and_resources", allowing("TakeVoteRole", "dynamodb:GetItem", "*")),
    ("each_role_names_actions_and_resources", allowing("TakeVoteRole", "dynamodb:*", {"Ref": "LogTable"})),
    ("each_role_names_actions_and_resources",
     allowing("TakeVoteRole", "dynamodb:GetItem", {"Fn::Sub": "arn:aws:dynamodb:eu-west-1:1:table/*"})),
    ("each_role_names_actions_and_resources",
     lambda resources, _: policy(resources, "TakeVoteRole").append(
         {"Effect": "Allow", "NotAction": "iam:*", "Resource": {"Ref": "LogTable"}})),
    *[("each_table_is_safe", lacking("LogTable", setting)) for setting in (
        "BillingMode", "PointInTimeRecoverySpecification", "SSESpecification", "DeletionProtectionEnabled")],
    ("each_table_is_safe", lambda resources, _: resources["LogTable"].pop("DeletionPolicy")),
    ("each_table_is_safe", lambda resources, _: resources["LogTable"].update(UpdateReplacePolicy="Delete")),
    ("what_cannot_be_made_again_is_kept", lambda resources, _: resources["KeySecret"].pop("DeletionPolicy")),
    ("no_function_is_given_a_secret",
     set_in("TakeVoteFunction", "Environment", {"Variables": {"KEY_SECRET": "x"}})),
    ("no_function_is_given_a_secret", set_in(
        "TakeVoteFunction", "Environment", {"Variables": {"KEY": "{{resolve:secretsmanager:key}}"}})),
    ("each_workflow_is_a_sound_graph", lambda _, workflow: workflow["States"]["Ask"].update(Next="Nowhere")),
    ("each_workflow_is_a_sound_graph", lambda _, workflow: workflow["States"]["Done"].pop("End")),
    ("each_workflow_is_a_sound_graph", lambda _, workflow: workflow.update(StartAt="Nowhere")),
    ("each_workflow_is_a_sound_graph", with_state(Island={"Type": "Pass", "End": True})),
    ("each_workflow_is_a_sound_graph", with_state(Done={"Type": "Pass", "Next": "Decide"},
                                                  Store={"Type": "Pass", "Next": "Done"})),
    ("each_workflow_is_a_sound_graph", lambda _, workflow: workflow.pop("TimeoutSeconds")),
    ("each_workflow_is_a_sound_graph", lambda _, workflow: workflow.update(QueryLanguage="JSONata")),
    ("each_workflow_may_do_exactly_what_its_states_do",
     lambda resources, _: policy(resources, "MachineRole").pop(0)),
    ("each_workflow_may_do_exactly_what_its_states_do",
     lambda resources, _: policy(resources, "MachineRole").pop(1)),
    ("each_workflow_may_do_exactly_what_its_states_do",
     allowing("MachineRole", "dynamodb:DeleteItem", {"Fn::GetAtt": ["LogTable", "Arn"]})),
    ("each_workflow_may_do_exactly_what_its_states_do", with_state(Done={
        "Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem",
        "Parameters": {"TableName": "${Table}"},
        "End": True})),
    ("each_workflow_may_do_exactly_what_its_states_do", with_state(Done={
        "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {}, "End": True})),
    ("each_workflow_is_watched",
     lambda resources, _: properties(resources, "Machine")["LoggingConfiguration"].update(
         IncludeExecutionData=True)),
    ("each_workflow_is_watched", lacking("Machine", "LoggingConfiguration")),
    ("each_workflow_is_watched", set_in("MachineLogGroup", "LogGroupName", "/aws/states/machine")),
    ("each_workflow_is_watched", without("MachineTimedOutAlarm")),
    ("each_route_may_call_its_function", without("TakeVotePermission")),
    ("each_route_may_call_its_function", set_in("TakeVoteRoute", "RouteKey", "POST /votes")),
    ("each_route_may_call_its_function", set_in("TakeVoteRoute", "Target", "integrations/other")),
    ("each_route_may_call_its_function",
     set_in("TakeVotePermission", "FunctionName", {"Ref": "TakeVoteFunction"})),
    ("each_route_may_call_its_function",
     set_in("ConnectPermission", "SourceArn", "arn:aws:execute-api:eu-west-1:1:*/*/$connect")),
    ("each_permission_is_used", set_in("SecondRoute", "RouteKey", "GET /other")),
    ("each_permission_is_used",
     set_in("SecondPermission", "SourceArn", {"Fn::Sub": "arn:aws:execute-api:eu-west-1:1:${Socket}/*/*"})),
    ("each_admin_route_asks_for_the_scope", set_in("AdminRoute", "AuthorizationType", "NONE")),
    ("each_admin_route_asks_for_the_scope", set_in("AdminRoute", "AuthorizationScopes", ["openid"])),
    ("each_admin_route_asks_for_the_scope", set_in("AdminRoute", "AuthorizerId", {"Ref": "Mine"})),
    ("each_socket_is_let_in_by_an_authorizer", lacking("ConnectRoute", "AuthorizationType")),
    ("each_socket_is_let_in_by_an_authorizer", set_in("ConnectRoute", "AuthorizerId", "somebody")),
    ("each_authorizer_may_be_called", without("SocketAuthorizerPermission")),
    ("each_authorizer_may_be_called",
     set_in("SocketAuthorizerPermission", "SourceArn", "arn:aws:execute-api:eu-west-1:1:x/authorizers/*")),
    ("routes_of_one_api_are_made_one_after_another",
     lambda resources, _: resources["SecondRoute"].pop("DependsOn")),
    ("imports_come_from_stacks_deployed_before", set_in(
        "TakeVoteFunction", "Environment",
        {"Variables": {"LATER": {"Fn::ImportValue": {"Fn::Sub": "tot-${Environment}:WebSocketApiId"}}}})),
    ("imports_come_from_stacks_deployed_before", set_in(
        "TakeVoteFunction", "Environment",
        {"Variables": {"NOBODYS": {"Fn::ImportValue": {"Fn::Sub": "tot-${Environment}:Nothing"}}}})),
    ("a_private_export_stays_in_its_service", set_in(
        "TakeVoteFunction", "Environment",
        {"Variables": {"FOREIGN": {"Fn::ImportValue": {"Fn::Sub": "tot-${Environment}:PollsTableName"}}}})),
    ("each_http_stage_is_logged_and_throttled", lacking("HttpStage", "AccessLogSettings")),
    ("each_http_stage_is_logged_and_throttled", lacking("HttpStage", "DefaultRouteSettings")),
    ("what_answers_the_world_asks_for_the_origin_secret",
     lambda resources, _: properties(resources, "TakeVoteFunction")["Environment"]["Variables"].pop(
         "ORIGIN_SECRET_ARN")),
    ("what_answers_the_world_asks_for_the_origin_secret",
     lambda resources, _: properties(resources, "TakeVoteFunction")["Environment"]["Variables"].update(
         ORIGIN_SECRET_ARN={"Ref": "OtherSecret"})),
    ("each_socket_stage_is_throttled", lacking("SocketStage", "DefaultRouteSettings")),
    ("each_socket_stage_is_throttled", lambda resources, _: properties(
        resources, "SocketStage")["DefaultRouteSettings"].update(DataTraceEnabled=True)),
    *[("each_access_log_names_nobody", access_log(variable)) for variable in (
        "$context.identity.sourceIp", "$context.identity.userAgent", "$context.authorizer.claims.sub",
        "$context.path", "$context.requestOverride.querystring.ticket", "$request.querystring.ticket",
        "$context.routeKey$context.identity.sourceIp", "$stageVariables.x", "$context")],
    ("nothing_else_logs_requests", added("AWS::WAFv2::LoggingConfiguration")),
    ("nothing_else_logs_requests", added("AWS::CloudFront::RealtimeLogConfig")),
    ("nothing_else_logs_requests", added("AWS::Logs::DeliverySource")),
    ("nothing_else_logs_requests",
     added("AWS::CloudFront::Distribution", DistributionConfig={"Logging": {"Bucket": "b"}})),
    ("nothing_else_logs_requests",
     added("AWS::S3::Bucket", LoggingConfiguration={"DestinationBucketName": "b"})),
    *[("nothing_else_logs_requests", added("AWS::ApiGatewayV2::Stage", ApiId={"Ref": "Socket"}, **settings))
      for settings in (
        {"AccessLogSettings": {"Format": "$context.status"}},
        {"DefaultRouteSettings": {"LoggingLevel": "INFO"}},
        {"DefaultRouteSettings": {"DataTraceEnabled": True}})],
    ("each_log_group_ends", lacking("MachineLogGroup", "RetentionInDays")),
    ("each_log_group_ends", set_in("MachineLogGroup", "RetentionInDays", 365)),
    ("each_log_group_ends", set_in("MachineLogGroup", "RetentionInDays", {"Ref": "Nowhere"})),
    ("each_log_group_ends", added("AWS::Logs::LogGroup")),
    ("only_what_may_be_forgotten_expires", set_in(
        "LogTable", "TimeToLiveSpecification", {"AttributeName": "expires_at", "Enabled": True})),
    ("only_what_may_be_forgotten_expires", added(
        "AWS::DynamoDB::Table", "WebSocketConnections")),
    ("only_what_may_be_forgotten_expires", added(
        "AWS::DynamoDB::Table", "WebSocketConnections",
        TimeToLiveSpecification={"AttributeName": "expires_at", "Enabled": False})),
    ("a_route_belongs_to_one_stack", set_in("SecondRoute", "RouteKey", "POST /vote")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "break_it"), BREAKS, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(BREAKS)]
)
def test_a_broken_stack_is_found_by_the_rule(rule: str, break_it: Break) -> None:
    stack = sound_stack()
    break_it(stack.plain["Resources"], stack.workflows["Machine"])
    assert rule in {name for name, _, _ in found(stack)}


@pytest.mark.parametrize("order", [1, -1])
def test_a_filter_by_every_event_of_its_stream_is_sound_in_any_order(order: int) -> None:
    stack = sound_stack()
    poll_events_only(*POLL_EVENT_TYPES[::order])(stack.plain["Resources"], {})
    assert "each_mapping_but_the_count_filters_by_type" not in {rule for rule, _, _ in found(stack)}


def test_every_rule_is_shown_to_find_something() -> None:
    shown = {rule for rule, _ in BREAKS} | {
        "exports_are_those_of_the_contract",
        "a_stream_has_at_most_two_readers",
    }
    assert {rule.__name__ for rule in (*RULES, *RULES_OVER_ALL)} == shown


def test_an_export_too_few_and_one_too_many_are_found() -> None:
    stack = sound_stack()
    stack.plain["Outputs"] = {
        "Mine": {"Value": "x", "Export": {"Name": {"Fn::Sub": "tot-${Environment}:Mine"}}},
        "GameResultsStreamArn": {"Value": "x", "Export": {"Name": "GameResultsStreamArn"}},
    }
    named = {resource for rule, resource, _ in found(stack) if rule == "exports_are_those_of_the_contract"}
    assert named == {
        "Mine",
        "GameResultsStreamArn",
        "GameResultsStreamArn under the name GameResultsStreamArn",
    }


def test_a_third_reader_of_a_stream_is_found() -> None:
    stacks = [sound_stack(), sound_stack(), sound_stack()]
    assert "a_stream_has_at_most_two_readers" in {rule for rule, _, _ in found(*stacks)}
    assert "a_stream_has_at_most_two_readers" not in {rule for rule, _, _ in found(*stacks[:2])}
