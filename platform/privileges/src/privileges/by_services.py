"""The calls that AWS services make in a role's name, derived from the transformed templates.

No test can record them: on the laptop the emulator makes these calls itself, without a role. They count as
used, and a role without one of them is reported as for a denied call.
"""

from collections.abc import Iterator
from typing import Final

from stacks.catalogue import FUNCTION, MACHINE, Stack, functions_by_reference, slug_of
from stacks.reference import target
from stacks.resolver import Resolver
from template_lint.asl import tasks
from template_lint.rules.event_source_mappings import MAPPING
from template_lint.rules.workflows import INTEGRATIONS

from privileges.calls import Call

_LOGS: Final = ("logs:CreateLogStream", "logs:PutLogEvents")
_STREAM: Final = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
_QUEUE: Final = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
_TRACES: Final = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
# https://docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html
_SAMPLING: Final = ("xray:GetSamplingRules", "xray:GetSamplingTargets")
# https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
_LOG_DELIVERY: Final = tuple(
    f"logs:{action}"
    for action in ("CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery",
        "ListLogDeliveries", "PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups")
)  # fmt: skip
# A function with the first variable gives this role to schedules, with the others' target and queue.
SCHEDULE_ROLE: Final = "SCHEDULER_ROLE_ARN"
SCHEDULE: Final = {
    "lambda:InvokeFunction": "FINISH_POLL_ARN",
    "sqs:SendMessage": "SCHEDULED_CLOSE_DEAD_LETTER_ARN",
}


def calls_by_services(arns: Resolver) -> set[Call]:
    """Return the calls of Lambda, Step Functions and EventBridge Scheduler in the name of all roles."""
    found: set[Call] = set()
    for stack in arns.stacks:
        for part in (_lambda, _mappings, _workflows, _schedules):
            found.update(part(stack, arns))
    return found


def _lambda(stack: Stack, arns: Resolver) -> Iterator[Call]:
    for name, function in stack.properties(FUNCTION).items():
        group = function.get("LoggingConfig", {}).get("LogGroup")
        if group is not None:
            arn = arns.value(stack, {"Fn::GetAtt": [target(group), "Arn"]})
            yield from (Call(slug_of(name), action, arn) for action in _LOGS)
        if queue := function.get("DeadLetterConfig", {}).get("TargetArn"):
            yield Call(slug_of(name), "sqs:SendMessage", arns.text(stack, queue))
        if arns.value(stack, function.get("TracingConfig", {})).get("Mode") == "Active":
            yield from (Call(slug_of(name), action, "*") for action in _TRACES)


def _mappings(stack: Stack, arns: Resolver) -> Iterator[Call]:
    for mapping in stack.properties(MAPPING).values():
        slug = slug_of(functions_by_reference(stack)[target(mapping["FunctionName"]) or ""])
        source = arns.text(stack, mapping["EventSourceArn"])
        yield from (Call(slug, action, source) for action in (_QUEUE if ":sqs:" in source else _STREAM))
        if ":sqs:" not in source:
            yield Call(slug, "dynamodb:ListStreams", "*")
        if queue := mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"):
            yield Call(slug, "sqs:SendMessage", arns.text(stack, queue))


def _workflows(stack: Stack, arns: Resolver) -> Iterator[Call]:
    for machine in stack.properties(MACHINE).values():
        role = target(machine["RoleArn"]) or ""
        if machine.get("LoggingConfiguration"):
            yield from (Call(role, action, "*") for action in _LOG_DELIVERY)
        if str(arns.value(stack, machine.get("TracingConfiguration", {})).get("Enabled")).lower() == "true":
            yield from (Call(role, action, "*") for action in (*_TRACES, *_SAMPLING))
        _, definition = arns.workflow()
        for _, task in tasks(definition):
            action, parameter = INTEGRATIONS[task["Resource"].removeprefix("arn:aws:states:::")]
            named = task["Parameters"][parameter]
            yield Call(role, action, _tables(arns).get(named, named))


def _schedules(stack: Stack, arns: Resolver) -> Iterator[Call]:
    for name, function in stack.properties(FUNCTION).items():
        variables = function.get("Environment", {}).get("Variables", {})
        if SCHEDULE_ROLE in variables:
            given = arns.environment(slug_of(name))
            role = given[SCHEDULE_ROLE].rpartition("/")[2]
            yield from (Call(role, action, given[variable]) for action, variable in SCHEDULE.items())


def _tables(arns: Resolver) -> dict[str, str]:
    """Map the name of each table to its ARN."""
    return {arn.rpartition("/")[2]: arn for arn in arns.arns("AWS::DynamoDB::Table").values()}
