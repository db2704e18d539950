"""Schedules hold rules that the emulator takes; the comparison with the log says no where it must."""

import pytest
from contracts.ids import Choice
from devstack.chaos.faults import CONTROL_PATH
from devstack.chaos.schedules import SCHEDULES
from devstack.chaos.truth import truth
from devstack.crowd.plan import VoterPlan
from devstack.crowd.voter import Told, VoterRecord
from devstack.emulator import faults

PLAN = VoterPlan(0.0, (), None)


def told(receipt: str, choice: Choice = Choice.A, status: int = 201) -> VoterRecord:
    return VoterRecord(PLAN, 200, (Told(choice, status, {"receipt": receipt}, 1, 0.0, 0.0),))


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
