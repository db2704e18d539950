"""State machines: valid graph, logs and alarms, and a role with exactly the permissions of the states."""

import re
from collections.abc import Iterator
from typing import Any, Final

from stacks.catalogue import MACHINE, Stack
from stacks.reference import as_list, statements, target, text_of
from stacks.service_authorization import needs_any_resource
from stacks.template import Json

from template_lint.asl import graph_faults, tasks
from template_lint.findings import Fault
from template_lint.rules.functions import has_alarm, traced

# Service integration → the action it needs and the parameter that names its resource.
INTEGRATIONS: Final = {
    "lambda:invoke": ("lambda:InvokeFunction", "FunctionName"),
    "dynamodb:putItem": ("dynamodb:PutItem", "TableName"),
    "dynamodb:getItem": ("dynamodb:GetItem", "TableName"),
}
_XRAY: Final = ("PutTraceSegments", "PutTelemetryRecords", "GetSamplingRules", "GetSamplingTargets")


def workflow_requires_valid_graph(stack: Stack) -> Iterator[Fault]:
    """Require existing targets, reachable states, paths that end, JSONPath, and a timeout of the whole."""
    for name, definition in stack.workflows.items():
        yield from ((f"{name}.{state}", fault) for state, fault in graph_faults(definition))
        if definition.get("QueryLanguage", "JSONPath") != "JSONPath":
            yield name, "is not written in JSONPath"
        if "TimeoutSeconds" not in definition:
            yield name, "has no time limit"


def workflow_role_requires_exact_permissions(stack: Stack) -> Iterator[Fault]:
    """Require exactly the states' actions on their resources; the emulator does not check them."""
    for name, machine in stack.properties(MACHINE).items():
        role = stack.properties("AWS::IAM::Role").get(target(machine.get("RoleArn")) or "", {})
        needed = set(_needed(stack, stack.workflows[name], machine.get("DefinitionSubstitutions", {})))
        granted = {
            (action, _resource_id(stack, resource))
            for statement in statements(role)
            if statement["Effect"] == "Allow"
            for action in as_list(statement["Action"])
            if not needs_any_resource(action)
            for resource in as_list(statement["Resource"])
        }
        yield from ((name, f"needs {action} on {resource}") for action, resource in sorted(needed - granted))
        yield from (
            (name, f"may {action} on {resource}, but does not need to")
            for action, resource in sorted(granted - needed)
        )


def workflow_requires_logging_and_alarms(stack: Stack) -> Iterator[Fault]:
    """Require logs without execution data, to a group with retention, and alarms on failures and timeouts."""
    groups = stack.properties("AWS::Logs::LogGroup")
    for name, machine in stack.properties(MACHINE).items():
        logging = machine.get("LoggingConfiguration", {})
        if logging.get("IncludeExecutionData") is not False:
            yield name, "logs execution data, which links a voter to a choice"
        destinations = logging.get("Destinations", [])
        group = target(destinations[0]["CloudWatchLogsLogGroup"]["LogGroupArn"]) if destinations else None
        if "RetentionInDays" not in groups.get(group or "", {}):
            yield name, "does not log to a group of this template with retention"
        elif not text_of(groups[group or ""].get("LogGroupName", "")).startswith("/aws/vendedlogs/states/"):
            yield name, "logs outside /aws/vendedlogs/states/, where the size of resource policies is limited"
        for metric in ("ExecutionsFailed", "ExecutionsTimedOut"):
            if not has_alarm(stack, "AWS/States", metric, "StateMachineArn", name, None):
                yield name, f"has no alarm on {metric}"


def workflow_requires_tracing_parameter(stack: Stack) -> Iterator[Fault]:
    """Require tracing by the parameter, and the permission to exist only with Active."""
    actions = [f"xray:{name}" for name in _XRAY]
    for name, machine in stack.properties(MACHINE).items():
        if machine.get("TracingConfiguration") != {"Enabled": {"Fn::If": ["TracesActive", True, False]}}:
            yield name, "does not trace by the parameter Tracing"
        yield from traced(stack, name, machine.get("RoleArn"), actions)


def _needed(stack: Stack, definition: Json, substitutions: Json) -> Iterator[tuple[str, str]]:
    for state, task in tasks(definition):
        integration = task["Resource"].removeprefix("arn:aws:states:::")
        if integration not in INTEGRATIONS:
            yield f"an action unknown to this rule, for {integration}", state
            continue
        action, parameter = INTEGRATIONS[integration]
        placeholder = re.fullmatch(r"\$\{(\w+)\}", task["Parameters"].get(parameter, ""))
        value = substitutions.get(placeholder.group(1)) if placeholder else task["Parameters"].get(parameter)
        yield action, _resource_id(stack, value)


def _resource_id(stack: Stack, value: Any) -> str:  # noqa: ANN401 (a template's value has any shape)
    """Return the logical id of a table or function, from a reference or an ARN with its name.

    An alias follows its function's id, after a colon.
    """
    named = target(value)
    if named is not None:
        alias = stack.properties("AWS::Lambda::Alias").get(named)
        return named if alias is None else f"{target(alias['FunctionName'])}:{alias['Name']}"
    text = text_of(value)
    for kind, name_property in (
        ("AWS::DynamoDB::Table", "TableName"),
        ("AWS::Lambda::Function", "FunctionName"),
    ):
        for logical_id, properties in stack.properties(kind).items():
            name = text_of(properties.get(name_property, ""))
            found = re.search(rf"[/:]{re.escape(name)}(:\w+)?$", text) if name else None
            if found:
                return f"{logical_id}{found[1] or ''}"
    return text


RULES = (
    workflow_requires_valid_graph,
    workflow_role_requires_exact_permissions,
    workflow_requires_logging_and_alarms,
    workflow_requires_tracing_parameter,
)
