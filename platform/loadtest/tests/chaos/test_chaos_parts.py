"""Fault schedules are valid for the emulator; the comparison with the vote log reports wrong answers."""

import json
from typing import Any

import pytest
from contracts.enums import Choice
from devkit.failure import Failure
from laptop.emulator import faults
from loadtest.chaos.alarms import points, raised
from loadtest.chaos.injection import CONTROL_PATH
from loadtest.chaos.run import require_long_enough
from loadtest.chaos.schedules import SCHEDULES
from loadtest.chaos.truth import truth
from loadtest.crowd.plan import VoterPlan
from loadtest.crowd.voter import Reply, VoterRecord

METRIC = "SecretReadFailed"
ALARM: dict[str, Any] = {
    "AlarmName": "of vote-service",
    "Namespace": "ThisOrThat",
    "MetricName": METRIC,
    "Dimensions": [{"Name": "service", "Value": "vote-service"}],
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 1.0,
}
PLAN = VoterPlan(0.0, (), None)


def voter_record(receipt: str, choice: Choice = Choice.A, status: int = 201) -> VoterRecord:
    return VoterRecord(PLAN, 200, (Reply(choice, status, {"receipt": receipt}, 1, 0.0, 0.0),))


def holds(records: list[VoterRecord], after: dict[str, str]) -> bool:
    return all(check.holds for check in truth(records, {"old": "a"}, {"old": "a", **after}))


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_emulator_accepts_every_schedule(name: str) -> None:
    schedule = SCHEDULES[name]
    assert faults.RULES.validate_python(schedule.rules) or schedule.kill_every


def test_the_command_and_the_emulator_use_the_same_control_path() -> None:
    assert CONTROL_PATH == faults.CONTROL_PATH


def test_a_wildcard_rule_does_not_kill_the_stream_reader() -> None:
    rule = faults.Rule(kind=faults.Kind.RESET, share=1)
    assert rule.strikes("dynamodb", "PutItem", 0.5)
    assert not rule.strikes("streams", "Batch", 0.5)


def test_correct_answers_pass_the_comparison() -> None:
    assert holds(
        [voter_record("one"), voter_record("two", Choice.B), voter_record("two", Choice.B, 200)],
        {"one": "a", "two": "b"},
    )


@pytest.mark.parametrize(
    ("records", "after"),
    [
        pytest.param([voter_record("one")], {}, id="confirmed but not in the log"),
        pytest.param([voter_record("one")], {"one": "b"}, id="confirmed with another choice"),
        pytest.param([], {"one": "a"}, id="in the log but never confirmed"),
        pytest.param([voter_record("old")], {}, id="an earlier receipt"),
        pytest.param([voter_record("one"), voter_record("one")], {"one": "a"}, id="recorded twice"),
    ],
)
def test_a_wrong_answer_is_reported(records: list[VoterRecord], after: dict[str, str]) -> None:
    assert not holds(records, after)


def logged(seconds: float, *values: float, service: str = "vote-service", metric: str = METRIC) -> str:
    directive = {"Namespace": "ThisOrThat", "Dimensions": [["service"]], "Metrics": [{"Name": metric}]}
    aws = {"Timestamp": int(seconds * 1000), "CloudWatchMetrics": [directive]}
    return json.dumps({"_aws": aws, "service": service, metric: list(values)})


def alarms(*lines: str) -> list[str]:
    return raised([ALARM, ALARM | {"AlarmName": "of results", "Dimensions": []}], points(METRIC, lines))


def test_an_alarm_is_raised_when_one_of_its_periods_passes_the_threshold() -> None:
    assert alarms(logged(60, 1), logged(119, 1)) == ["of vote-service"]
    assert alarms(logged(60, 1, 1)) == ["of vote-service"]


def test_an_alarm_ignores_values_below_its_threshold_and_other_metrics() -> None:
    assert alarms(logged(59, 1), logged(60, 1)) == [], "two periods"
    assert alarms(logged(60, 2, service="results-service")) == []
    assert alarms(logged(60, 2, metric="Other"), f'"{METRIC}"', f'{{"{METRIC}": 1}}', "no JSON") == []


def test_an_alarm_with_an_unsupported_evaluation_is_rejected() -> None:
    with pytest.raises(ValueError, match="of vote-service"):
        raised([ALARM | {"EvaluationPeriods": 3}], [])


def test_a_load_test_shorter_than_its_schedule_is_rejected() -> None:
    require_long_enough("storm", voters=300, rate=30)
    require_long_enough("secrets", voters=900, rate=2)
    with pytest.raises(Failure, match="load test of 450 s") as failure:
        require_long_enough("secrets", voters=300, rate=30)
    assert "--voters 900" in failure.value.advice
