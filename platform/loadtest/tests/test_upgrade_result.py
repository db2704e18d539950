"""The verdict of an upgrade under load."""

from dataclasses import replace

from loadtest.bench.upgrade import Deployment, UpgradeResult
from loadtest.crowd.expected_results import Check

GOOD = UpgradeResult(
    "v1.0.0",
    1,
    [Deployment("poll-service", 9.0, 0, 0.0), Deployment("frontend", 8.0, 12, 0.4)],
    40,
    {"201": 40},
    [Check("votes", 40, 40)],
    "counts exact",
)


def test_upgrade_with_equal_numbers_and_votes_is_as_claimed() -> None:
    assert GOOD.as_claimed


def test_upgrade_with_a_difference_or_without_votes_is_not_as_claimed() -> None:
    assert not replace(GOOD, checks=[*GOOD.checks, Check("dead letters", 0, 1)]).as_claimed
    assert not replace(GOOD, deployments=[Deployment("poll-service", 9.0, 0, 0.0)]).as_claimed
