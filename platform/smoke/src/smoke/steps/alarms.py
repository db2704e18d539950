"""Step 10: the alarms, the resources and metrics that they watch, their topic; the logs of functions."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any, Final

from contracts.stack_exports import Service
from devkit.failure import Failure

from smoke.evidence import Evidence, NotApplicable, as_text

CALLED: Final = (
    "get-active-poll", "issue-voter-token", "list-polls", "create-poll", "open-poll", "track-poll",
    "track-poll-status", "vote-wrapper", "validate-vote", "count-votes", "issue-ticket",
    "authorize-connection", "connect", "ping", "results-stream-handler", "close-poll", "get-results",
)  # fmt: skip
"""Functions that the steps before have called, so that their logs and metrics must have data."""
CALLED_READ_ONLY: Final = ("get-active-poll",)
CALLED_SERVICES: Final = {"poll-service", "vote-service", "results-service", "realtime-service"}
OWN: Final = "ThisOrThat"
ORIGIN_CHECK: Final = "origin-check"
"""All services count requests without the origin secret under this name."""
OF_VOTES: Final = "VoteLatency"
"""The metric that CloudWatch extracts from the access log of each vote."""
DATA_SECONDS: Final = 300.0
"""CloudWatch publishes a metric's data within minutes."""


def alarms(evidence: Evidence) -> str:
    """Check each alarm, and that the functions called by this test have logs and metrics."""
    found = _alarms(evidence)
    known = _known(evidence)
    topic = evidence.environment.outputs(Service.PLATFORM)["AlarmTopicArn"]
    for name, alarm in found.items():
        service = name.partition(".")[0]
        if topic not in alarm["AlarmActions"] or not alarm.get("ActionsEnabled", True):
            raise Failure(f"The alarm {name} notifies no one.", evidence.environment.deploy_command(service))
        for dimension, value in _watched(alarm):
            if dimension in known and value not in known[dimension]:
                raise Failure(
                    f"The alarm {name} watches {dimension} {value}, which does not exist: it can never fire.",
                    evidence.environment.deploy_command(service),
                )
    called = CALLED if evidence.poll else CALLED_READ_ONLY
    _logs(evidence, called)
    if evidence.only_on_aws("metrics of the alarms have data", "the emulator publishes no metrics"):
        _data(evidence, found, {f"tot-{evidence.environment.name}-{function}" for function in called})
        if evidence.poll:
            _dimensions(evidence, found)
    firing = [name for name, alarm in found.items() if alarm["StateValue"] == "ALARM"]
    return f"{len(found)} alarms" + (f"; in ALARM now: {as_text(firing)}" if firing else "")


def _alarms(evidence: Evidence) -> dict[str, dict[str, Any]]:
    cloudwatch = evidence.environment.client("cloudwatch")
    names = evidence.environment.resources("AWS::CloudWatch::Alarm")
    by_name = {
        alarm["AlarmName"]: alarm
        for some in batched(names.values(), 100, strict=False)
        for alarm in cloudwatch.describe_alarms(AlarmNames=list(some), MaxRecords=100)["MetricAlarms"]
    }
    if missing := [name for name, physical in names.items() if physical not in by_name]:
        service = missing[0].partition(".")[0]
        raise Failure(
            f"Alarms are missing in CloudWatch: {as_text(missing)}.",
            evidence.environment.deploy_command(service),
        )
    return {name: by_name[physical] for name, physical in names.items()}


