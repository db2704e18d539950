"""Every rule passes the valid stack and reports a violation that a test adds to it."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from contracts.stack_exports import Service
from stacks.catalogue import Stack
from stacks.template import Json, read_template
from template_lint.findings import find
from template_lint.rulebook import RULES, RULES_OVER_ALL

SOUND = Path(__file__).parent / "sound"

IMPORTED_POLLS_STREAM = {"Fn::ImportValue": {"Fn::Sub": "tot-${Environment}:PollsStreamArn"}}

POLL_EVENT_TYPES = (
    "poll_created", "poll_opened", "poll_closing", "poll_closed", "poll_archived",
    "poll_changed", "poll_deleted",
)  # fmt: skip

type Break = Callable[[Json, Json], Any]


@cache
def _sound_text() -> str:
    stack = Stack(Service.RESULTS.value, SOUND, read_template(SOUND / "template.yaml"))
    return json.dumps([stack.source, stack.plain, stack.workflows])


def sound_stack() -> Stack:
    """Return a new stack for each caller, with the vote service's package for the handlers' names."""
    source, plain, workflows = json.loads(_sound_text())
    stack = Stack(Service.RESULTS.value, SOUND, source)
    stack.__dict__.update(plain=plain, workflows=workflows, package="vote_service")
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


def test_the_valid_stack_passes_all_rules() -> None:
    assert found(sound_stack()) == []


def set_in(name: str, setting: str, value: Any) -> Break:
    return lambda resources, _: properties(resources, name).update({setting: value})


def poll_events_only(*types: str) -> Break:
    """Read the polls' stream with a filter of these types."""
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


def allowing(role: str, action: str | list[str], resource: Any) -> Break:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return lambda resources, _: policy(resources, role).append(statement)


def with_state(**states: Json) -> Break:
    return lambda _, workflow: workflow["States"].update(states)


def share_of(function: str) -> Json:
    """Return the properties of an alarm on a function's reserved concurrency."""
    dimensions = [{"Name": "FunctionName", "Value": {"Fn::Sub": function}}]
    metric = {"Namespace": "AWS/Lambda", "MetricName": "ConcurrentExecutions", "Dimensions": dimensions}
    return {"Metrics": [{"Id": "share"}, {"MetricStat": {"Metric": metric}}], "AlarmActions": ["topic"]}


