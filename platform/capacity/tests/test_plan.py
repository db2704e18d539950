"""The plan: needs, settings, bill, validity, the plot."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from capacity.design import OURS
from capacity.limits import TABLE, read_limits, read_settings
from capacity.plan import BEYOND_VALIDITY, Need, Plan, make_plan
from capacity.plot import plot
from capacity.simulation import Scenario
from devkit.failure import Failure


@pytest.fixture(scope="module")
def small() -> Plan:
    return make_plan(Scenario(100, 500, 30, arrival_seconds=30), "us-east-1")


@pytest.fixture(scope="module")
def large() -> Plan:
    return make_plan(Scenario(6_000, 50_000, 20, arrival_seconds=60), "eu-south-2")


def test_small_poll_needs_no_quota_and_its_plan_holds(small: Plan) -> None:
    assert small.holds
    assert [need.name for need in (*small.quotas, *small.stages) if not need.is_enough] == []
    assert small.outcome.recorded == small.outcome.offered == small.outcome.published
    assert [broken.limit for broken in small.breaks] == ["", ""]


def test_large_poll_needs_quotas_above_what_it_uses(large: Plan) -> None:
    needed = {need.key: need for need in large.quotas}
    assert needed["requests"].default == 2500, "a newer Region has a lower quota"
    assert needed["requests"].needed >= 12_000
    assert needed["concurrency"].needed >= 6_000 * 0.3
    assert not needed["requests"].is_enough
    assert large.outcome.refusals == {}, "with the planned limits no vote is refused"
    assert large.sockets == read_settings().max_connections


def test_large_poll_needs_replicas_of_its_item_and_its_plan_holds(large: Plan) -> None:
    assert large.holds
    assert large.fixed == ()
    assert large.capacity.replicas > read_settings().replicas


def test_plan_does_not_hold_if_an_item_is_read_more_often_than_aws_serves(large: Plan) -> None:
    item = Need("poll_item", "reads of one item", "read units/s", 3_000, 6_060, "", None)
    assert not replace(large, fixed=(item,)).holds


def test_needs_of_both_tables_are_above_what_they_are_written(large: Plan) -> None:
    capacity = large.capacity.limits
    assert capacity["warm_writes"] >= 6_000
    assert capacity["state_warm_writes"] >= 6_000 * OURS.state_writes
    assert {"table_writes", "state_table_writes"} <= {need.key for need in large.quotas}


def test_both_designs_break_at_the_default_limits(large: Plan) -> None:
    ours, literal = large.breaks
    assert ours.limit == "requests to API Gateway", "a broadcast takes more than a newer Region's quota"
    assert literal.limit
    assert literal.ramp.connections > read_settings().max_connections
    assert [broken.ceilings[0][1] for broken in large.breaks] == [1000, 1000]


def test_bill_grows_with_votes_and_viewers(small: Plan, large: Plan) -> None:
    assert 0 < small.bill.dollars < large.bill.dollars
    assert {"HTTP API requests", "Express executions", "CloudFront HTTPS requests"} <= large.bill.lines.keys()
    assert large.bill.lines["Express executions"] == pytest.approx(large.outcome.recorded / 1_000_000)


@pytest.mark.parametrize(
    ("scenario", "limit"),
    [
        (Scenario(200_001, 0, 60), "200,000 votes a second"),
        (Scenario(1, 5_000_001, 60), "5,000,000 viewers"),
        (Scenario(1, 0, 3_660), "60 minutes"),
    ],
)
def test_plan_beyond_the_simulations_validity_names_its_end(scenario: Scenario, limit: str) -> None:
    with pytest.raises(Failure, match=f"ends at {limit}") as found:
        make_plan(scenario, "us-east-1")
    assert found.value.exit_status == BEYOND_VALIDITY


def test_plot_is_svg_with_a_line_for_each_design_and_dashes_at_each_limit(large: Plan) -> None:
    drawn = plot(large)
    ET.fromstring(drawn)  # noqa: S314 (our own file)
    assert all(broken.design.name in drawn for broken in large.breaks)
    assert len(re.findall(r"serie-\d\{stroke-dasharray:6,6", drawn)) == 2
    assert "<script" not in drawn


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('source = "warm"', 'source = "rumour"'),
        ('unit = "requests/s"\n', ""),
        ("default = 10_000", "default = -1"),
    ],
)
def test_invalid_table_of_limits_is_reported(tmp_path: Path, before: str, after: str) -> None:
    text = TABLE.read_text()
    assert before in text
    path = tmp_path / "limits.toml"
    path.write_text(text.replace(before, after, 1))
    with pytest.raises(Failure, match=r"limits\.toml is not a valid table"):
        read_limits(path)
