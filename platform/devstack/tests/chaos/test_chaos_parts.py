"""Schedules hold rules that the emulator takes; the comparison with the log says no where it must."""

import json
from typing import Any

import pytest
from contracts.ids import Choice
from devstack.chaos.alarms import points, raised
from devstack.chaos.faults import CONTROL_PATH
from devstack.chaos.schedules import SCHEDULES
from devstack.chaos.truth import truth
from devstack.commands.chaos import _require_long_enough
from devstack.crowd.plan import VoterPlan
from devstack.crowd.voter import Reply, VoterRecord
from devstack.emulator import faults
from devstack.failure import Failure

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


def told(receipt: str, choice: Choice = Choice.A, status: int = 201) -> VoterRecord:
    return VoterRecord(PLAN, 200, (Reply(choice, status, {"receipt": receipt}, 1, 0.0, 0.0),))


def holds(records: list[VoterRecord], after: dict[str, str]) -> bool:
    return all(check.holds for check in truth(records, {"old": "a"}, {"old": "a", **after}))


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_is_one_the_emulator_takes(name: str) -> None:
    schedule = SCHEDULES[name]
    assert faults.RULES.validate_python(schedule.rules) or schedule.kill_every


def test_the_command_and_the_emulator_mean_the_same_path() -> None:
    assert CONTROL_PATH == faults.CONTROL_PATH


def test_a_rule_for_any_call_does_not_kill_the_reader_of_streams() -> None:
    rule = faults.Rule(kind=faults.Kind.RESET, share=1)
    assert rule.strikes("dynamodb", "PutItem", 0.5)
    assert not rule.strikes("streams", "Batch", 0.5)


def test_true_answers_hold() -> None:
    assert holds([told("one"), told("two", Choice.B), told("two", Choice.B, 200)], {"one": "a", "two": "b"})


@pytest.mark.parametrize(
    ("records", "after"),
    [
        pytest.param([told("one")], {}, id="told and not in the log"),
        pytest.param([told("one")], {"one": "b"}, id="told another choice"),
        pytest.param([], {"one": "a"}, id="in the log and told to nobody"),
        pytest.param([told("old")], {}, id="a receipt of before"),
        pytest.param([told("one"), told("one")], {"one": "a"}, id="recorded twice"),
    ],
)
def test_a_false_answer_is_found(records: list[VoterRecord], after: dict[str, str]) -> None:
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


def test_an_alarm_stays_quiet_below_its_threshold_and_for_what_others_log() -> None:
    assert alarms(logged(59, 1), logged(60, 1)) == [], "two periods"
    assert alarms(logged(60, 2, service="results-service")) == []
    assert alarms(logged(60, 2, metric="Other"), f'"{METRIC}"', f'{{"{METRIC}": 1}}', "no JSON") == []


def test_an_alarm_that_is_evaluated_otherwise_is_refused() -> None:
    with pytest.raises(ValueError, match="of vote-service"):
        raised([ALARM | {"EvaluationPeriods": 3}], [])


def test_a_crowd_that_ends_before_the_schedule_shows_anything_is_refused() -> None:
    _require_long_enough("storm", voters=300, rate=30)
    _require_long_enough("secrets", voters=900, rate=2)
    with pytest.raises(Failure, match="votes for 450 s") as failure:
        _require_long_enough("secrets", voters=300, rate=30)
    assert "--voters 900" in failure.value.advice
