"""`python -m template_lint.dashboards`: write the dashboard of each service into its template.

A dashboard shows the alarms, functions, queues, tables and workflows of its template, so it is generated
from them. A lint rule requires it to be current.
"""

import json
import re
import sys
import textwrap
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from stacks.catalogue import FUNCTION, MACHINE, Stack, functions_by_reference, load_stacks
from stacks.reference import target, text_of
from stacks.template import Json

from template_lint.rules.event_source_mappings import stream_mappings

OWN: Final = "ThisOrThat"
WIDTH: Final = 8
HEIGHT: Final = 6
_COLUMNS: Final = 24
_LINE: Final = 118
_SPACE: Final = "\N{NO-BREAK SPACE}"
_BODY: Final = re.compile(r"(?s)\n  Dashboard:\n.*?DashboardBody: !Sub \|\n(?P<body>(        [^\n]*\n)+)")

type Metric = list[Any]


@dataclass(frozen=True, slots=True)
class Graph:
    """One widget with lines over time, without those of a template that has no such resource."""

    title: str
    stat: str
    metrics: list[Metric]
    region: str = "${AWS::Region}"

    def at(self, x: int, y: int) -> Json:
        """Return the widget at a place of the grid."""
        shown = {"title": self.title, "region": self.region, "stat": self.stat, "period": 60}
        properties = shown | {"view": "timeSeries", "metrics": self.metrics}
        place = {"x": x, "y": y, "width": WIDTH, "height": HEIGHT}
        return {"type": "metric", **place, "properties": properties}


def generated(stack: Stack) -> Json:
    """Return the body of a service's dashboard."""
    widgets: list[Json] = [_text(stack), _alarms(stack)]
    graphs = [graph for graph in _graphs(stack) if graph.metrics]
    per_row = _COLUMNS // WIDTH
    for number, graph in enumerate(graphs):
        row, column = divmod(number, per_row)
        widgets.append(graph.at(column * WIDTH, HEIGHT + row * HEIGHT))
    return {"widgets": widgets}


def is_current(stack: Stack, body: Any) -> bool:  # noqa: ANN401 (a template's value has any shape)
    """Return whether a dashboard's body is the generated one."""
    match body:
        case {"Fn::Sub": str(text)}:
            return bool(json.loads(text) == generated(stack))
    return False


def _text(stack: Stack) -> Json:
    markdown = (
        f"# tot-${{Environment}}: {stack.name}\n"
        "Alarms: docs/runbook.md. Objectives: docs/slo.md. A vote: dashboard tot-${Environment}-journey."
    )
    place = {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT}
    return {"type": "text", **place, "properties": {"markdown": markdown}}


def _alarms(stack: Stack) -> Json:
    """Return the states of all alarms, except those with a condition: their ARN may not exist."""
    alarms = stack.resources("AWS::CloudWatch::Alarm").items()
    arns = [f"${{{name}.Arn}}" for name, body in alarms if "Condition" not in body]
    place = {"x": WIDTH, "y": 0, "width": _COLUMNS - WIDTH, "height": HEIGHT}
    return {"type": "alarm", **place, "properties": {"title": "Alarms", "alarms": arns}}