def _watched(alarm: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the dimensions of an alarm's metric, or of each metric of its expression."""
    stats = [one["MetricStat"]["Metric"] for one in alarm.get("Metrics", []) if "MetricStat" in one]
    for metric in stats or [alarm]:
        yield from _by_name(metric).items()


def _known(evidence: Evidence) -> dict[str, set[str]]:
    """Return the values that a dimension may have, by its name."""
    environment = evidence.environment
    functions = set(environment.resources("AWS::Lambda::Function").values())
    outputs = environment.outputs(Service.PLATFORM) | environment.outputs(Service.REALTIME)
    queues = environment.resources("AWS::SQS::Queue").values()
    return {
        "FunctionName": functions,
        "function_name": functions,
        "service": {*(service.value for service in Service), ORIGIN_CHECK},
        "TableName": set(environment.resources("AWS::DynamoDB::Table").values()),
        "EventSourceMappingUUID": set(environment.resources("AWS::Lambda::EventSourceMapping").values()),
        "QueueName": {address.rpartition("/")[2] for address in queues},
        "ApiId": {outputs[name] for name in ("PublicApiId", "AdminApiId", "WebSocketApiId")},
        "StateMachineArn": set(environment.resources("AWS::StepFunctions::StateMachine").values()),
    }


def _logs(evidence: Evidence, called: tuple[str, ...]) -> None:
    logs = evidence.environment.client("logs")

    def silent() -> list[str] | None:
        return None if (missing := _without_entries(evidence, logs, called)) else missing

    evidence.until(
        silent,
        lambda: Failure(
            f"Functions were called, but their log groups have no entry: "
            f"{as_text(_without_entries(evidence, logs, called))}.",
            "Check LoggingConfig and the role's logs:PutLogEvents.",
        ),
    )


def _without_entries(evidence: Evidence, logs: Any, called: tuple[str, ...]) -> list[str]:
    since = int(evidence.began * 1000) - 5000
    group = f"/aws/lambda/tot-{evidence.environment.name}-"
    return [
        function
        for function in called
        if not any(
            page["events"]
            for page in logs.get_paginator("filter_log_events").paginate(
                logGroupName=group + function, startTime=since, PaginationConfig={"MaxItems": 1}
            )
        )
    ]


def _data(evidence: Evidence, found: dict[str, dict[str, Any]], called: set[str]) -> None:
    """Wait until the metric of each alarm of a called function, and of votes, has a sample of this test."""
    watched = {
        name: alarm
        for name, alarm in found.items()
        if (
            (alarm.get("Namespace"), alarm.get("MetricName")) == ("AWS/Lambda", "Errors")
            and called & {value for _, value in _watched(alarm)}
        )
        or (evidence.poll and alarm.get("MetricName") == OF_VOTES)
    }
    began = evidence.clock()
    while missing := [name for name, alarm in watched.items() if not _samples(evidence, alarm)]:
        if evidence.clock() - began > DATA_SECONDS:
            alarm = watched[missing[0]]
            raise Failure(
                f"The alarm {missing[0]} watches a metric without data, although its function was called: "
                f"{alarm['Namespace']} {alarm['MetricName']} {_by_name(alarm)}.",
                "Compare it with `aws cloudwatch list-metrics --namespace "
                f"{alarm['Namespace']} --region {evidence.environment.region}`",
            )
        evidence.sleep(10)


def _samples(evidence: Evidence, alarm: dict[str, Any]) -> bool:
    metric = {name: alarm[name] for name in ("Namespace", "MetricName", "Dimensions")}
    query = {"Id": "m", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "SampleCount"}}
    answer = evidence.environment.client("cloudwatch").get_metric_data(
        MetricDataQueries=[query],
        StartTime=datetime.fromtimestamp(evidence.began, UTC) - timedelta(minutes=1),
        EndTime=datetime.now(UTC) + timedelta(minutes=1),
    )
    return bool(answer["MetricDataResults"][0]["Values"])


def _dimensions(evidence: Evidence, found: dict[str, dict[str, Any]]) -> None:
    """Compare the dimensions of the project's own metrics, most of which appear only after an incident."""
    pages = evidence.environment.client("cloudwatch").get_paginator("list_metrics").paginate
    published = [_by_name(metric) for page in pages(Namespace=OWN) for metric in page["Metrics"]]
    for name, alarm in found.items():
        service, dimensions = name.partition(".")[0], _by_name(alarm)
        if alarm.get("Namespace") != OWN or service not in CALLED_SERVICES or dimensions in published:
            continue
        if "function_name" in dimensions:
            evidence.not_applicable.append(
                NotApplicable(f"data of {name}", "its metric appears only after an incident")
            )
            continue
        raise Failure(
            f"The alarm {name} watches {alarm['MetricName']} with the dimensions {dimensions}, "
            f"but no metric of {OWN} has them.",
            "A new metric is listed within 15 minutes: run the test again then. If the failure stays, "
            f"correct the alarm's Dimensions; {evidence.environment.deploy_command(service)}",
        )


def _by_name(of: dict[str, Any]) -> dict[str, str]:
    return {dimension["Name"]: dimension["Value"] for dimension in of.get("Dimensions", [])}
