"""Lambda functions: role, log group with retention, error alarm, consistent names, timeout, tracing."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from stacks.catalogue import FUNCTION, Stack, slug_of
from stacks.reference import allowed, as_list, target, text_of
from stacks.template import Json

from template_lint.findings import Fault

_NOTHING: Final = {"Ref": "AWS::NoValue"}
_LAYER: Final = {"Fn::If": ["HasAdotLayer", {"Ref": "AdotLayerArn"}, _NOTHING]}
_WRAPPER: Final = {"Fn::If": ["HasAdotLayer", "/opt/otel-instrument", _NOTHING]}


def function_requires_consistent_names(stack: Stack) -> Iterator[Fault]:
    """Require the logical id, handler path and function name to derive from one slug."""
    for name, function in stack.properties(FUNCTION).items():
        slug = slug_of(name)
        if not name.endswith("Function"):
            yield name, "the logical id does not end in Function"
        if function.get("Handler") != f"{stack.package}.handlers.{slug}.handler":
            yield name, f"the handler is not {stack.package}.handlers.{slug}.handler"
        expected = "tot-${Environment}-" + slug.replace("_", "-")
        if text_of(function.get("FunctionName", "")) != expected:
            yield name, f"the function name is not {expected}"


def function_requires_own_role(stack: Stack) -> Iterator[Fault]:
    """Require an unshared role of this template that only Lambda can assume, without managed policies."""
    roles = stack.properties("AWS::IAM::Role")
    used = Counter(target(function.get("Role")) for function in stack.properties(FUNCTION).values())
    for name, function in stack.properties(FUNCTION).items():
        role = target(function.get("Role"))
        if role not in roles:
            yield name, "has no role of its own in this template"
            continue
        if used[role] > 1:
            yield name, f"shares {role}"
        if roles[role].get("ManagedPolicyArns"):
            yield role, "has managed policies: list its permissions inline"
        if not _assumed_by_lambda_alone(roles[role]):
            yield role, "can be assumed by principals other than lambda.amazonaws.com"


def function_requires_own_log_group(stack: Stack) -> Iterator[Fault]:
    """Require JSON logs to only one group, of this template, with retention, named after the function."""
    groups = stack.properties("AWS::Logs::LogGroup")
    for name, function in stack.properties(FUNCTION).items():
        logging = function.get("LoggingConfig", {})
        group = target(logging.get("LogGroup"))
        if logging.get("LogFormat") != "JSON":
            yield name, "does not log as JSON"
        if group not in groups:
            yield name, "logs to no group of this template"
            continue
        if "RetentionInDays" not in groups[group]:
            yield group, "keeps logs forever"
        expected = "/aws/lambda/" + text_of(function.get("FunctionName", ""))
        if text_of(groups[group].get("LogGroupName", "")) != expected:
            yield group, f"is not named {expected}"
        role = stack.properties("AWS::IAM::Role").get(target(function.get("Role")) or "", {})
        writable = {target(resource) for resource in allowed(role, "logs:PutLogEvents")}
        if writable != {group}:
            yield name, f"may write to {sorted(map(str, writable))} instead of only to {group}"


def function_requires_error_alarm(stack: Stack) -> Iterator[Fault]:
    """Require an alarm with an action on the function's Errors."""
    for name, function in stack.properties(FUNCTION).items():
        if not has_alarm(stack, "AWS/Lambda", "Errors", "FunctionName", name, function.get("FunctionName")):
            yield name, "has no alarm on its Errors"


def function_requires_timeout(stack: Stack) -> Iterator[Fault]:
    """Require an explicit timeout instead of the default of three seconds."""
    for name, function in stack.properties(FUNCTION).items():
        if "Timeout" not in function:
            yield name, "has no Timeout"


def function_requires_tracing_parameter(stack: Stack) -> Iterator[Fault]:
    """Require tracing, its layer and its permission to follow the parameters."""
    actions = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    for name, function in stack.properties(FUNCTION).items():
        if function.get("TracingConfig") != {"Mode": {"Ref": "Tracing"}}:
            yield name, "does not trace by the parameter Tracing"
        if function.get("Layers") != [_LAYER]:
            yield name, "does not have the layer AdotLayerArn"
        if function.get("Environment", {}).get("Variables", {}).get("AWS_LAMBDA_EXEC_WRAPPER") != _WRAPPER:
            yield name, "does not start with the layer's wrapper"
        yield from traced(stack, name, function.get("Role"), actions)


def traced(stack: Stack, name: str, role: object, actions: list[str]) -> Iterator[Fault]:
    """Require a role's policy with these actions on all traces, which exists only with Tracing=Active."""
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    policy = {"PolicyName": "tracing", "PolicyDocument": document}
    policies = stack.properties("AWS::IAM::Role").get(target(role) or "", {}).get("Policies", [])
    if {"Fn::If": ["TracesActive", policy, _NOTHING]} not in policies:
        yield name, f"its role does not allow {', '.join(actions)} if and only if TracesActive"


def has_alarm(  # noqa: PLR0917 (all parts identify one alarm)
    stack: Stack, namespace: str, metric: str, dimension: str, logical_id: str, name: object
) -> bool:
    """Return whether an alarm with an action monitors this resource's metric, by reference or by name."""
    return any(
        alarm.get("Namespace") == namespace
        and alarm.get("MetricName") == metric
        and alarm.get("AlarmActions")
        and any(
            given["Name"] == dimension
            and (target(given["Value"]) == logical_id or (name and text_of(given["Value"]) == text_of(name)))
            for given in alarm.get("Dimensions", [])
        )
        for alarm in stack.properties("AWS::CloudWatch::Alarm").values()
    )


def _assumed_by_lambda_alone(role: Json) -> bool:
    statements = as_list(role["AssumeRolePolicyDocument"]["Statement"])
    return [statement.get("Principal") for statement in statements] == [{"Service": "lambda.amazonaws.com"}]


RULES = (
    function_requires_consistent_names,
    function_requires_own_role,
    function_requires_own_log_group,
    function_requires_error_alarm,
    function_requires_timeout,
    function_requires_tracing_parameter,
)
