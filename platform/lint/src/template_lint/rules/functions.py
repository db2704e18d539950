"""Each Lambda function has its own role, its own log with an end, its own alarm, and one name throughout."""

import re
from collections import Counter
from collections.abc import Iterator

from template_lint.findings import Fault
from template_lint.reference import allowed, as_list, target, text_of
from template_lint.stack import Json, Stack

FUNCTION = "AWS::Lambda::Function"


def slug_of(logical_id: str) -> str:
    """Return `vote_wrapper` for `VoteWrapperFunction`."""
    stem = logical_id.removesuffix("Function")
    return re.sub(r"(?<!^)(?=[A-Z])", "_", stem).lower()


def each_function_has_one_name(stack: Stack) -> Iterator[Fault]:
    """Slug → logical id, handler path and function name, all spelt alike."""
    for name, function in stack.properties(FUNCTION).items():
        slug = slug_of(name)
        if not name.endswith("Function"):
            yield name, "the logical id does not end in Function"
        if function.get("Handler") != f"{stack.package}.handlers.{slug}.handler":
            yield name, f"the handler is not {stack.package}.handlers.{slug}.handler"
        expected = "tot-${Environment}-" + slug.replace("_", "-")
        if text_of(function.get("FunctionName", "")) != expected:
            yield name, f"the function name is not {expected}"


def each_function_has_its_own_role(stack: Stack) -> Iterator[Fault]:
    """A role of this template, shared with nobody, assumed by Lambda alone, without managed policies."""
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
            yield role, "takes managed policies: write down what it needs"
        if not _assumed_by_lambda_alone(roles[role]):
            yield role, "can be assumed by others than lambda.amazonaws.com"


def each_function_logs_to_its_own_group(stack: Stack) -> Iterator[Fault]:
    """JSON to a group of this template with retention, named after the function; to no other."""
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
            yield group, "keeps logs for ever"
        expected = "/aws/lambda/" + text_of(function.get("FunctionName", ""))
        if text_of(groups[group].get("LogGroupName", "")) != expected:
            yield group, f"is not named {expected}"
        role = stack.properties("AWS::IAM::Role").get(target(function.get("Role")) or "", {})
        writable = {target(resource) for resource in allowed(role, "logs:PutLogEvents")}
        if writable != {group}:
            yield name, f"may write to {sorted(map(str, writable))} and not to {group} alone"


def each_function_alarms_on_errors(stack: Stack) -> Iterator[Fault]:
    """One alarm on the function's Errors that goes somewhere."""
    for name, function in stack.properties(FUNCTION).items():
        if not has_alarm(stack, "AWS/Lambda", "Errors", "FunctionName", name, function.get("FunctionName")):
            yield name, "has no alarm on its Errors"


def each_function_has_a_time_limit(stack: Stack) -> Iterator[Fault]:
    """A limit of its own: the default of three seconds is nobody's decision."""
    for name, function in stack.properties(FUNCTION).items():
        if "Timeout" not in function:
            yield name, "says no Timeout"


def has_alarm(  # noqa: PLR0917 (one alarm has that many names)
    stack: Stack, namespace: str, metric: str, dimension: str, logical_id: str, name: object
) -> bool:
    """Tell whether an alarm with an action watches this metric of this resource, by reference or by name."""
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
    each_function_has_one_name,
    each_function_has_its_own_role,
    each_function_logs_to_its_own_group,
    each_function_alarms_on_errors,
    each_function_has_a_time_limit,
)