def _graphs(stack: Stack) -> Iterator[Graph]:
    functions = _names(stack, FUNCTION, "FunctionName")
    by_reference = functions_by_reference(stack)
    readers = [
        by_reference[target(mapping.get("FunctionName")) or ""] for mapping in stream_mappings(stack).values()
    ]
    names = [text_of(stack.properties(FUNCTION)[reader]["FunctionName"]) for reader in readers]
    machines = [f"${{{name}}}" for name in stack.resources(MACHINE)]
    queues = _names(stack, "AWS::SQS::Queue", "QueueName")
    tables = _names(stack, "AWS::DynamoDB::Table", "TableName")
    for title, stat, metric in (
        ("Invocations", "Sum", "Invocations"),
        ("Errors", "Sum", "Errors"),
        ("Duration, p99 (ms)", "p99", "Duration"),
        ("Throttled invocations", "Sum", "Throttles"),
    ):
        yield Graph(title, stat, _lines("AWS/Lambda", metric, "FunctionName", functions))
    yield Graph(
        "Age of stream records (ms)", "Maximum", _lines("AWS/Lambda", "IteratorAge", "FunctionName", names)
    )
    for mapping, properties in stream_mappings(stack).items():
        if "MetricsConfig" in properties:
            first, *others = ("Polled", "FailedInvoke", "Dropped")
            dimension = ("EventSourceMappingUUID", f"${{{mapping}}}")
            records = [
                ["AWS/Lambda", f"{first}EventCount", *dimension],
                *([".", f"{other}EventCount", ".", "."] for other in others),
            ]
            yield Graph("Records of the stream", "Sum", records)
    failures = [
        line
        for metric in ("ExecutionsFailed", "ExecutionsTimedOut")
        for line in _lines("AWS/States", metric, "StateMachineArn", machines)
    ]
    yield Graph("Workflow: failed and timed out", "Sum", failures)
    yield Graph(
        "Workflow: duration, p99 (ms)",
        "p99",
        _lines("AWS/States", "ExecutionTime", "StateMachineArn", machines),
    )
    yield Graph(
        "Messages in queues",
        "Maximum",
        _lines("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queues),
    )
    throttled = [
        line
        for metric in ("ReadThrottleEvents", "WriteThrottleEvents")
        for line in _lines("AWS/DynamoDB", metric, "TableName", tables)
    ]
    yield Graph("Throttled requests of tables", "Sum", throttled)
    yield Graph("Own metrics", "Sum", list(_own(stack)))
    for title, metric in (("requests", "Requests"), ("share of 5xx (%)", "5xxErrorRate")):
        lines = [
            ["AWS/CloudFront", metric, "Region", "Global", "DistributionId", f"${{{name}}}"]
            for name in stack.resources("AWS::CloudFront::Distribution")
        ]
        yield Graph(
            f"Distribution: {title}", "Sum" if metric == "Requests" else "Average", lines, "us-east-1"
        )


def _names(stack: Stack, kind: str, name: str) -> list[str]:
    resources = stack.properties(kind).values()
    return [text_of(properties[name]) for properties in resources if name in properties]


def _lines(namespace: str, metric: str, dimension: str, values: list[str]) -> list[Metric]:
    """Return one line per value; `...` repeats the start of the line before."""
    starts = [[namespace, metric, dimension], *[["..."]] * (len(values) - 1)]
    return [[*start, value] for start, value in zip(starts, values, strict=False)]


def _own(stack: Stack) -> Iterator[Metric]:
    """Yield each metric of this project on which the template has an alarm."""
    for alarm in stack.properties("AWS::CloudWatch::Alarm").values():
        if alarm.get("Namespace") == OWN:
            dimensions = [
                text_of(part) for one in alarm["Dimensions"] for part in (one["Name"], one["Value"])
            ]
            stat = {"stat": alarm["Statistic"]} if alarm["Statistic"] != "Sum" else {}
            yield [OWN, alarm["MetricName"], *dimensions, *([stat] if stat else [])]


def _block(body: Json) -> str:
    """Return the lines of a body: each widget starts a line and continues on indented ones."""
    indent = " " * 8
    widgets = [
        textwrap.fill(
            json.dumps(widget, separators=(",\n", ": ")).replace(" ", _SPACE),
            width=_LINE,
            initial_indent=indent,
            subsequent_indent=f"{indent}  ",
            break_long_words=False,
            break_on_hyphens=False,
        ).replace(_SPACE, " ")
        for widget in body["widgets"]
    ]
    return f'{indent}{{"widgets": [\n' + ",\n".join(widgets) + f"\n{indent}]}}\n"


def main() -> int:
    """Rewrite the body of the resource `Dashboard` in each template that has one."""
    for stack in load_stacks():
        source = stack.template.read_text(encoding="utf-8")
        if found := _BODY.search(source):
            start, end = found.span("body")
            text = source[:start] + _block(generated(stack)) + source[end:]
            stack.template.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    ArgumentParser(prog="python -m template_lint.dashboards", description=main.__doc__).parse_args()
    sys.exit(main())