BREAKS: list[tuple[str, Break]] = [
    ("function_requires_consistent_names",
     set_in("TakeVoteFunction", "Handler", "vote_service.handlers.vote.handler")),
    ("function_requires_consistent_names", set_in("TakeVoteFunction", "FunctionName", "take-vote")),
    ("function_requires_own_role",
     set_in("TakeVoteFunction", "Role", {"Fn::GetAtt": ["CountVotesRole", "Arn"]})),
    ("function_requires_own_role", set_in("TakeVoteFunction", "Role", "arn:aws:iam::1:role/anything")),
    ("function_requires_own_role",
     set_in("TakeVoteRole", "ManagedPolicyArns", ["arn:aws:iam::aws:policy/x"])),
    ("function_requires_own_role",
     lambda resources, _: properties(
         resources, "TakeVoteRole")["AssumeRolePolicyDocument"]["Statement"].append(
         {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}})),
    ("function_requires_own_log_group", lacking("TakeVoteFunction", "LoggingConfig")),
    ("function_requires_own_log_group", lacking("TakeVoteLogGroup", "RetentionInDays")),
    ("function_requires_own_log_group", set_in("TakeVoteLogGroup", "LogGroupName", "/aws/lambda/other")),
    ("function_requires_own_log_group",
     allowing("TakeVoteRole", "logs:PutLogEvents", {"Ref": "CountVotesLogGroup"})),
    ("function_requires_error_alarm", without("TakeVoteErrorsAlarm")),
    ("function_requires_error_alarm", set_in("TakeVoteErrorsAlarm", "AlarmActions", [])),
    ("function_requires_timeout", lacking("TakeVoteFunction", "Timeout")),
    ("queue_mapping_requires_retries_and_dead_letter_queue", set_in("OrdersMapping", "BatchSize", 10)),
    ("queue_mapping_requires_retries_and_dead_letter_queue",
     lacking("OrdersMapping", "FunctionResponseTypes")),
    ("queue_mapping_requires_retries_and_dead_letter_queue", set_in("OrdersQueue", "VisibilityTimeout", 3)),
    ("queue_mapping_requires_retries_and_dead_letter_queue", lacking("OrdersQueue", "RedrivePolicy")),
    ("queue_mapping_requires_retries_and_dead_letter_queue",
     lambda resources, _: policy(resources, "TakeVoteRole").pop()),
    ("stream_mapping_requires_failure_handling", set_in("CountVotesMapping", "StartingPosition", "LATEST")),
    ("stream_mapping_requires_failure_handling", lacking("CountVotesMapping", "FunctionResponseTypes")),
    ("stream_mapping_requires_failure_handling", lacking("CountVotesMapping", "BisectBatchOnFunctionError")),
    ("stream_mapping_requires_failure_handling", lacking("CountVotesMapping", "DestinationConfig")),
    ("stream_mapping_requires_failure_handling",
     lambda resources, _: policy(resources, "CountVotesRole").pop(1)),
    ("stream_mapping_requires_read_permissions",
     lambda resources, _: policy(resources, "CountVotesRole").pop(2)),
    ("stream_mapping_requires_read_permissions",
     allowing("CountVotesRole", "dynamodb:GetRecords", {"Ref": "Other"})),
    ("stream_mapping_requires_iterator_age_alarm", without("CountVotesAgeAlarm")),
    ("stream_mapping_requires_iterator_age_alarm", without("AsideAlarm")),
    ("stream_mapping_requires_event_type_filter",
     set_in("CountVotesMapping", "FilterCriteria", {"Filters": [{"Pattern": '{"event": "type"}'}]})),
    ("stream_mapping_requires_event_type_filter",
     set_in("CountVotesMapping", "EventSourceArn", IMPORTED_POLLS_STREAM)),
    ("stream_mapping_requires_event_type_filter", poll_events_only("poll_opened")),
    ("stream_mapping_requires_event_type_filter", poll_events_only(*POLL_EVENT_TYPES, "vote_cast")),
    ("vote_log_mapping_requires_exact_counting_settings",
     set_in("CountVotesMapping", "TumblingWindowInSeconds", 30)),
    ("vote_log_mapping_requires_exact_counting_settings",
     lacking("CountVotesMapping", "TumblingWindowInSeconds")),
    ("vote_log_mapping_requires_exact_counting_settings",
     set_in("CountVotesMapping", "ParallelizationFactor", 2)),
    ("vote_log_mapping_requires_exact_counting_settings",
     set_in("CountVotesMapping", "MaximumRetryAttempts", 5)),
    ("vote_log_mapping_requires_exact_counting_settings",
     set_in("CountVotesMapping", "MaximumRecordAgeInSeconds", 3600)),
    ("vote_log_mapping_requires_exact_counting_settings",
     lacking("CountVotesMapping", "MaximumBatchingWindowInSeconds")),
    ("function_requires_tracing_parameter", set_in("TakeVoteFunction", "TracingConfig", {"Mode": "Active"})),
    ("function_requires_tracing_parameter", lacking("TakeVoteFunction", "Layers")),
    ("function_requires_tracing_parameter", set_in("TakeVoteFunction", "Environment", {})),
    ("function_requires_tracing_parameter",
     lambda resources, _: properties(resources, "CountVotesRole")["Policies"].pop(1)),
    ("function_requires_tracing_parameter",
     lambda resources, _: properties(resources, "CountVotesRole")["Policies"].append(
         properties(resources, "CountVotesRole")["Policies"].pop(1)["Fn::If"][1])),
    ("workflow_requires_tracing_parameter", lacking("Machine", "TracingConfiguration")),
    ("workflow_requires_tracing_parameter",
     lambda resources, _: properties(resources, "MachineRole")["Policies"].pop(1)),
    ("vote_log_mapping_requires_exact_counting_settings", lacking("CountVotesMapping", "MetricsConfig")),
    ("vote_log_mapping_requires_exact_counting_settings", without("CountVotesDroppedAlarm")),
    ("voting_function_requires_duration_alarm", without("TakeVoteDurationAlarm")),
    ("voting_function_requires_duration_alarm", without("CountVotesDurationAlarm")),
    ("voting_function_requires_duration_alarm", set_in("TakeVoteFunction", "Timeout", 20)),
    ("voting_function_requires_duration_alarm",
     set_in("CountVotesDurationAlarm", "ExtendedStatistic", "p90")),
    ("voting_function_requires_duration_alarm", lacking("CountVotesDurationAlarm", "AlarmActions")),
    ("reserved_function_requires_concurrency_alarm",
     set_in("CountVotesFunction", "ReservedConcurrentExecutions", 10)),
    ("reserved_function_requires_concurrency_alarm",
     lambda resources, _: (
         set_in("CountVotesFunction", "ReservedConcurrentExecutions", {"Fn::If": ["IsProd", 10, 0]})(
             resources, {}),
         added("AWS::CloudWatch::Alarm", **share_of("tot-${Environment}-count-votes"))(resources, {}))),
    ("alarm_topic_requires_account_alarms", added("AWS::SNS::Topic")),
    ("service_requires_current_dashboard", added(
        "AWS::CloudWatch::Dashboard", "Dashboard", DashboardBody={"Fn::Sub": '{"widgets": []}'})),
    ("role_policy_forbids_wildcards", allowing("TakeVoteRole", "dynamodb:GetItem", "*")),
    ("role_policy_forbids_wildcards", allowing("TakeVoteRole", "dynamodb:*", {"Ref": "LogTable"})),
    ("role_policy_forbids_wildcards",
     allowing("TakeVoteRole", "dynamodb:GetItem", {"Fn::Sub": "arn:aws:dynamodb:eu-west-1:1:table/*"})),
    ("role_policy_forbids_wildcards",
     lambda resources, _: policy(resources, "TakeVoteRole").append(
         {"Effect": "Allow", "NotAction": "iam:*", "Resource": {"Ref": "LogTable"}})),
    *[("policy_requires_effective_statements", allowing("TakeVoteRole", action, resource))
      for action, resource in (
        ("dynamodb:GetItems", {"Fn::GetAtt": ["LogTable", "Arn"]}),
        ("sqs:SendMessage", {"Fn::GetAtt": ["LogTable", "Arn"]}),
        ("dynamodb:GetRecords", {"Fn::GetAtt": ["LogTable", "Arn"]}),
        ("dynamodb:ListTables", {"Fn::GetAtt": ["LogTable", "Arn"]}),
        ("sqs:SendMessage", {"Ref": "AsideQueue"}),
        (["sqs:SendMessage", "sqs:ReceiveMessage"],
         [{"Fn::GetAtt": ["AsideQueue", "Arn"]}, {"Fn::GetAtt": ["LogTable", "Arn"]}]),
        ("sqs:SendMessage", {"Ref": "Nowhere"}))],
    ("policy_requires_effective_statements", lambda resources, _: policy(resources, "TakeVoteRole").append(
        {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": {"Fn::GetAtt": ["LogTable", "Arn"]},
         "Condition": {"StringEquals": {"dynamodb:LeadingKey": ["x"]}}})),
    *[("table_requires_encryption_and_demand_billing", lacking("LogTable", setting))
      for setting in ("BillingMode", "SSESpecification")],
    *[("table_requires_data_protection", lacking("LogTable", setting)) for setting in (
        "PointInTimeRecoverySpecification", "DeletionProtectionEnabled")],
    ("bucket_requires_tls", added("AWS::S3::Bucket")),
    ("table_requires_data_protection", lambda resources, _: resources["LogTable"].pop("DeletionPolicy")),
    ("table_requires_data_protection",
     lambda resources, _: resources["LogTable"].update(UpdateReplacePolicy="Delete")),
    ("secret_and_user_pool_require_retention",
     lambda resources, _: resources["KeySecret"].pop("DeletionPolicy")),
    ("function_environment_forbids_secrets",
     set_in("TakeVoteFunction", "Environment", {"Variables": {"KEY_SECRET": "x"}})),
    ("function_environment_forbids_secrets", set_in(
        "TakeVoteFunction", "Environment", {"Variables": {"KEY": "{{resolve:secretsmanager:key}}"}})),
    ("workflow_requires_valid_graph", lambda _, workflow: workflow["States"]["Ask"].update(Next="Nowhere")),
    ("workflow_requires_valid_graph", lambda _, workflow: workflow["States"]["Done"].pop("End")),
    ("workflow_requires_valid_graph", lambda _, workflow: workflow.update(StartAt="Nowhere")),
    ("workflow_requires_valid_graph", with_state(Island={"Type": "Pass", "End": True})),
    ("workflow_requires_valid_graph", with_state(Done={"Type": "Pass", "Next": "Decide"},
                                                  Store={"Type": "Pass", "Next": "Done"})),
    ("workflow_requires_valid_graph", lambda _, workflow: workflow.pop("TimeoutSeconds")),
    ("workflow_requires_valid_graph", lambda _, workflow: workflow.update(QueryLanguage="JSONata")),
    ("workflow_role_requires_exact_permissions",
     lambda resources, _: policy(resources, "MachineRole").pop(0)),
    ("workflow_role_requires_exact_permissions",
     lambda resources, _: policy(resources, "MachineRole").pop(1)),
    ("workflow_role_requires_exact_permissions",
     allowing("MachineRole", "dynamodb:DeleteItem", {"Fn::GetAtt": ["LogTable", "Arn"]})),
    ("workflow_role_requires_exact_permissions",
     set_in("Machine", "DefinitionSubstitutions",
            {"Function": {"Ref": "TakeVoteFunctionAliaslive"}, "Table": {"Ref": "LogTable"}})),
    ("workflow_role_requires_exact_permissions", with_state(Done={
        "Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem",
        "Parameters": {"TableName": "${Table}"},
        "End": True})),
    ("workflow_role_requires_exact_permissions", with_state(Done={
        "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {}, "End": True})),
    ("workflow_requires_logging_and_alarms",
     lambda resources, _: properties(resources, "Machine")["LoggingConfiguration"].update(
         IncludeExecutionData=True)),
    ("workflow_requires_logging_and_alarms", lacking("Machine", "LoggingConfiguration")),
    ("workflow_requires_logging_and_alarms",
     set_in("MachineLogGroup", "LogGroupName", "/aws/states/machine")),
    ("workflow_requires_logging_and_alarms", without("MachineTimedOutAlarm")),
    ("route_requires_invoke_permission", without("TakeVotePermission")),
    ("route_requires_invoke_permission", set_in("TakeVoteRoute", "RouteKey", "POST /votes")),
    ("route_requires_invoke_permission", set_in("TakeVoteRoute", "Target", "integrations/other")),
    ("route_requires_invoke_permission",
     set_in("TakeVotePermission", "FunctionName", {"Ref": "TakeVoteFunction"})),
    ("route_requires_invoke_permission",
     set_in("ConnectPermission", "SourceArn", "arn:aws:execute-api:eu-west-1:1:*/*/$connect")),
    ("permission_requires_route", set_in("SecondRoute", "RouteKey", "GET /other")),
    ("permission_requires_route",
     set_in("SecondPermission", "SourceArn", {"Fn::Sub": "arn:aws:execute-api:eu-west-1:1:${Socket}/*/*"})),
    ("admin_route_requires_scope", set_in("AdminRoute", "AuthorizationType", "NONE")),
    ("admin_route_requires_scope", set_in("AdminRoute", "AuthorizationScopes", ["openid"])),
    ("admin_route_requires_scope", set_in("AdminRoute", "AuthorizerId", {"Ref": "Mine"})),
    ("admin_route_requires_scope",
     set_in("AdminRoute", "RouteKey", "GET /admin/api/presenter/polls")),
    ("websocket_connect_requires_authorizer", lacking("ConnectRoute", "AuthorizationType")),
    ("websocket_connect_requires_authorizer", set_in("ConnectRoute", "AuthorizerId", "foreign")),
    ("authorizer_requires_invoke_permission", without("SocketAuthorizerPermission")),
    ("authorizer_requires_invoke_permission",
     set_in("SocketAuthorizerPermission", "SourceArn", "arn:aws:execute-api:eu-west-1:1:x/authorizers/*")),
    ("api_parts_require_sequential_creation",
     lambda resources, _: resources["SecondRoute"].pop("DependsOn")),
    ("api_parts_require_sequential_creation",
     lambda resources, _: resources["SocketAuthorizer"].pop("DependsOn")),
    ("api_parts_require_sequential_creation", lambda resources, _: resources["TakeVoteRoute"].update(
        Properties=properties(resources, "TakeVoteRoute") | {"Target": "integrations/other"})),
    ("creation_requires_repeatable_rollback",
     lambda resources, _: resources["LogTable"].update(DeletionPolicy="Retain")),
    ("creation_requires_repeatable_rollback",
     lambda resources, _: resources.update(Bucket={"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"})),
    ("function_version_requires_deletion", lambda resources, _: next(
        body for body in resources.values() if body["Type"] == "AWS::Lambda::Version").update(
        DeletionPolicy="Retain")),
    *[("dynamic_reference_requires_version_parameter", set_in("AsideQueue", "QueueName", value))
      for value in (
        "{{resolve:secretsmanager:key:SecretString:current}}", "{{resolve:ssm:/name}}",
        "{{resolve:ssm:/name:3}}",
        {"Fn::Sub": "{{resolve:secretsmanager:${Key}:SecretString:current::${AWS::Region}}}"},
        {"Fn::Sub": ["{{resolve:ssm:a:${Canary}}} {{resolve:ssm:${Name}}}",
                     {"Name": {"Ref": "KeySecret"}}]})],
    ("import_requires_earlier_stack", set_in(
        "TakeVoteFunction", "Environment",
        {"Variables": {"LATER": {"Fn::ImportValue": {"Fn::Sub": "tot-${Environment}:WebSocketApiId"}}}})),
    ("import_requires_earlier_stack", set_in(
        "TakeVoteFunction", "Environment",
        {"Variables": {"NOBODYS": {"Fn::ImportValue": {"Fn::Sub": "tot-${Environment}:Nothing"}}}})),
    ("http_stage_requires_access_log_and_throttling", lacking("HttpStage", "AccessLogSettings")),
    ("http_stage_requires_access_log_and_throttling", lacking("HttpStage", "DefaultRouteSettings")),
    ("public_function_requires_origin_secret",
     lambda resources, _: properties(resources, "TakeVoteFunction")["Environment"]["Variables"].pop(
         "ORIGIN_SECRET_ARN")),
    ("public_function_requires_origin_secret",
     lambda resources, _: properties(resources, "TakeVoteFunction")["Environment"]["Variables"].update(
         ORIGIN_SECRET_ARN={"Ref": "OtherSecret"})),
    ("websocket_stage_requires_throttling", lacking("SocketStage", "DefaultRouteSettings")),
    ("websocket_stage_requires_throttling", lambda resources, _: properties(
        resources, "SocketStage")["DefaultRouteSettings"].update(DataTraceEnabled=True)),
    *[("access_log_forbids_personal_data", access_log(variable)) for variable in (
        "$context.identity.sourceIp", "$context.identity.userAgent", "$context.authorizer.claims.sub",
        "$context.path", "$context.requestOverride.querystring.ticket", "$request.querystring.ticket",
        "$context.routeKey$context.identity.sourceIp", "$stageVariables.x", "$context")],
    ("resource_forbids_request_logging", added("AWS::WAFv2::LoggingConfiguration")),
    ("resource_forbids_request_logging", added("AWS::CloudFront::RealtimeLogConfig")),
    ("resource_forbids_request_logging", added("AWS::Logs::DeliverySource")),
    ("resource_forbids_request_logging",
     added("AWS::CloudFront::Distribution", DistributionConfig={"Logging": {"Bucket": "b"}})),
    ("resource_forbids_request_logging",
     added("AWS::S3::Bucket", LoggingConfiguration={"DestinationBucketName": "b"})),
    *[("resource_forbids_request_logging",
       added("AWS::ApiGatewayV2::Stage", ApiId={"Ref": "Socket"}, **settings))
      for settings in (
        {"AccessLogSettings": {"Format": "$context.status"}},
        {"DefaultRouteSettings": {"LoggingLevel": "INFO"}},
        {"DefaultRouteSettings": {"DataTraceEnabled": True}})],
    ("log_group_requires_retention", lacking("MachineLogGroup", "RetentionInDays")),
    ("log_group_requires_retention", set_in("MachineLogGroup", "RetentionInDays", 365)),
    ("log_group_requires_retention", set_in("MachineLogGroup", "RetentionInDays", {"Ref": "Nowhere"})),
    ("log_group_requires_retention", added("AWS::Logs::LogGroup")),
    ("table_requires_declared_expiry", set_in(
        "LogTable", "TimeToLiveSpecification", {"AttributeName": "expires_at", "Enabled": True})),
    ("table_requires_declared_expiry", added(
        "AWS::DynamoDB::Table", "WebSocketConnections")),
    ("table_requires_declared_expiry", added(
        "AWS::DynamoDB::Table", "WebSocketConnections",
        TimeToLiveSpecification={"AttributeName": "expires_at", "Enabled": False})),
    ("route_forbids_duplicates", set_in("SecondRoute", "RouteKey", "POST /vote")),
]  # fmt: skip


@pytest.mark.covers("R37", "R38", "R39", "R40")
@pytest.mark.parametrize(
    ("rule", "break_it"), BREAKS, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(BREAKS)]
)
def test_the_rule_reports_the_broken_stack(rule: str, break_it: Break) -> None:
    stack = sound_stack()
    break_it(stack.plain["Resources"], stack.workflows["Machine"])
    assert rule in {name for name, _, _ in found(stack)}


@pytest.mark.parametrize("order", [1, -1])
def test_an_event_type_filter_is_valid_in_any_order(order: int) -> None:
    stack = sound_stack()
    poll_events_only(*POLL_EVENT_TYPES[::order])(stack.plain["Resources"], {})
    assert "stream_mapping_requires_event_type_filter" not in {rule for rule, _, _ in found(stack)}


def test_reserved_concurrency_with_its_alarm_passes() -> None:
    stack = sound_stack()
    resources = stack.plain["Resources"]
    set_in("CountVotesFunction", "ReservedConcurrentExecutions", 10)(resources, {})
    added("AWS::CloudWatch::Alarm", **share_of("tot-${Environment}-count-votes"))(resources, {})
    assert found(stack) == []


def test_every_rule_has_a_failing_example() -> None:
    shown = {rule for rule, _ in BREAKS} | {
        "stack_requires_contract_exports",
        "stream_allows_two_readers",
    }
    assert {rule.__name__ for rule in (*RULES, *RULES_OVER_ALL)} == shown


def test_missing_and_extra_exports_are_reported() -> None:
    stack = sound_stack()
    stack.plain["Outputs"] |= {
        "Mine": {"Value": "x", "Export": {"Name": {"Fn::Sub": "tot-${Environment}:Mine"}}},
        "GameResultsStreamArn": {"Value": "x", "Export": {"Name": "GameResultsStreamArn"}},
    }
    named = {resource for rule, resource, _ in found(stack) if rule == "stack_requires_contract_exports"}
    assert named == {
        "Mine",
        "GameResultsStreamArn",
        "GameResultsStreamArn under the name GameResultsStreamArn",
    }


def test_a_third_reader_of_a_stream_is_reported() -> None:
    stacks = [sound_stack(), sound_stack(), sound_stack()]
    assert "stream_allows_two_readers" in {rule for rule, _, _ in found(*stacks)}
    assert "stream_allows_two_readers" not in {rule for rule, _, _ in found(*stacks[:2])}
