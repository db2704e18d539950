"""Alarms before a failure: duration close to the timeout, throttling, used-up concurrency; dashboards."""

from collections.abc import Iterator
from typing import Final

from stacks.catalogue import FUNCTION, MACHINE, Stack, functions_by_reference
from stacks.reference import references_in, target, text_of
from stacks.template import Json

from template_lint.dashboards import is_current
from template_lint.findings import Fault
from template_lint.rules.event_source_mappings import stream_mappings
from template_lint.rules.gateway import PRESENTER, ROUTE, called_in, function_of

ALARM: Final = "AWS::CloudWatch::Alarm"
_ACCOUNT: Final = ("Throttles", "ClaimedAccountConcurrency")


def voting_function_requires_duration_alarm(stack: Stack) -> Iterator[Fault]:
    """Require an alarm at p99 above 80 % of the timeout for each function that voters or results wait for.

    Organisers see that they wait, and a timeout raises the alarm on Errors: other functions need none.
    """
    for name in sorted(_waited_for(stack)):
        function = stack.properties(FUNCTION)[name]
        limit = 800 * function.get("Timeout", 3)
        if not any(
            (alarm.get("MetricName"), alarm.get("ExtendedStatistic"), alarm.get("Threshold"))
            == ("Duration", "p99", limit)
            and alarm.get("AlarmActions")
            and _watches(alarm, name, function)
            for alarm in stack.properties(ALARM).values()
        ):
            yield name, f"has no alarm on p99 of its Duration above {limit} ms, 80 % of its timeout"


def reserved_function_requires_concurrency_alarm(stack: Stack) -> Iterator[Fault]:
    """Require an alarm on the used share of each reserved concurrency; both have one condition."""
    for name, function in stack.properties(FUNCTION).items():
        match function.get("ReservedConcurrentExecutions"):
            case None:
                continue
            case {"Fn::If": [condition, *_]}:
                needed = condition
            case _:
                needed = None
        if not any(
            body.get("Condition") == needed
            and body["Properties"].get("AlarmActions")
            and any(
                metric.get("MetricName") == "ConcurrentExecutions" and _watches(metric, name, function)
                for query in body["Properties"].get("Metrics", [])
                if (metric := query.get("MetricStat", {}).get("Metric", {}))
            )
            for body in stack.resources(ALARM).values()
        ):
            yield name, "has no alarm on the share of its reserved concurrency"


def alarm_topic_requires_account_alarms(stack: Stack) -> Iterator[Fault]:
    """Require the stack of the topic to have the alarms of the account: throttled and claimed concurrency."""
    watched = {
        alarm.get("MetricName")
        for alarm in stack.properties(ALARM).values()
        if alarm.get("Namespace") == "AWS/Lambda"
        and not alarm.get("Dimensions")
        and alarm.get("AlarmActions")
    }
    for topic in stack.resources("AWS::SNS::Topic"):
        yield from (
            (topic, f"no alarm on {metric} of all functions") for metric in _ACCOUNT if metric not in watched
        )


def service_requires_current_dashboard(stack: Stack) -> Iterator[Fault]:
    """Require the generated dashboard in the template of each service."""
    dashboard = stack.properties("AWS::CloudWatch::Dashboard").get("Dashboard")
    if dashboard is None and stack.folder.parent.name == "services":
        yield "Dashboard", "is missing: copy the resource of another service"
    elif dashboard and not is_current(stack, dashboard.get("DashboardBody")):
        yield "Dashboard", "is not current: run `python -m template_lint.dashboards`"


def _waited_for(stack: Stack) -> set[str]:
    """Return the functions of public routes and WebSockets, of the workflow, and of streams."""
    functions = functions_by_reference(stack)
    called = {
        function_of(stack, route)
        for route in stack.properties(ROUTE).values()
        if route.get("AuthorizationType") != "JWT"
        and not route["RouteKey"].startswith("OPTIONS")
        and PRESENTER not in route["RouteKey"]
    }
    called |= {
        functions.get(called_in(authorizer.get("AuthorizerUri")))
        for authorizer in stack.properties("AWS::ApiGatewayV2::Authorizer").values()
    }
    called |= {
        functions.get(target(mapping.get("FunctionName")) or "")
        for mapping in stream_mappings(stack).values()
    }
    for machine in stack.properties(MACHINE).values():
        called |= {functions.get(name) for name in references_in(machine.get("DefinitionSubstitutions", {}))}
    return {name for name in called if name}


def _watches(metric: Json, name: str, function: Json) -> bool:
    match metric.get("Dimensions"):
        case [{"Name": "FunctionName", "Value": value}]:
            return target(value) == name or text_of(value) == text_of(function["FunctionName"])
    return False


RULES = (
    voting_function_requires_duration_alarm,
    reserved_function_requires_concurrency_alarm,
    alarm_topic_requires_account_alarms,
    service_requires_current_dashboard,
)
